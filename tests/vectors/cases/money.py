"""Ties that rotate, weights, payouts, roundings, tokens: DECISIONS 16, 42 and 46."""

from .returns import D16, cases

D42, D46 = "DECISIONS 42", "DECISIONS 46"
ISSUE, DOC = "issue 11, bad input", "doc of pay_out"


def rotating(name, distribution, note, total="0.01", shares="ab", **more):
    shares = [{"id": key, "weight": 1} for key in shares]
    cases.good(name, "allocate", {"total": total, "shares": shares, "distribution": distribution, **more}, note, D46)


rotating("allocate-rotating-q1", "dst_2025_q1", "a cent between two: the first")
rotating("allocate-rotating-q3", "dst_2025_q3", "two quarters later: the other")
rotating("allocate-rotating-many", "dst_abc123", "four cents among nine", "0.04", "abcdefghi")
rotating("allocate-rotating-no-tie", "dst_abc123", "nothing is left over", "0.02")
rotating("allocate-rotating-negative", "dst_2025_q3", "a reversal goes as the payment went", "-0.01")
rotating("allocate-rotating-non-ascii", "Ausschüttung 2025", "ids by their bytes in UTF-8", "0.02", "öäü")
cases.good(
    "allocate-rotating-remainders", "allocate",
    {"total": "0.05", "shares": [{"id": "a", "weight": 3}, {"id": "b", "weight": 7}, {"id": "c", "weight": 3}], "distribution": "dst_1"},
    "a larger remainder goes first, whatever the hash says", D46,
)
cases.bad("allocate-distribution-empty", "allocate", {"total": 1, "shares": [{"id": "a", "weight": 1}], "distribution": ""}, "empty", "distribution", "a distribution without an id", ISSUE)
cases.bad("allocate-distribution-nul", "allocate", {"total": 1, "shares": [{"id": "a", "weight": 1}], "distribution": "a\u0000b"}, "invalid_character", "distribution", "NUL parts the two ids", D46)


def held(key, units, since, to=None):
    return {"id": key, "units": units, "start": since} | ({"end": to} if to else {})


def weighed(name, holdings, record_date, note, source=D42, expected=None, **more):
    states = {} if expected is None else {"shares": [{"id": key, "weight": weight} for key, weight in expected]}
    cases.good(f"weights-{name}", "entitlement_weights", {"holdings": holdings, "record_date": record_date, **more}, note, source, states)


def not_weighed(name, holdings, code, path, note, source=ISSUE, record_date="2025-03-31", **more):
    cases.bad(f"weights-{name}", "entitlement_weights", {"holdings": holdings, "record_date": record_date, **more}, code, path, note, source)


DAYS = {"basis": "days_held", "first_day": "2025-01-01"}
weighed("record-date", [held("a", "192.3076923", "2024-05-01"), held("b", 10, "2025-03-31"), held("c", 10, "2025-04-01"), held("d", 10, "2024-01-01", "2025-03-31")], "2025-03-31", "what came that day counts, what went that day does not", D42, [("a", "192.3076923"), ("b", 10), ("c", 0), ("d", 0)])
weighed("before-purchase", [held("a", 5, "2025-03-21"), held("b", 5, "2024-03-21")], "2025-03-10", "nothing is owed for a day before the purchase", "investbrain issue 113", [("a", 0), ("b", 5)])
weighed("days", [held("a", 100, "2024-11-01"), held("b", 100, "2025-03-02"), held("c", 100, "2025-01-01", "2025-02-01")], "2025-03-31", "90, 30 and 31 days of a quarter", D42, [("a", 9000), ("b", 3000), ("c", 3100)], **DAYS)
weighed("days-parts", [held("a", "1.5", "2024-11-01"), held("b", 2, "2025-01-31"), held("a", "0.5", "2025-03-01")], "2025-03-31", "a holder's holdings are summed", D42, [("a", "150.5"), ("b", 120)], **DAYS)
weighed("days-same-day", [held("a", 1, "2025-02-01", "2025-02-01"), held("b", 1, "2025-02-01", "2025-02-02")], "2025-03-31", "came and went within a day: at no day's end", D42, [("a", 0), ("b", 1)], **DAYS)
weighed("days-leap", [held("a", 1, "2024-02-01", "2024-03-01")], "2024-12-31", "29 days", D42, [("a", 29)], basis="days_held", first_day="2024-01-01")
not_weighed("no-first-day", [held("a", 1, "2025-01-01")], "missing_field", "first_day", "days since when?", basis="days_held")
not_weighed("first-day-late", [held("a", 1, "2025-01-01")], "invalid_period", "first_day", "after the record date", basis="days_held", first_day="2025-04-01")
not_weighed("empty", [], "empty", "holdings", "no holdings")
not_weighed("units-negative", [held("a", 1, "2025-01-01"), held("b", -1, "2025-01-01")], "out_of_range", "holdings[1].units", "negative units")
not_weighed("to-before-from", [held("a", 1, "2025-01-02", "2025-01-01")], "invalid_period", "holdings[0].end", "gone before it came")
not_weighed("id-empty", [held("", 1, "2025-01-02")], "empty", "holdings[0].id", "a holder without an id")
not_weighed("basis", [held("a", 1, "2025-01-02")], "unknown_value", "basis", "a basis that there is not", basis="average", first_day="2025-01-01")


def parts(**amounts):
    return [{"id": key, "amount": amount} for key, amount in amounts.items()]


def paid(name, amounts, note, expected, **more):
    states = {"payouts": [dict(zip(("id", "due", "paid", "carried"), row)) for row in expected]}
    cases.good(f"payout-{name}", "pay_out", {"amounts": amounts, **more}, note, DOC, states)


def not_paid(name, amounts, code, path, note, **more):
    cases.bad(f"payout-{name}", "pay_out", {"amounts": amounts, **more}, code, path, note, ISSUE)


paid("minimum", parts(a="4.99", b=5, c="5.01"), "from the minimum on", [("a", "4.99", 0, "4.99"), ("b", 5, 5, 0), ("c", "5.01", "5.01", 0)], minimum=5)
paid("carried", parts(a="4.80", b=12), "with what was carried before", [("a", "5.1", "5.1", 0), ("b", 12, 12, 0)], carried=parts(a="0.30"), minimum=5)
paid("carried-alone", parts(a=1), "a party that gets nothing this time", [("a", 1, 0, 1), ("b", 7, 7, 0), ("c", 2, 0, 2)], carried=parts(b=7, c=2), minimum=5)
paid("reversal", parts(a=-3, b=2), "a reversal is carried until later parts have made up for it", [("a", -3, 0, -3), ("b", 1, 1, 0)], carried=parts(b=-1))
paid("zero", parts(a=0, b="0.01"), "without a minimum all is paid", [("a", 0, 0, 0), ("b", "0.01", "0.01", 0)])
paid("empty", [], "nobody", [])
not_paid("minimum-negative", parts(a=1), "out_of_range", "minimum", "a negative minimum", minimum=-1)
not_paid("twice", [*parts(a=1), *parts(a=2)], "duplicate", "amounts[1].id", "one id twice")
not_paid("carried-twice", parts(a=1), "duplicate", "carried[1].id", "one id twice", carried=[*parts(b=1), *parts(b=2)])
not_paid("nan", parts(a="nan"), "not_finite", "amounts[0].amount", "NaN as text")

for rule in ("half_up", "half_down", "half_even", "down", "up", "floor", "ceiling"):
    slug = rule.replace("_", "-")
    cases.good(f"round-{slug}", "round_amount", {"amount": "2.345", "rounding": rule}, f"{slug} of a half", "definition")
    cases.good(f"round-{slug}-negative", "round_amount", {"amount": "-2.335", "rounding": rule}, f"{slug} of a negative half", "definition")
    cases.good(f"round-{slug}-above", "round_amount", {"amount": "2.3450000000000000000000001", "rounding": rule}, f"{slug} just above a half", "definition")
cases.good("round-default", "round_amount", {"amount": "0.005"}, "to the cent, halves away from zero", D16, {"amount": "0.01"})
cases.good("round-yen", "round_amount", {"amount": "1234.5", "minor_digits": 0, "rounding": "half_even"}, "no minor units", "definition", {"amount": 1234})
cases.good("round-longer", "round_amount", {"amount": "1.5", "minor_digits": 28}, "more places than it has", "definition", {"amount": "1.5"})
cases.bad("round-places", "round_amount", {"amount": 1, "minor_digits": 29}, "out_of_range", "minor_digits", "29 places", ISSUE)
cases.bad("round-rule", "round_amount", {"amount": 1, "rounding": "bankers"}, "unknown_value", "rounding", "a rule that there is not", ISSUE)
cases.bad("round-word", "round_amount", {"amount": "one"}, "invalid_number", "amount", "a text that is no number", ISSUE)

SPEC = "spec/investment-api.md, ownership_tokens"
cases.good("tokens-sample", "ownership_tokens", {"amount": 500, "token_price": "2.6"}, "the contract's investment", f"{D16}; {SPEC}", {"tokens": "192.3076923"})
cases.good("tokens-down", "ownership_tokens", {"amount": 2, "token_price": 3}, "0.66666666… down", D16, {"tokens": "0.6666666"})
cases.good("tokens-exact", "ownership_tokens", {"amount": "0.0000001", "token_price": 1}, "the smallest token", D16, {"tokens": "0.0000001"})
cases.good("tokens-none", "ownership_tokens", {"amount": 0, "token_price": 1}, "nothing invested", D16, {"tokens": 0})
cases.good("tokens-never-too-many", "ownership_tokens", {"amount": "0.9999999999999999999999999999", "token_price": 10000000}, "just below a token: none", D16, {"tokens": 0})
cases.good("tokens-large", "ownership_tokens", {"amount": "123456789012345678.99", "token_price": "7.77"}, "digits that no float holds", D16)
cases.bad("tokens-free", "ownership_tokens", {"amount": 1, "token_price": 0}, "out_of_range", "token_price", "a price of nothing", ISSUE)
cases.bad("tokens-negative", "ownership_tokens", {"amount": -1, "token_price": 1}, "out_of_range", "amount", "a negative amount", ISSUE)
cases.bad("tokens-beyond", "ownership_tokens", {"amount": "79228162514264337593543950335", "token_price": "0.0000001"}, "out_of_range", "", "more tokens than a decimal holds", ISSUE)
