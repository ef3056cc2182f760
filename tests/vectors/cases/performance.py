"""What a holding returned over time: DECISIONS 42 and 43."""

from .returns import D17, SHORT, cases, flows

D42, D43 = "DECISIONS 42", "DECISIONS 43"
HLEDGER = "hledger roi tests"
PORTFOLIO = "portfolio-performance ClientIndexTest"
GIPS = "Wikipedia, Modified Dietz method"
ISSUE = "issue 11, bad input"


def values(*pairs):
    return [{"date": date, "value": value} for date, value in pairs]


def held(name, op, pairs, at, note, source=D42, states=None, **more):
    cases.good(name, op, {"flows": flows(*pairs), "values": values(*at), **more}, note, source, states)


def refused(name, op, pairs, at, code, path, note, source=D43, **more):
    cases.bad(name, op, {"flows": flows(*pairs), "values": values(*at), **more}, code, path, note, source)


TWR, MWR = "time_weighted_return", "money_weighted_return"
# Bought, added to, drawn from; a value at the end of each day.
DAILY = [("2011-12-31", -10000), ("2012-01-02", -200), ("2012-01-03", 400), ("2012-01-06", -5400), ("2012-01-07", "3697.04")]
CLOSES = [("2011-12-31", 10000), ("2012-01-01", 10230), ("2012-01-02", 10630), ("2012-01-03", "9995.59"), ("2012-01-04", "10289.58"), ("2012-01-05", "10583.57"), ("2012-01-06", "16179.56"), ("2012-01-07", 11600), ("2012-01-08", "10596.15")]
held("twr-daily", TWR, DAILY, CLOSES, "paid in at the start of the day, paid out at its end", f"{D42}; {PORTFOLIO}", {"rate": (-0.056182678, 1e-6), "annual_rate": None, "periods.#": 9, "days": 9})
held("twr-daily-at-start", TWR, DAILY, CLOSES, "all at the start of the day", D42, timing="start")
held("twr-daily-at-end", TWR, DAILY, CLOSES, "all at the end of the day", D42, timing="end")
held("twr-trade-prices", TWR, [("2024-06-18", -100), ("2025-06-18", 110)], [("2025-06-18", 0)], "bought and sold, no value in between: the trades' prices", f"{D43}; hledger issue 2415", {"rate": (0.1, 1e-15)})
held("twr-income", TWR, [("2010-01-01", -100), ("2011-12-31", 8), ("2012-03-29", 100)], [("2011-12-31", 100), ("2012-03-29", 0)], "income paid out, the value as before", "hledger issue 1791", {"rate": (0.08, 1e-15)})
held("twr-no-flows", TWR, [], [("2020-01-01", 100), ("2021-01-01", 90), ("2022-01-01", 121)], "values alone", "definition", {"rate": (0.21, 1e-15)})
held("twr-annual", TWR, [], [("2020-12-31", 100), ("2022-12-31", 121)], "two years of 10 %", D17, {"rate": (0.21, 1e-15), "annual_rate": (0.1, 1e-15)})
held("twr-flow-size", TWR, [("2021-01-01", -1000000)], [("2020-12-31", 1), ("2021-01-01", 1000001), ("2021-12-31", "1100001.1")], "the size of a flow does not count", "definition", {"rate": (0.1, 1e-12)})
held("twr-after-value", TWR, [("2002-01-01", "-509.30")], [("2000-12-31", "43.11"), ("2001-12-31", "50.93"), ("2002-12-31", "622.49")], "a flow at the start of the day after a value needs none", f"{HLEDGER}, case 16, by values", {"rate": (0.31268847135235456, 1e-12)}, timing="start")
held("twr-bought-at-end", TWR, [("2020-01-01", -100)], [("2021-01-01", 110)], "bought at the end of its day", D42, {"rate": (0.1, 1e-15), "days": 366}, timing="end")
held("twr-bought-and-valued", TWR, [("2020-01-01", -100)], [("2020-01-01", 101), ("2020-01-02", 100)], "valued on the day of the purchase", D42, {"rate": (0.0, 1e-15)})
held("twr-lost", TWR, [("2020-01-01", -100), ("2022-01-01", -50)], [("2021-12-31", 0), ("2022-12-31", 60)], "once all is lost, it stays lost", D17, {"rate": (-1.0, 0), "annual_rate": (-1.0, 0)})
held("twr-empty-time", TWR, [("2020-01-01", -100), ("2020-06-01", 105), ("2021-01-01", -100)], [("2020-06-01", 0), ("2021-06-01", 110)], "nothing held for half a year", D43, {"rate": (0.155, 1e-12)})
ROI = [("2017-07-01", -100), ("2017-10-01", 50)]
AT = [("2017-05-31", 100), ("2017-06-30", 110), ("2017-12-31", 155)]
held("twr-linked-irr", TWR, ROI, AT, "linked internal rates", f"{HLEDGER}, case 7", {"rate": (0.0702, 1e-4)}, method="internal_rate")
held("twr-linked-dietz", TWR, ROI, AT, "linked by the modified Dietz method", "definition", method="modified_dietz")
held("twr-linked-lost", TWR, [("2017-07-01", -100)], [("2017-05-31", 100), ("2017-12-31", 0)], "all lost in a period", D17, {"rate": (-1.0, 0)}, method="internal_rate")
refused("twr-no-value", TWR, [("2020-01-01", -100)], [], "no_valuation", "values", "bought, and nothing known since")
refused("twr-nothing", TWR, [], [], "no_valuation", "values", "neither flows nor values")
refused("twr-one-value", TWR, [], [("2020-01-01", 100)], "no_valuation", "values", "one value has nothing to compare with")
refused("twr-value-before-last-flow", TWR, [("2020-01-01", -100), ("2021-01-01", 20)], [("2020-12-31", 100)], "no_valuation", "values", "nothing says what is left")
refused("twr-unvalued-flow", TWR, ROI, AT, "no_valuation", "flows[1].date", "a flow between values: the return up to it is unknown")
refused("twr-unvalued-income", TWR, [("2020-01-01", -100), ("2020-07-01", 60), ("2021-01-01", 55)], [("2021-01-01", 0)], "no_valuation", "flows[1].date", "income, or half of it sold? a value must say")
refused("twr-on-nothing", TWR, [("2020-06-01", 100)], [("2020-01-01", 0), ("2020-06-01", 0)], "no_capital", "flows", "paid out of nothing")
refused("twr-dietz-negative", TWR, [("2020-01-02", 200)], [("2019-12-31", 100), ("2020-12-31", 10)], "no_capital", "flows", "more taken out than there was", method="modified_dietz")
refused("twr-value-negative", TWR, [], [("2020-01-01", 100), ("2021-01-01", -1)], "out_of_range", "values[1].value", "a holding is not worth less than nothing", ISSUE)
refused("twr-value-twice", TWR, [], [("2020-01-01", 100), ("2020-01-01", 101)], "duplicate", "values[1].date", "two values of a day", ISSUE)
refused("twr-value-nan", TWR, [], [("2020-01-01", 100), ("2021-01-01", "nan")], "not_finite", "values[1].value", "NaN as text", ISSUE)
refused("twr-method", TWR, [], [("2020-01-01", 1), ("2021-01-01", 1)], "unknown_value", "method", "a method that there is not", ISSUE, method="simple")

held("mwr", MWR, [("2017-01-01", -100)], [("2017-12-31", 112)], "from the start of the first day to the end of the last: a year", f"{HLEDGER}, case 2", {"rate": (0.12, 1e-12)})
held("mwr-two-purchases", MWR, [("2017-01-01", -100), ("2017-06-01", -100)], [("2017-12-31", 20)], "a loss", f"{HLEDGER}, case 5", {"rate": (-0.9574, 1e-4)})
held("mwr-begin", MWR, ROI, AT, "what was held at first counts as paid", f"{HLEDGER}, case 7", {"rate": (0.0524, 1e-4)}, **SHORT)
held("mwr-sold", MWR, [("2010-01-01", -200), ("2011-12-31", 16), ("2012-03-29", 200)], [("2012-03-29", 0)], "sold: nothing is left", f"{HLEDGER}, case 13", {"rate": (0.0353, 2e-4)})
held("mwr-at-end", MWR, [("2017-01-01", -100), ("2018-01-01", -50)], [("2018-12-31", 170)], "all at the end of their days", D42, timing="end")
held("mwr-act-act", MWR, [("2019-07-01", -100)], [("2021-03-31", 130)], "years by ACT/ACT ISDA", D42, day_count="ACT/ACT ISDA")
held("mwr-lost", MWR, [("2019-07-01", -100)], [("2021-03-31", 0)], "all lost", D17, {"rate": (-1.0, 0)})
refused("mwr-short", MWR, ROI, AT, "short_period", "flows", "seven months are not annualised unasked", D17)
refused("mwr-no-value", MWR, [("2019-07-01", -100)], [], "no_valuation", "values", "nothing says what is left")
refused("mwr-value-early", MWR, [("2019-07-01", -100), ("2021-01-01", 50)], [("2020-12-31", 60)], "no_valuation", "values", "a value before the last flow")


def dietz(name, begin, end, pairs, note, source, expected=None, **more):
    input = {"begin": values(begin)[0], "end": values(end)[0], "flows": flows(*pairs), **more}
    cases.good(name, "modified_dietz", input, note, source, {} if expected is None else {"rate": expected})


def no_dietz(name, begin, end, pairs, code, path, note, source=ISSUE, **more):
    input = {"begin": values(begin)[0], "end": values(end)[0], "flows": flows(*pairs), **more}
    cases.bad(name, "modified_dietz", input, code, path, note, source)


dietz("dietz", ("2024-12-31", 100000), ("2025-03-31", 112000), [("2025-02-14", -10000)], "half of the period", "tiko-lang documentation", (2000 / 105000, 1e-15), timing="end")
dietz("dietz-two-years", ("2020-12-31", 100), ("2022-12-31", 300), [("2021-12-31", -50)], "two years", GIPS, (1.2, 1e-12), timing="end")
dietz("dietz-no-flows", ("2020-12-31", 1128728), ("2021-02-14", 1125990), [], "values alone", GIPS, (-0.0024, 5e-5))
dietz("dietz-composite", ("2020-12-31", "585.60"), ("2021-01-31", "602.34"), [("2021-01-05", "15.05"), ("2021-01-09", "-19.82"), ("2021-01-15", "-16.42"), ("2021-01-24", "18.96")], "four flows", "CFA preparation, GIPS composite", (0.0245, 5e-5), timing="end")
dietz("dietz-day-timing", ("2020-12-31", 100), ("2021-01-10", 100), [("2021-01-01", -50), ("2021-01-10", 60)], "in at the start, out at the end: all of the ten days", D42, (10 / 150, 1e-15))
no_dietz("dietz-no-capital", ("2020-12-31", 100), ("2021-01-10", 10), [("2021-01-01", 200)], "no_capital", "flows", "more taken out than there was", "definition", timing="start")
no_dietz("dietz-period", ("2020-12-31", 100), ("2020-12-31", 10), [], "invalid_period", "end.date", "no time")
no_dietz("dietz-outside", ("2020-12-31", 100), ("2021-01-10", 110), [("2020-12-31", 1)], "out_of_range", "flows[0].date", "a flow on the day whose end is the beginning")
no_dietz("dietz-negative", ("2020-12-31", -100), ("2021-01-10", 110), [], "out_of_range", "begin.value", "a value below zero")
