"""What did it return? DECISIONS 16 and 17."""

from math import comb

from . import Cases

cases = Cases("returns")
D16, D17, ISSUE = "DECISIONS 16", "DECISIONS 17", "issue 2, bad input"
SPEC = "spec/investment-api.md, GET /v1/portfolio"
PYXIRR, MATHWORKS = "pyxirr tests (Unlicense)", "MathWorks xirr documentation, by pyxirr tests (Unlicense)"
CALC = "xirr-rs tests (MIT), by LibreOffice Calc"
NODE, JOUTVHU, TARIOCH = "nodejs-xirr tests (MIT)", "joutvhu/xirr tests (MIT)", "tarioch/xirr tests (MIT)"
NUMPY = "numpy-financial documentation, irr"
EXCEL = "Microsoft Excel documentation, XIRR and XNPV"


def flows(*pairs):
    return [{"date": date, "amount": amount} for date, amount in pairs]


def rate(name, pairs, note, source, expected=None, tolerance=1e-9, others=None, pending=None, **options):
    states = {} if expected is None else {"rate": (expected, tolerance)}
    if others is not None:
        states["other_count"] = others
    cases.good(name, "xirr", {"flows": flows(*pairs), **options}, note, source, states, pending=pending)


SHORT = {"annualize_short_period": True}
UNORDERED = [("2015-06-11", -1000), ("2015-07-21", -9000), ("2018-06-10", 20000), ("2015-10-17", -3000)]
rate("xirr-unordered", UNORDERED, "the order of the flows does not matter", PYXIRR, 0.16353715844, others=0)
rate("xirr-excel", [("2008-01-01", -10000), ("2008-03-01", 2750), ("2008-10-30", 4250), ("2009-02-15", 3250), ("2009-04-01", 2750)], "the example of the spreadsheet", EXCEL, 0.373362535, 1e-8)
rate("xirr-near-minus-one", [("2021-06-08", -1000000), ("2022-06-29", 5000), ("2023-06-08", -3), ("2023-06-30", 0)], "two roots near -1; a flow of zero is no flow", PYXIRR, -0.993785049929284, 1e-9, others=1)
rate("xirr-leap-year", [("2020-01-01", -100), ("2021-01-01", 130)], "366 days by ACT/365F", CALC, 0.299068439002596)
rate("xirr-leap-year-from-eve", [("2019-12-31", -1000), ("2020-12-31", 1150)], "the leap day within", CALC, 0.149560941120443)
rate("xirr-near-zero", [("2020-01-01", -1000), ("2021-01-01", 1000.0001)], "a rate of 1e-7 keeps its digits", CALC, 9.97267758734327e-8)
rate("xirr-total-loss-nearly", [("2020-01-01", -1000), ("2021-01-01", 1)], "a root close to -1 that LibreOffice gives up on", CALC)
rate("xirr-monthly-flip", [("2020-01-01", -100), ("2020-02-01", 10000), ("2020-03-01", -9000)], "two changes of sign, asked to annualise", CALC, -0.702405493219969, **SHORT)
rate("xirr-two-roots", [("2020-01-01", -500), ("2020-07-01", 3000), ("2021-01-01", -5000), ("2021-07-01", 3000), ("2022-01-01", -400)], "two roots: the positive one, as the sum of the flows is; the other is reported", f"{D17}; {CALC} says -0.964287", others=1)
rate("xirr-three-changes-one-root", [("2020-01-01", -1000), ("2021-01-01", 5000), ("2022-01-01", -6000), ("2023-01-01", 2500)], "three changes of sign, one root", CALC, 2.46469073399073, others=0)
rate("xirr-large-amounts", [("2020-01-01", -1000000000000), ("2021-01-01", 5000000000000), ("2022-01-01", -6000000000000), ("2023-01-01", 2500000000000)], "the tolerance follows the size of the flows: large", f"{D17}; {CALC}", 2.46469073399073, others=0)
rate("xirr-sub-cent", [("2020-01-01", -0.01), ("2021-01-01", 0.0125)], "the tolerance follows the size of the flows: small", f"{D17}; {CALC}", 0.249238129980015)
rate("xirr-huge-rate", [("2020-01-01", "-0.000001"), ("2021-01-01", 100000), ("2030-01-01", 5)], "a rate of 9.3e10; the publisher's last digits are the spreadsheet's", CALC, 93313688206.6781, 1e-9)
rate("xirr-two-roots-far", [("2016-04-08", 1500), ("2016-07-26", -4146), ("2017-05-06", -651), ("2018-05-10", -1495), ("2019-05-20", 4741)], "a small negative rate and one of 3027 %", CALC, -0.00518595530545523, others=1)
rate("xirr-two-roots-negative", [("2015-07-06", 4208), ("2016-08-08", 4857), ("2017-11-25", -3452), ("2018-08-20", -712), ("2019-04-15", -1051), ("2020-06-04", -1441), ("2021-09-30", 380)], "two negative roots: the one nearest to zero", CALC, -0.137702196890498, others=1)
rate("xirr-borrowing", [("2016-01-04", 1950), ("2016-09-29", 3718), ("2017-02-24", -4010)], "received first, paid later", CALC, -0.424266323867882)
rate("xirr-same-day-flows", [("2018-10-02", -6565763.49), ("2018-10-02", -91577.34), ("2023-09-30", 317505.63), ("2023-09-30", 4428.48)], "flows of one day are netted", JOUTVHU, -0.454557475, 1e-8)
rate("xirr-ten-percent", [("2010-01-01", -1000), ("2011-01-01", 1100)], "365 days: exactly 10 %", JOUTVHU, 0.1)
rate("xirr-zero", [("2010-01-01", -1000), ("2011-01-01", 1000)], "a rate of zero", NODE, 0.0, 1e-12)
rate("xirr-tarioch-long", [("2011-07-01", 10000), ("2014-07-01", -1)], "three years, nearly nothing back", TARIOCH, -0.9535, 1e-4)
rate("xirr-five-days", [("2020-01-01", -1000), ("2020-01-06", 1100)], "five days annualised because it was asked for", f"{D17}; {CALC}", 1050.15319950005, 1e-9, **SHORT)
rate("xirr-one-year-exactly", [("2023-03-31", -100), ("2024-03-31", 108)], "the anniversary itself is a year", D17)
rate("xirr-leap-day-year", [("2024-02-29", -100), ("2025-02-28", 108)], "a year from 29 February ends on 28 February", D17)
rate("xirr-offset-within-day", [("2020-01-01", -100), ("2020-06-01", 50), ("2020-06-01", -50), ("2021-01-01", 110)], "flows that offset on their day change nothing", "doc of xirr", others=0)
rate("xirr-rounding-within-day", [("2020-01-01", -100), ("2020-06-01", 0.1), ("2020-06-01", 0.2), ("2020-06-01", -0.3), ("2021-01-01", 110)], "0.1 + 0.2 - 0.3 is no flow", "doc of xirr", others=0)
rate("xirr-amount-text", [("2020-01-01", "-1000.00"), ("2021-01-01", "1100.00")], "amounts as text of digits", "DESIGN, values")
rate("xirr-decades", [("1990-01-01", -1000), ("2050-01-01", 10000)], "sixty years", D17)
MW = [("2007-01-12", -10000), ("2008-02-14", 2500), ("2008-03-03", 2000), ("2008-06-14", 3000), ("2008-12-01", 4000)]
rate("xirr-act-365f", MW, "ACT/365F by name", D17, day_count="ACT/365F")
rate("xirr-act-360", MW, "ACT/360", "ISDA 2006 definitions, 4.16(e)", day_count="ACT/360")
rate("xirr-act-act", MW, "ACT/ACT ISDA, over the leap year 2008", "ISDA 2006 definitions, 4.16(b)", day_count="ACT/ACT ISDA")
rate("xirr-30-360-isda", MW, "30/360 bond basis", MATHWORKS, 0.100675477282743, day_count="30/360 ISDA")
rate("xirr-30-360-sia", MW, "30/360 SIA", MATHWORKS, 0.100675477282743, day_count="30/360 SIA")
rate("xirr-30e-360", MW, "30E/360", "ISDA 2006 definitions, 4.16(g)", day_count="30E/360")
rate("xirr-month-end-merge", [("2020-01-15", -100), ("2020-01-30", -50), ("2020-01-31", 20), ("2021-06-15", 150)], "30/360 puts the 30th and, after a 15th, not the 31st on one time", "ISDA 2006 definitions, 4.16(f)", day_count="30/360 ISDA")
rate("xirr-month-end-merge-euro", [("2020-01-15", -100), ("2020-01-30", -50), ("2020-01-31", 20), ("2021-06-15", 150)], "30E/360 puts the 30th and the 31st on one time", "ISDA 2006 definitions, 4.16(g)", day_count="30E/360")
rate("xirr-touching", [("2021-01-01", -100), ("2022-01-01", 220), ("2023-01-01", -121)], "a double root at 10 % touches zero without crossing", "doc of xirr", 0.1, 1e-6, others=0)


rate("xirr-total-loss", [("2010-01-01", -1000), ("2011-01-01", 0)], "all lost: -100 %", f"{D17}; {NODE}", -1.0, 0, others=0)
rate("xirr-total-loss-later", [("2012-01-01", 0), ("2010-01-01", -1000), ("2011-01-01", 0), ("2011-06-01", -50), ("2012-01-01", -1)], "paid several times, the last day's value is 0", D17, -1.0, 0, others=0)
rate("xirr-total-loss-short", [("2010-01-01", -1000), ("2010-03-01", 0)], "lost within two months, asked to annualise", D17, -1.0, 0, **SHORT)
rate("xirr-dust", [("2020-01-01", -1000), ("2021-01-01", 1100), ("2022-01-01", "-1e-9")], "what binary sums leave of zero makes no rate", "doc of xirr", others=0)
rate("xirr-no-dust", [("2020-01-01", -1000), ("2021-01-01", 1100), ("2022-01-01", "-1e-6")], "a thousand millionth is a payment", "doc of xirr", others=1)
rate("xirr-dust-alone", [("2020-01-01", -10000000000000), ("2021-01-01", 1)], "the only flow received is none", "doc of xirr", -0.9999999999999, 1e-13, others=0)


def no_rate(name, pairs, code, path, note, source=D17, pending=None, **options):
    cases.bad(name, "xirr", {"flows": flows(*pairs), **options}, code, path, note, source, pending=pending)


no_rate("xirr-one-sign-paid", [("2011-01-01", -1), ("2011-01-02", 0), ("2012-01-01", -1)], "one_sign", "flows", "nothing received", f"{D17}; {TARIOCH}")
no_rate("xirr-one-sign-received", [("2022-10-12", 200), ("2024-10-12", 1)], "one_sign", "flows", "nothing paid")
no_rate("xirr-loss-unstated", [("2010-01-01", -1000), ("2011-01-01", -1)], "one_sign", "flows", "nothing says that the rest is worth nothing", D17)
no_rate("xirr-loss-same-day", [("2010-01-01", -1000), ("2010-01-01", 0)], "one_sign", "flows", "a zero on the day of the payment says nothing of later", D17)
no_rate("xirr-loss-short", [("2010-01-01", -1000), ("2010-03-01", 0)], "short_period", "flows", "lost within two months: not annualised unasked", D17)
no_rate("xirr-zeros", [("2010-01-01", 0), ("2011-01-01", 0)], "one_sign", "flows", "zeros alone")
no_rate("xirr-one-day", [("2020-01-01", -100), ("2020-01-01", 110)], "one_day", "flows", "all on one day")
no_rate("xirr-one-day-offset", [("2020-01-01", -100), ("2020-01-01", 100)], "one_day", "flows", "all on one day, offset: both signs are there")
no_rate("xirr-netted-one-sign", [("2020-01-01", -100), ("2020-01-01", 100), ("2021-06-01", 5)], "one_sign", "flows", "once netted by day nothing is paid", "doc of xirr")
no_rate("xirr-no-root", [("2015-08-27", -502), ("2016-07-08", -4968), ("2016-09-14", -4787), ("2016-11-16", 4792), ("2017-08-08", 1897), ("2018-04-12", -2871)], "no_root", "flows", "both signs, but no rate balances them", f"{D17}; {CALC}")
no_rate("xirr-no-root-received-first", [("2016-02-05", 3653), ("2016-04-15", -830), ("2016-08-12", 1243), ("2017-06-09", 848), ("2018-07-26", 698)], "no_root", "flows", "more received than paid at every rate", f"{D17}; {CALC}")
no_rate("xirr-near-miss", [("2021-01-01", -100), ("2022-01-01", 219.99), ("2023-01-01", -121)], "no_root", "flows", "close to touching zero is not touching", D17)
no_rate("xirr-short", [("2020-01-01", -1000), ("2020-01-06", 1100)], "short_period", "flows", "five days are not annualised unasked")
no_rate("xirr-short-by-a-day", [("2022-03-31", -100), ("2023-03-30", 108)], "short_period", "flows", "a day short of a year")
rate("xirr-year-by-day-count", [("2024-01-01", -100), ("2024-12-31", 108)], "365 days of a leap year are a year by ACT/365F", D17, 0.08)
no_rate("xirr-short-trailing-zero", [("2023-01-01", -100), ("2023-06-30", 110), ("2024-06-30", 0)], "short_period", "flows", "a flow of zero does not lengthen the span")
no_rate("xirr-short-said-no", [("2020-01-01", -1000), ("2020-01-06", 1100)], "short_period", "flows", "false is as absent", annualize_short_period=False)
no_rate("xirr-empty", [], "empty", "flows", "no flows", ISSUE)
no_rate("xirr-nan", [("2020-01-01", "NaN"), ("2021-01-01", 1)], "not_finite", "flows[0].amount", "NaN as text", ISSUE)
no_rate("xirr-infinite", [("2020-01-01", -1), ("2021-01-01", "-inf")], "not_finite", "flows[1].amount", "an infinity as text", ISSUE)
no_rate("xirr-too-large", [("2020-01-01", -1), ("2021-01-01", "1e400")], "out_of_range", "flows[1].amount", "beyond a 64-bit float", ISSUE)
no_rate("xirr-amount-word", [("2020-01-01", "ten"), ("2021-01-01", 1)], "invalid_number", "flows[0].amount", "a text that is no number", ISSUE)
no_rate("xirr-amount-bool", [("2020-01-01", True), ("2021-01-01", 1)], "wrong_type", "flows[0].amount", "a boolean is no amount", ISSUE)
no_rate("xirr-amount-null", [("2020-01-01", -1), ("2021-01-01", None)], "missing_field", "flows[1].amount", "null is not zero", ISSUE)
no_rate("xirr-year-1800", [("1800-01-01", -1), ("2021-01-01", 2)], "out_of_range", "flows[0].date", "the year 1800", ISSUE)
no_rate("xirr-no-such-day", [("2020-01-01", -1), ("2021-02-30", 2)], "invalid_date", "flows[1].date", "30 February", ISSUE)
no_rate("xirr-day-count", [("2020-01-01", -1), ("2021-01-01", 2)], "unknown_value", "day_count", "a convention that is not known", ISSUE, day_count="ACT/365")
no_rate("xirr-option", [("2020-01-01", -1), ("2021-01-01", 2)], "unknown_field", "guess", "no first guess is needed or taken", ISSUE, guess=0.1)
no_rate("xirr-option-type", [("2020-01-01", -1), ("2021-01-01", 2)], "wrong_type", "annualize_short_period", "a text is no boolean", ISSUE, annualize_short_period="yes")
cases.bad("xirr-missing", "xirr", {}, "missing_field", "flows", "no flows", ISSUE)
cases.bad("xirr-flow-field", "xirr", {"flows": [{"date": "2020-01-01", "amount": -1, "currency": "USD"}]}, "unknown_field", "flows[0].currency", "a flow has a day and an amount", ISSUE)
cases.bad("xirr-flow-pair", "xirr", {"flows": [["2020-01-01", -1]]}, "wrong_type", "flows[0]", "a pair where an object belongs", ISSUE)
cases.bad("xirr-duplicate-key", "xirr", None, "duplicate", "flows[0].amount", "a doubled key", ISSUE, text='{"flows":[{"date":"2020-01-01","amount":-1,"amount":1}]}')
cases.bad("xirr-infinity-token", "xirr", None, "invalid_json", "", "Infinity is no JSON", ISSUE, text='{"flows":[{"date":"2020-01-01","amount":Infinity}]}')
rate("xirr-rounded-once", [("2020-01-01", "-9007199254740993.0000000000000001"), ("2022-01-01", "9007199254740993")], "text of more digits than a float has goes to the nearest float in one step", "IEEE 754, round to nearest, ties to even")
cases.good(
    "xirr-long-digits", "xirr", None, "the nearest float to more digits than a float holds", "DESIGN, values",
    text='{"flows":[{"date":"2020-01-01","amount":-1000.00000000000000000001},{"date":"2022-01-01","amount":1234.567890123456789012}]}',
)


# Values.
def value(name, op, at, pairs, note, source, expected=None, tolerance=1e-9, pending=None, **options):
    field = {"xnpv": "npv", "xnfv": "nfv"}[op]
    states = {} if expected is None else {field: (expected, tolerance)}
    cases.good(name, op, {"rate": at, "flows": flows(*pairs), **options}, note, source, states, pending=pending)


XL = [("2008-01-01", -10000), ("2008-03-01", 2750), ("2008-10-30", 4250), ("2009-02-15", 3250), ("2009-04-01", 2750)]
value("xnpv-excel", "xnpv", 0.09, XL, "the example of the spreadsheet", EXCEL, 2086.647602, 1e-6)
value("xnpv-unordered", "xnpv", 0.1, UNORDERED, "valued on the earliest day, wherever it stands", PYXIRR, 2218.42566365675)
value("xnpv-zero-rate", "xnpv", 0, XL, "at a rate of zero it is the sum", "definition", 3000.0, 1e-9)
value("xnpv-negative-rate", "xnpv", -0.5, XL, "a negative rate above -1", "definition")
value("xnpv-one-flow", "xnpv", 0.25, [("2023-01-01", 123.45)], "a flow on the first day is not discounted", "definition", 123.45, 0)
value("xnpv-balanced", "xnpv", 0.1, [("2023-01-01", -1000), ("2024-01-01", 1100)], "0, and never -0", "doc of xnpv", 0.0, 1e-12)
value("xnpv-act-act", "xnpv", 0.08, XL, "ACT/ACT ISDA over the turn of a leap year", "ISDA 2006 definitions, 4.16(b)", day_count="ACT/ACT ISDA")
value("xnpv-30-360", "xnpv", 0.08, [("2007-02-28", -100), ("2007-03-31", 40), ("2008-02-29", 70)], "the last of February counts as the 30th by SIA", "SIA, Standard Securities Calculation Methods", day_count="30/360 SIA")
value("xnpv-tiny", "xnpv", 0.1, [("2000-01-01", 0), ("2400-01-01", 1)], "1.1 to the power of -400: an exponent in the answer", "ECMA-262, Number::toString")
value("xnpv-huge", "xnpv", -0.9, [("2000-01-01", 0), ("2030-01-01", 1)], "an answer above 1e21", "ECMA-262, Number::toString")
value(
    "xnpv-zero-flow-far", "xnpv", -0.999999, [("2000-01-01", 100), ("9999-01-01", 0)],
    "a flow of zero adds nothing, however far", "definition", 100.0, 0,
)
for at, (digits, why) in enumerate(
    [
        ("9007199254740993", "2^53 + 1 lies halfway: to even"),
        ("9007199254740993.00000000000000000001", "just above halfway: up"),
        ("4503599627370497.5", "a tie between two floats half apart: to even"),
        ("4503599627370496.5000000000000000000001", "38 digits, just above a tie"),
        ("9007199254740992.9999999999999999999999", "38 digits, just below 2^53 + 1"),
        ("123456789012345678901234567890", "30 digits"),
        ("4.35e-9", "an exponent"),
        ("8.41e21", "digits that two-step readers round wrongly"),
        ("9214843084008499", "near 2^53"),
        ("6929495644600919.5", "a tie between two whole numbers"),
        ("0.0000000000000000000000000000000000000000000000000000000001", "58 decimal places"),
        ("1e57", "57 zeros"),
        ("-0", "0, and never -0"),
        ("0e99999", "a zero has no size"),
        (".5", "no digit before the point"),
        ("5.", "no digit behind it"),
        ("+1e+3", "signs of number and exponent"),
    ],
    1,
):
    value(f"xnpv-nearest-float-{at:02}", "xnpv", 0, [("2023-01-01", digits)], f"text to the nearest float: {why}", "IEEE 754, round to nearest, ties to even")
value("xnfv", "xnfv", 0.025, [("2011-11-30", -100000), ("2012-03-15", -50000), ("2012-07-18", -2500), ("2012-11-30", 12500), ("2013-01-23", 37500), ("2013-04-30", 75000), ("2014-02-06", 90000)], "valued on the latest day", PYXIRR, 57238.1249299303)
value("xnfv-exact", "xnfv", 0.25, [("2023-01-01", 1000), ("2024-01-01", 50)], "binary fractions come out exactly", "doc of xnfv", 1300.0, 0)
value("xnfv-zero-rate", "xnfv", 0, XL, "at a rate of zero it is the sum", "definition", 3000.0, 1e-9)
value("xnfv-act-360", "xnfv", 0.06, XL, "ACT/360", "ISDA 2006 definitions, 4.16(e)", day_count="ACT/360")
value("xnfv-30e-360", "xnfv", 0.06, [("2007-01-31", 100), ("2007-02-28", 100), ("2007-03-31", 100)], "30E/360 at month ends", "ISDA 2006 definitions, 4.16(g)", day_count="30E/360")


def no_value(name, op, at, pairs, code, path, note, source=ISSUE, **options):
    cases.bad(name, op, {"rate": at, "flows": flows(*pairs), **options}, code, path, note, source)


TWO = [("2020-01-01", -1), ("2021-01-01", 2)]
no_value("xnpv-rate-minus-one", "xnpv", -1, TWO, "out_of_range", "rate", "-1 leaves nothing to divide by", "doc of xnpv")
no_value("xnpv-rate-below", "xnpv", -1.5, TWO, "out_of_range", "rate", "below -1", "doc of xnpv")
no_value("xnpv-rate-nan", "xnpv", "NaN", TWO, "not_finite", "rate", "NaN as text")
no_value("xnpv-rate-percent", "xnpv", "8%", TWO, "invalid_number", "rate", "a fraction, without a per-cent sign")
no_value("xnpv-empty", "xnpv", 0.1, [], "empty", "flows", "no flows")
value("xnpv-39-digits", "xnpv", 0, [("2020-01-01", "9.00000000000000011102230246251565404236")], "39 digits, read to the nearest float", "doc of parse_f64")
value("xnpv-59-places", "xnpv", 0, [("2020-01-01", "1e-59")], "59 decimal places", "doc of parse_f64")
value("xnpv-subnormal", "xnpv", 0, [("2020-01-01", "5e-324")], "the smallest float", "doc of parse_f64")
value("xnpv-largest-float", "xnpv", 0, [("2020-01-01", "1.7976931348623157e308")], "the largest float", "doc of parse_f64")
no_value("xnpv-exponent-beyond", "xnpv", 0, [("2020-01-01", "1e99999999999999999999")], "out_of_range", "flows[0].amount", "an exponent beyond 64 bits", "doc of parse_f64")
no_value("xnpv-overflow", "xnpv", -0.999999, [("1900-01-01", 1), ("9999-12-31", 1)], "out_of_range", "", "the value does not fit", "doc of xnpv")
no_value("xnpv-amount-infinite", "xnpv", 0.1, [("2020-01-01", "Infinity")], "not_finite", "flows[0].amount", "an infinite amount")
no_value("xnpv-day-count", "xnpv", 0.1, TWO, "unknown_value", "day_count", "conventions are matched by case", day_count="act/365f")
cases.bad("xnpv-rate-missing", "xnpv", {"flows": flows(*TWO)}, "missing_field", "rate", "no rate", ISSUE)
cases.bad("xnpv-option", "xnpv", {"rate": 0.1, "flows": flows(*TWO), "annualize_short_period": True}, "unknown_field", "annualize_short_period", "an option of xirr", ISSUE)
no_value("xnfv-rate-minus-one", "xnfv", -1, TWO, "out_of_range", "rate", "-1 leaves nothing to multiply", "doc of xnfv")
no_value("xnfv-overflow", "xnfv", 1e50, TWO[:1] + [("2030-01-01", 2)], "out_of_range", "", "the value does not fit", "doc of xnfv")
no_value("xnfv-date", "xnfv", 0.1, [("20200101", 1)], "invalid_date", "flows[0].date", "a date without hyphens")
no_value("xnfv-rate-null", "xnfv", None, TWO, "missing_field", "rate", "null is absent")


def periodic(name, amounts, note, source, expected=None, tolerance=1e-9, others=None):
    states = {} if expected is None else {"rate": (expected, tolerance)}
    if others is not None:
        states["other_count"] = others
    cases.good(name, "irr", {"amounts": amounts}, note, source, states)


def not_periodic(name, amounts, code, path, note, source=D17):
    cases.bad(name, "irr", {"amounts": amounts}, code, path, note, source)


periodic("irr", [-100, 39, 59, 55, 20], "the textbook case", NUMPY, 0.28095, 5e-6, others=0)
periodic("irr-negative", [-100, 0, 0, 74], "a negative rate", NUMPY, -0.0955, 5e-5, others=0)
periodic("irr-two-roots", [-100, 100, 0, -7], "two negative roots and a negative sum: the one nearest to zero", NUMPY, -0.0833, 5e-5, others=1)
TWELVE = [(-1) ** k * comb(12, k) for k in range(13)]
periodic("irr-headline", ["-1678.87", "771.96", "1814.05", "3520.30", "3552.95", "3584.99", "4789.91", -1], "received ten times what was paid: 100 %, not -99.98 %", f"{D17}; numpy-financial issue 44", 1.0042698487205581, 1e-11, others=1)
periodic("irr-both-roots", [-50, -100, 600, 300, -100], "the sum is positive, and so is the rate", f"{D17}; numpy-financial issue 28", 1.854417828456178, 1e-12, others=1)
periodic("irr-sum-zero", [-1, 3, -2], "a sum of zero has no sign: the root nearest to zero", D17, 0.0, 1e-12, others=1)
periodic("irr-wrong-sign", [1000, -2100, 1102], "a positive sum and no positive root", D17, others=None)
periodic("irr-total-loss", [-1000, -5, 0], "all lost: -100 %", D17, -1.0, 0, others=0)
periodic("irr-twelvefold", TWELVE, "(1 - v) to the power of 12: one root", "definition", 0.0, 1e-12, others=0)
periodic("irr-denormal", ["5e-324", 0, 1, -8, 1], "the smallest float beside 8: 1 - 8v + v², as if it were not there; the sum is negative", "definition", -0.8729833462074169, 1e-12, others=1)
periodic("irr-far-apart", ["-1e-180", 3, "-2e180"], "360 powers of ten: 1e180 and 2e180", "definition", 1e180, 1e-11, others=1)
periodic("irr-far-apart-one", ["-1e-100", "1e100"], "a rate of 1e200", "definition", 1e200, 1e-11, others=0)
periodic("irr-gap", [-100, 100, 0, 7], "a period without a flow", NUMPY, 0.06206, 5e-6, others=0)
periodic("irr-many", [-5, 10.5, 1, -8, 1], "the sum is negative, and so is the rate; 0.0886 is among the others", f"{D17}; {NUMPY} says 0.0886", -0.8702012474847411, 1e-12, others=2)
periodic("irr-three-roots", [-1000, 3600, -4310, 1716], "the roots 10 %, 20 % and 30 %", "definition", 0.1, 1e-9, others=2)
periodic("irr-leading-zeros", [0, 0, -100, 110], "periods before the first flow change nothing", "definition", 0.1, 1e-12)
periodic("irr-text", ["-100", "1.1e2"], "amounts as text of digits", "DESIGN, values", 0.1, 1e-12)
periodic("irr-one-period", [-100, 110], "a period is not annualised, so none is too short", "doc of irr", 0.1, 1e-12)
not_periodic("irr-empty", [], "empty", "amounts", "no amounts", ISSUE)
not_periodic("irr-one-sign", [-100, -1], "one_sign", "amounts", "nothing received")
not_periodic("irr-single", [100], "one_sign", "amounts", "one amount has one sign")
not_periodic("irr-no-root", [1, -1, 1], "no_root", "amounts", "both signs, no real root")
not_periodic("irr-nan", [-100, "nan"], "not_finite", "amounts[1]", "NaN as text", ISSUE)
not_periodic("irr-null", [-100, None], "wrong_type", "amounts[1]", "null in a list is no number", ISSUE)
not_periodic("irr-nested", [[-100, 110]], "wrong_type", "amounts[0]", "a list within the list", ISSUE)
cases.bad("irr-flows", "irr", {"flows": []}, "unknown_field", "flows", "dated flows belong to xirr", ISSUE)
cases.bad("irr-text-list", "irr", {"amounts": "-100,110"}, "wrong_type", "amounts", "a text is no list", ISSUE)


# Allocation.
def shared(name, total, weights, expected, note, source, **options):
    weights = weights if isinstance(weights, dict) else {chr(97 + at): weight for at, weight in enumerate(weights)}
    shares = [{"id": key, "weight": weight} for key, weight in weights.items()]
    states = {"allocations": [{"id": key, "amount": amount} for key, amount in zip(weights, expected)]}
    cases.good(name, "allocate", {"total": total, "shares": shares, **options}, note, source, states)


def not_shared(name, total, shares, code, path, note, source=ISSUE, **options):
    shares = [{"id": key, "weight": weight} for key, weight in shares] if isinstance(shares, list) else shares
    cases.bad(name, "allocate", {"total": total, "shares": shares, **options}, code, path, note, source)


shared("allocate-one-cent", 0.01, [33, 66], ["0", "0.01"], "one cent goes to the larger remainder", "moneyphp issue 492")
shared("allocate-zero-weight", 0.05, [0, 7, 3], ["0", "0.04", "0.01"], "a zero weight receives nothing", "moneyphp issue 436")
shared("allocate-75-25", 99.99, [75, 25], ["74.99", "25"], "7499.25 and 2499.75 cents", "moneyphp issue 492")
shared("allocate-tie", 0.01, [1, 1], ["0.01", "0"], "a tie goes by id", f"{D16}; moneyphp issue 466")
shared("allocate-tie-id-order", 0.01, {"b": 1, "a": 1}, ["0", "0.01"], "by id, not by place in the list", D16)
shared("allocate-negative", -0.05, [3, 7], ["-0.02", "-0.03"], "a claw-back: the same as +0.05 with the sign turned", f"{D16}; moneyphp issue 258")
shared("allocate-positive-twin", 0.05, [3, 7], ["0.02", "0.03"], "1.5 and 3.5 cents: a tie by id", f"{D16}; moneyphp issue 258")
shared("allocate-dinero", 10.03, [60, 0, 10, 30], ["6.02", "0", "1", "3.01"], "largest remainder with a zero within", "dinero.js issue 85")
shared("allocate-decimal-weights", 299, ["265.09", "0", "33.91"], ["265.09", "0", "33.91"], "weights with cents, no remainder", "ts-money issue 5")
shared("allocate-brick", 0.03, [75, 25], ["0.02", "0.01"], "2.25 and 0.75 cents", "brick/money issue 55")
shared("allocate-thirds", 100, [1, 1, 1], ["33.34", "33.33", "33.33"], "a cent left over goes to the first id", D16)
shared("allocate-zero-total", 0, [1, 2], ["0", "0"], "nothing to share", D16)
shared("allocate-one-share", 12.34, [5], ["12.34"], "one party takes all", D16)
shared("allocate-yen", 100, [1, 1, 1], ["34", "33", "33"], "a currency without minor units", "ISO 4217, JPY", minor_digits=0)
shared("allocate-dinar", 1, [1, 1, 1], ["0.334", "0.333", "0.333"], "a currency with three decimal places", "ISO 4217, KWD", minor_digits=3)
shared("allocate-tokens", 1, [1, 2], ["0.3333333", "0.6666667"], "seven decimal places, as tokens have", D16, minor_digits=7)
shared("allocate-18-places", "0.000000000000000001", [1, 1], ["0.000000000000000001", "0"], "the smallest unit allowed", "doc of allocate", minor_digits=18)
shared("allocate-long-weights", 1000000000, ["0.3333333333333333333333333333", "0.3333333333333333333333333333", "0.3333333333333333333333333334"], ["333333333.33", "333333333.33", "333333333.34"], "weights of 28 places stay exact", D16)
shared("allocate-tiny-weight", 1, ["0.0000000001", "3000000000000000000000000000"], ["0", "1"], "weights of 38 digits in all", "doc of allocate")
shared("allocate-large-total", "9999999999999999.99", [1, 2, 3, 5, 7], ["555555555555555.56", "1111111111111111.11", "1666666666666666.67", "2777777777777777.77", "3888888888888888.88"], "more cents than a float counts", D16)
shared("allocate-distribution", "1850000.00", {"inv_abc123": "192.3076923", "inv_def456": "384.6153846", "inv_ghi789": "423.0769231"}, ["355769.23", "711538.46", "782692.31"], "a distribution by tokens held", f"{D16}; spec/investment-api.md, ownership_tokens")
shared("allocate-total-exponent", "1e2", [1, 3], ["25", "75"], "an exponent is only a way of writing", "DESIGN, values")
shared("allocate-non-ascii-ids", 0.01, {"ö": 1, "z": 1}, ["0", "0.01"], "ids tie in the order of their code points", D16)

ONE = [("a", 1)]
not_shared("allocate-fraction", 0.001, ONE, "out_of_range", "total", "a tenth of a cent cannot be paid", "doc of allocate")
not_shared("allocate-fraction-yen", 0.5, ONE, "out_of_range", "total", "half a yen", "doc of allocate", minor_digits=0)
not_shared("allocate-no-shares", 1, [], "empty", "shares", "nobody to share with")
not_shared("allocate-all-zero", 1, [("a", 0), ("b", "0.00")], "empty", "shares", "no weight above zero", "doc of allocate")
not_shared("allocate-negative-weight", 1, [("a", 1), ("b", -1)], "out_of_range", "shares[1].weight", "a negative weight", "doc of allocate")
not_shared("allocate-id-twice", 1, [("a", 1), ("a", 1)], "duplicate", "shares[1].id", "one id twice")
not_shared("allocate-id-empty", 1, [("", 1)], "empty", "shares[0].id", "an empty id")
not_shared("allocate-id-nul", 1, [("a\u0000", 1)], "invalid_character", "shares[0].id", "NUL in an id")
not_shared("allocate-total-nan", "NaN", ONE, "not_finite", "total", "NaN as text")
not_shared("allocate-total-infinite", "-Infinity", ONE, "not_finite", "total", "an infinity as text")
not_shared("allocate-total-1e400", "1e400", ONE, "out_of_range", "total", "beyond an exact decimal")
not_shared("allocate-total-word", "ten", ONE, "invalid_number", "total", "a text that is no number")
not_shared("allocate-total-bool", False, ONE, "wrong_type", "total", "a boolean is no amount")
not_shared("allocate-weight-29-places", 1, [("a", "0.00000000000000000000000000001")], "out_of_range", "shares[0].weight", "29 decimal places")
not_shared("allocate-weights-too-far-apart", 1, [("a", "0.0000000000000000000000000001"), ("b", "70000000000000000000000000000")], "out_of_range", "shares[1].weight", "weights of 57 digits in all", "doc of allocate")
not_shared("allocate-weight-missing", 1, {"a": 1}, "wrong_type", "shares", "an object where a list belongs")
not_shared("allocate-weight-null", 1, [("a", None)], "missing_field", "shares[0].weight", "null is not zero")
not_shared("allocate-minor-19", 1, ONE, "out_of_range", "minor_digits", "19 decimal places", "doc of allocate", minor_digits=19)
not_shared("allocate-minor-negative", 1, ONE, "out_of_range", "minor_digits", "a negative number of places", minor_digits=-1)
not_shared("allocate-minor-fraction", 1, ONE, "invalid_number", "minor_digits", "half a place", minor_digits=2.5)
not_shared("allocate-unknown-field", 1, ONE, "unknown_field", "currency", "amounts have no currency here", currency="USD")
cases.bad("allocate-duplicate-key", "allocate", None, "duplicate", "total", "a doubled key", ISSUE, text='{"total":1,"total":2,"shares":[]}')
cases.bad("allocate-1e400-number", "allocate", None, "out_of_range", "total", "a JSON number beyond any float is read by its digits", ISSUE, text='{"total":1e400,"shares":[{"id":"a","weight":1}]}')


# Portfolio: eight investments in six projects that give the contract's numbers.
def investment(number, project, amount, received="0", **more):
    name, technology, country, stage = PROJECTS[project]
    return {
        "id": f"inv_{number}",
        "project_id": project,
        "project_name": name,
        "technology": technology,
        "country": country,
        "stage": stage,
        "currency": "USD",
        "amount": amount,
        "distributions_received": received,
        **more,
    }


PROJECTS = {
    "prj_sunrise_solar": ("Sunrise Solar Farm - Nevada", "solar", "US", "construction"),
    "prj_sunset_solar": ("Sunset Solar", "solar", "US", "operating"),
    "prj_thames_solar": ("Thames Rooftops", "solar", "UK", "construction"),
    "prj_tees_wind": ("Tees Wind", "wind", "UK", "operating"),
    "prj_uckermark_wind": ("Windpark Uckermark", "wind", "DE", "planning"),
    "prj_valley_hydro": ("Valley Hydro", "hydro", "US", "operating"),
}
SAMPLE = [
    investment(1, "prj_sunrise_solar", 500, 42.5),
    investment(2, "prj_sunset_solar", 1000, 85),
    investment(3, "prj_thames_solar", 500, 42.5),
    investment(4, "prj_tees_wind", 1000, 85),
    investment(5, "prj_uckermark_wind", 500, 42.5),
    investment(6, "prj_valley_hydro", 600, 51),
    investment(7, "prj_valley_hydro", 400, 34),
    investment(8, "prj_sunrise_solar", 500, 42.5),
]


def part(amount, percentage):
    return {"amount": amount, "percentage": percentage}


def summed(name, investments, note, source, states=None, **options):
    cases.good(name, "summarize_portfolio", {"investments": investments, **options}, note, source, states)


def not_summed(name, investments, code, path, note, source=ISSUE, pending=None, **options):
    cases.bad(name, "summarize_portfolio", {"investments": investments, **options}, code, path, note, source, pending=pending)


summed(
    "portfolio-sample", SAMPLE, "the contract's summary to the digit, with the currency added", SPEC,
    {
        "currency": "USD",
        "total_invested": 5000,
        "holding_value": 5000,
        "current_value": 5425,
        "total_return": 425,
        "return_percentage": "8.5",
        "distributions_received": 425,
        "investment_count": 8,
        "project_count": 6,
        "breakdown_by_technology": {"solar": part(2500, 50), "wind": part(1500, 30), "hydro": part(1000, 20)},
        "breakdown_by_country": {"US": part(3000, 60), "UK": part(1500, 30), "DE": part(500, 10)},
        "breakdown_by_stage": {"operating": part(3000, 60), "construction": part(1500, 30), "planning": part(500, 10)},
        "top_investments": [
            {
                "project_id": "prj_sunrise_solar",
                "project_name": "Sunrise Solar Farm - Nevada",
                "amount": 1000,
                "holding_value": 1000,
                "current_value": 1085,
                "return": 85,
                "return_percentage": "8.5",
            }
        ],
    },
    top=1,
)
summed("portfolio-top-default", SAMPLE, "five positions unless told otherwise; ties by project id", "doc of summarize_portfolio")
summed("portfolio-top-zero", SAMPLE[:2], "no positions asked for", "doc of summarize_portfolio", top=0)
summed("portfolio-empty", [], "an empty portfolio: zeros, no currency", "doc of summarize_portfolio", {"currency": None, "total_invested": 0, "return_percentage": 0})
summed("portfolio-empty-currency", [], "an empty portfolio in a currency", "doc of summarize_portfolio", {"currency": "EUR"}, currency="EUR")
summed("portfolio-one", [investment(1, "prj_sunrise_solar", 500, 42.5)], "the contract's investment: 542.50 and 8.5 %", "spec/investment-api.md, GET /v1/investments", {"current_value": "542.5", "return_percentage": "8.5"})
summed("portfolio-valuation", [investment(1, "prj_sunrise_solar", 500, 42.5, valuation=610.25)], "a valuation is of the holding alone; what it paid out comes to it", D16, {"holding_value": "610.25", "current_value": "652.75", "total_return": "152.75", "return_percentage": "30.55"})
summed("portfolio-valuation-income", [investment(1, "prj_sunrise_solar", 500, 42.5, valuation=510)], "a valuation erases no income: 10 and 42.50", D16, {"holding_value": 510, "current_value": "552.5", "total_return": "52.5", "return_percentage": "10.5"})
summed("portfolio-loss", [investment(1, "prj_sunrise_solar", 500, 0, valuation=125)], "a loss is negative", D16, {"total_return": -375, "return_percentage": -75})
summed("portfolio-valuation-zero", [investment(1, "prj_sunrise_solar", 500, valuation=0)], "worth nothing is a valuation", D16, {"return_percentage": -100})
summed("portfolio-status", [investment(1, "prj_sunrise_solar", 500), investment(2, "prj_tees_wind", 700, status="pending"), investment(3, "prj_tees_wind", 900, status="failed"), investment(4, "prj_tees_wind", 100, status="completed")], "only completed investments count", "doc of summarize_portfolio", {"investment_count": 2, "total_invested": 600})
summed("portfolio-percent-thirds", [investment(1, "prj_sunrise_solar", 1), investment(2, "prj_tees_wind", 1), investment(3, "prj_valley_hydro", 1)], "33.33 each: percentages are rounded one by one", "doc of Breakdown")
summed("portfolio-percent-half-up", [investment(1, "prj_sunrise_solar", 800, 1), investment(2, "prj_tees_wind", 800, 0)], "0.0625 and 0.125 per cent: halves away from zero", "doc of Breakdown", {"return_percentage": "0.06"})
summed("portfolio-percent-half-down", [investment(1, "prj_sunrise_solar", 800, 0, valuation=799)], "-0.125 per cent: halves away from zero", "doc of Breakdown", {"return_percentage": "-0.13"})
summed("portfolio-currencies", [investment(1, "prj_sunrise_solar", 100, 10), investment(2, "prj_tees_wind", 33.33, 1.11, currency="GBP"), investment(3, "prj_uckermark_wind", "0.50", currency="EUR")], "each amount converted and rounded to the cent", D16, {"total_invested": "142.72", "distributions_received": "11.39"}, currency="USD", rates={"GBP": "1.2537", "EUR": 1.85})
summed("portfolio-currency-given", [investment(1, "prj_uckermark_wind", 100, currency="EUR")], "one currency, no rates needed", D16, {"currency": "EUR"}, currency="EUR")
summed("portfolio-currency-of-first", [investment(1, "prj_tees_wind", 5, currency="GBP", status="failed"), investment(2, "prj_uckermark_wind", 100, currency="EUR")], "the currency is that of the completed ones", D16, {"currency": "EUR"})
summed("portfolio-long-digits", [investment(1, "prj_sunrise_solar", "1234567890123456789.12", "0.00000001")], "digits that no float holds", "DESIGN, values", {"current_value": "1234567890123456789.12000001"})
summed("portfolio-no-distributions", [{k: v for k, v in investment(1, "prj_sunrise_solar", 500).items() if k != "distributions_received"}], "nothing distributed yet", D16, {"current_value": 500})
summed("portfolio-keys", [{**investment(1, "prj_sunrise_solar", 1), "technology": "zéro \"x\""}, {**investment(2, "prj_tees_wind", 1), "technology": "Wind"}], "keys as given, by code points where amounts tie", "doc of Breakdown")

BAD = investment(1, "prj_sunrise_solar", 500)
not_summed("portfolio-rate-missing", [investment(1, "prj_sunrise_solar", 1), investment(2, "prj_tees_wind", 1, currency="GBP")], "rate_missing", "investments[1].currency", "two currencies and no rates", D16)
not_summed("portfolio-rate-missing-one", [investment(1, "prj_tees_wind", 1, currency="GBP")], "rate_missing", "investments[0].currency", "a rate for another currency does not help", D16, currency="USD", rates={"EUR": 1.1})
not_summed("portfolio-rates-alone", [BAD], "missing_field", "currency", "rates into which currency?", D16, rates={"EUR": 1.1})
not_summed("portfolio-rate-zero", [BAD], "out_of_range", "rates.EUR", "a rate of zero", "doc of summarize_portfolio", currency="USD", rates={"EUR": 0})
not_summed("portfolio-rate-key", [BAD], "unknown_value", "rates.euro", "no currency code", "doc of summarize_portfolio", currency="USD", rates={"euro": 1})
not_summed("portfolio-rates-list", [BAD], "wrong_type", "rates", "a list where an object belongs", currency="USD", rates=[1.1])
not_summed("portfolio-currency-lower", [{**BAD, "currency": "usd"}], "unknown_value", "investments[0].currency", "three capital letters", "doc of summarize_portfolio")
not_summed("portfolio-amount-zero", [{**BAD, "amount": 0}], "out_of_range", "investments[0].amount", "nothing invested is no investment", "doc of summarize_portfolio")
not_summed("portfolio-amount-negative", [{**BAD, "amount": -5}], "out_of_range", "investments[0].amount", "a negative investment", "doc of summarize_portfolio")
not_summed("portfolio-amount-nan", [{**BAD, "amount": "nan"}], "not_finite", "investments[0].amount", "NaN as text")
not_summed("portfolio-amount-1e29", [{**BAD, "amount": "1e29"}], "out_of_range", "investments[0].amount", "beyond an exact decimal")
not_summed("portfolio-distributions-negative", [{**BAD, "distributions_received": -0.01}], "out_of_range", "investments[0].distributions_received", "negative distributions", "doc of summarize_portfolio")
not_summed("portfolio-valuation-negative", [{**BAD, "valuation": -1}], "out_of_range", "investments[0].valuation", "a negative valuation", "doc of summarize_portfolio")
not_summed("portfolio-id-twice", [BAD, BAD], "duplicate", "investments[1].id", "one id names two investments")
not_summed("portfolio-status-unknown", [{**BAD, "status": "paid"}], "unknown_value", "investments[0].status", "a status that the contract does not have")
not_summed("portfolio-name-empty", [{**BAD, "project_name": ""}], "empty", "investments[0].project_name", "a project without a name")
not_summed("portfolio-country-nul", [{**BAD, "country": "U\u0000"}], "invalid_character", "investments[0].country", "NUL")
not_summed("portfolio-technology-long", [{**BAD, "technology": "s" * 256}], "too_long", "investments[0].technology", "256 characters", "doc of summarize_portfolio")
not_summed("portfolio-unknown-field", [{**BAD, "user_id": "usr_xyz789"}], "unknown_field", "investments[0].user_id", "a field of the service's record that the summary does not need")
not_summed("portfolio-missing-stage", [{k: v for k, v in BAD.items() if k != "stage"}], "missing_field", "investments[0].stage", "no stage")
not_summed("portfolio-top-negative", [BAD], "out_of_range", "top", "a negative count", top=-1)
not_summed("portfolio-top-text", [BAD], "invalid_number", "top", "a text that is no number", top="all")
not_summed(
    "portfolio-inexact-sum", [{**BAD, "amount": "12345678901234567890.12", "distributions_received": "0.0000000001"}],
    "out_of_range", "", "the sum has 30 digits, which no decimal holds: refused, not rounded", D16,
)
not_summed("portfolio-overflow", [{**BAD, "amount": "79228162514264337593543950335"}, {**BAD, "id": "inv_2", "amount": "79228162514264337593543950335"}], "out_of_range", "", "the sum does not fit", "doc of Decimal")

# What several cases share, named once in the file.
cases.fixtures = {
    "investment": BAD,
    "contract-portfolio": SAMPLE,
    "flows-of-excel": flows(*XL),
    "flows-of-mathworks": flows(*MW),
}
