"""Values and rates that follow from a formula, day counts, payback, multiples, market equivalents."""

from .returns import D17, MW, cases, flows

FORMULA, ISSUE11 = "definition", "issue 11, bad input"
FORMULAJS = "formulajs tests (MIT), by Excel"
FSPROJECTS = "fsprojects ExcelFinancialFunctions test data, by Excel"
NUMPY = "numpy-financial tests"
D47 = "DECISIONS 47"
ICMA = "ISDA, EMU and Market Conventions (1998); ICMA rule 251"
ISDA = "ISDA 2006 definitions, 4.16, and its examples by QuantLib's tests"


def good(name, op, input, note, source=FORMULA, **states):
    cases.good(name, op, input, note, source, states)


def bad(name, op, input, code, path, note, source=ISSUE11):
    cases.bad(name, op, input, code, path, note, source)


# Present value and modified rates.
OUTLAY = [-40000, 5000, 8000, 12000, 30000]
good("npv", "npv", {"rate": 0.08, "amounts": OUTLAY}, "the first amount is not discounted", "pyxirr tests (Unlicense)", npv=(3065.222668179, 1e-9))
good("npv-end", "npv", {"rate": 0.1, "amounts": [-10000, 2000, 4000, 8000], "timing": "end"}, "as spreadsheets have it: the first amount is discounted by a period", FORMULAJS, npv=(1031.3503176012546, 1e-12))
good("npv-middle", "npv", {"rate": 0.21, "amounts": [0, 110], "timing": "middle"}, "a period and a half", npv=(110 / 1.21**1.5, 1e-14))
good("npv-zero-rate", "npv", {"rate": 0, "amounts": OUTLAY}, "at a rate of zero it is the sum", npv=(15000.0, 0))
good("npv-negative-rate", "npv", {"rate": -0.5, "amounts": [1, 1, 1]}, "a negative rate above -1", npv=(7.0, 1e-15))
good("npv-zeros", "npv", {"rate": 0.1, "amounts": [0, 0]}, "nothing is worth nothing", npv=(0.0, 0))
bad("npv-empty", "npv", {"rate": 0.1, "amounts": []}, "empty", "amounts", "no amounts")
bad("npv-rate", "npv", {"rate": -1, "amounts": [1]}, "out_of_range", "rate", "-1 leaves nothing to divide by")
bad("npv-nan", "npv", {"rate": 0.1, "amounts": [1, "NaN"]}, "not_finite", "amounts[1]", "NaN as text")
bad("npv-timing", "npv", {"rate": 0.1, "amounts": [1], "timing": "begin"}, "unknown_value", "timing", "a timing that there is not")
bad("npv-overflow", "npv", {"rate": -0.999, "amounts": [1] * 120}, "out_of_range", "", "the value does not fit")

FORMULAJS_MIRR = [-75000, 12000, 15000, 18000, 21000, 24000]
good("mirr", "mirr", {"amounts": FORMULAJS_MIRR, "finance_rate": 0.1, "reinvest_rate": 0.12}, "the example of the spreadsheet's twin", FORMULAJS, rate=(0.07971710360838036, 1e-12))
good("mirr-mixed", "mirr", {"amounts": [100, 200, -50, 300, -200], "finance_rate": 0.05, "reinvest_rate": 0.06}, "received first, paid in between", NUMPY, rate=(0.3428, 5e-5))
good("mirr-negative-rates", "mirr", {"amounts": [-100, -10, 10, 100], "finance_rate": -0.4, "reinvest_rate": -0.1}, "rates below zero", FSPROJECTS, rate=(-0.02240290408416, 1e-11))
good("mirr-total-loss", "mirr", {"amounts": [-100, -10, 0], "finance_rate": 0.1, "reinvest_rate": 0.1}, "all lost: -100 %", D17, rate=(-1.0, 0))
bad("mirr-no-outlay", "mirr", {"amounts": [39000, 30000], "finance_rate": 0.1, "reinvest_rate": 0.12}, "one_sign", "amounts", "nothing paid", NUMPY)
bad("mirr-nothing-received", "mirr", {"amounts": [-1, -2], "finance_rate": 0.1, "reinvest_rate": 0.12}, "one_sign", "amounts", "nothing received, and no last value of zero", D17)
bad("mirr-finance-rate", "mirr", {"amounts": [-1, 2], "finance_rate": -1, "reinvest_rate": 0.12}, "out_of_range", "finance_rate", "-1 leaves nothing")
bad("mirr-reinvest-rate", "mirr", {"amounts": [-1, 2], "finance_rate": 0.1, "reinvest_rate": -2}, "out_of_range", "reinvest_rate", "below -1")
bad("mirr-empty", "mirr", {"amounts": [], "finance_rate": 0.1, "reinvest_rate": 0.1}, "empty", "amounts", "no amounts")

good("xmirr", "xmirr", {"flows": flows(*MW), "finance_rate": 0.05, "reinvest_rate": 0.08}, "dated flows, years by ACT/365F", FORMULA)
good("xmirr-two-years", "xmirr", {"flows": flows(("2021-01-01", -100), ("2023-01-01", 121)), "finance_rate": 0.05, "reinvest_rate": 0.05}, "two years of 365 days: 10 %", FORMULA, rate=(0.1, 1e-15))
good("xmirr-30e-360", "xmirr", {"flows": flows(("2021-01-31", -100), ("2021-07-31", 20), ("2023-01-31", 121)), "finance_rate": 0.05, "reinvest_rate": 0.05, "day_count": "30E/360"}, "years by 30E/360", FORMULA)
good("xmirr-total-loss", "xmirr", {"flows": flows(("2021-01-01", -100), ("2023-01-01", 0)), "finance_rate": 0.05, "reinvest_rate": 0.05}, "all lost: -100 %", D17, rate=(-1.0, 0))
good("xmirr-short", "xmirr", {"flows": flows(("2021-01-01", -100), ("2021-07-01", 105)), "finance_rate": 0.05, "reinvest_rate": 0.05, "annualize_short_period": True}, "half a year, asked to annualise", D17)
bad("xmirr-short-unasked", "xmirr", {"flows": flows(("2021-01-01", -100), ("2021-07-01", 105)), "finance_rate": 0.05, "reinvest_rate": 0.05}, "short_period", "flows", "half a year is not annualised unasked", D17)
bad("xmirr-one-day", "xmirr", {"flows": flows(("2021-01-01", -100), ("2021-01-01", 105)), "finance_rate": 0.05, "reinvest_rate": 0.05}, "one_day", "flows", "all on one day")
bad("xmirr-one-sign", "xmirr", {"flows": flows(("2021-01-01", 100), ("2023-01-01", 105)), "finance_rate": 0.05, "reinvest_rate": 0.05}, "one_sign", "flows", "nothing paid")
bad("xmirr-empty", "xmirr", {"flows": [], "finance_rate": 0.05, "reinvest_rate": 0.05}, "empty", "flows", "no flows")


# Day counts.
def years(name, start, end, count, note, source=ISDA, expected=None, days=None, **more):
    states = {} if expected is None else {"years": (expected, 1e-11)}
    cases.good(f"years-{name}", "year_fraction", {"start": start, "end": end, "day_count": count, **more}, note, source, states | ({} if days is None else {"days": days}))


years("act-365f", "2023-01-01", "2024-01-01", "ACT/365F", "a year of 365 days", expected=1.0, days=365)
years("act-360", "2023-01-01", "2024-01-01", "ACT/360", "the same by 360", expected=365 / 360)
years("act-365-25", "2023-01-01", "2027-01-01", "ACT/365.25", "four years with a leap day", FORMULA, 4.0, 1461)
years("act-act-isda", "2003-11-01", "2004-05-01", "ACT/ACT ISDA", "61 days of 365 and 121 of 366", ICMA, 0.497724380567, 182)
years("icma-regular", "2003-11-01", "2004-05-01", "ACT/ACT ICMA", "half a year is half", ICMA, 0.5, 182, frequency=2)
years("icma-short-first", "1999-02-01", "1999-07-01", "ACT/ACT ICMA", "a short first period, by a coupon of July", ICMA, 0.410958904110, frequency=1, coupon="1999-07-01")
years("icma-long-first", "2002-08-15", "2003-07-15", "ACT/ACT ICMA", "a long first period: the part before the coupon and half a year", ICMA, 0.915760869565, frequency=2, coupon="2003-07-15")
years("icma-short-last", "2000-01-30", "2000-06-30", "ACT/ACT ICMA", "a short last period", ICMA, 0.417582417582, frequency=2, coupon="2000-01-30")
years("icma-month-ends", "1999-11-30", "2000-04-30", "ACT/ACT ICMA", "coupons on the 31st, at the end of shorter months", ICMA, 0.415760869565, frequency=4, coupon="2000-05-31")
years("icma-unscheduled", "2023-01-15", "2025-04-15", "ACT/ACT ICMA", "a coupon a year from the first day on", ICMA, 2 + 90 / 365)
years("icma-back", "2004-05-01", "2003-11-01", "ACT/ACT ICMA", "backwards is negative", ICMA, days=-182, frequency=2)
years("30-360-us", "2008-02-29", "2008-08-31", "30/360 US", "the last of February is the 30th", days=180)
years("30-360-isda", "2008-02-29", "2008-08-31", "30/360 ISDA", "the last of February is not", days=182)
years("30e-360-isda", "2006-01-31", "2006-02-28", "30E/360 ISDA", "both ends are the 30th", days=30, termination="2008-02-29")
years("30e-360-isda-termination", "2011-08-31", "2012-02-29", "30E/360 ISDA", "but for the day of termination", days=179, termination="2012-02-29")
years("30e-360-isda-open", "2011-08-31", "2012-02-29", "30E/360 ISDA", "without a termination", days=180)
years("30e-360", "2011-08-31", "2012-02-29", "30E/360", "February keeps its days", days=179)
cases.good("years-default", "year_fraction", {"start": "2023-01-01", "end": "2023-01-01"}, "a day is no time; ACT/365F", FORMULA, {"years": (0.0, 0), "days": 0})
bad("years-frequency", "year_fraction", {"start": "2023-01-01", "end": "2024-01-01", "frequency": 5}, "out_of_range", "frequency", "five coupons part no year into months", ICMA)
bad("years-frequency-zero", "year_fraction", {"start": "2023-01-01", "end": "2024-01-01", "frequency": 0}, "out_of_range", "frequency", "no coupons")
bad("years-day-count", "year_fraction", {"start": "2023-01-01", "end": "2024-01-01", "day_count": "30/360"}, "unknown_value", "day_count", "which of them?")
bad("years-date", "year_fraction", {"start": "2023-02-30", "end": "2024-01-01"}, "invalid_date", "start", "30 February")
bad("years-missing", "year_fraction", {"start": "2023-02-03"}, "missing_field", "end", "to which day?")
cases.good("xirr-act-365-25", "xirr", {"flows": flows(*MW), "day_count": "ACT/365.25"}, "ACT/365.25", FORMULA)
cases.good("xirr-30-360-us", "xirr", {"flows": flows(*MW), "day_count": "30/360 US"}, "30/360 US is 30/360 SIA", "MathWorks xirr documentation, by pyxirr tests (Unlicense)", {"rate": (0.100675477282743, 1e-9)})

# Compounding.
good("annualize", "annualize", {"total_return": 0.21, "years": 2}, "two years of 10 %", rate=(0.1, 1e-15))
good("annualize-one-year", "annualize", {"total_return": 0.085, "years": 1}, "a year is one", rate=(0.085, 1e-15))
good("annualize-loss", "annualize", {"total_return": -0.5, "years": 4}, "half lost in four years", rate=(0.5**0.25 - 1, 1e-15))
good("annualize-all-lost", "annualize", {"total_return": -1, "years": 4}, "all lost", D17, rate=(-1.0, 0))
good("annualize-short", "annualize", {"total_return": "0.1683", "years": 0.5, "annualize_short_period": True}, "half a year, asked for", D17)
bad("annualize-short-unasked", "annualize", {"total_return": -0.0124, "years": 0.41}, "short_period", "years", "150 days are not annualised unasked", f"{D17}; ghostfolio issue 585")
bad("annualize-more-than-all", "annualize", {"total_return": -1.5, "years": 4}, "out_of_range", "total_return", "more than all cannot be lost")
bad("annualize-no-time", "annualize", {"total_return": 0.5, "years": 0}, "out_of_range", "years", "no time")
bad("annualize-nan", "annualize", {"total_return": "nan", "years": 2}, "not_finite", "total_return", "NaN as text")
bad("annualize-overflow", "annualize", {"total_return": "1e300", "years": 0.001, "annualize_short_period": True}, "out_of_range", "", "a rate that no float holds")
good("link", "link_returns", {"returns": [0.1625, -0.0556]}, "two periods", "Investopedia, time-weighted return", rate=(0.0979, 5e-5))
good("link-small", "link_returns", {"returns": ["1e-17", "1e-17"]}, "small returns keep their digits", rate=(2e-17, 0))
good("link-lost", "link_returns", {"returns": [0.5, -1, 3]}, "once all is lost, it stays lost", rate=(-1.0, 0))
bad("link-empty", "link_returns", {"returns": []}, "empty", "returns", "no returns")
bad("link-below", "link_returns", {"returns": [0.1, -1.01]}, "out_of_range", "returns[1]", "more than all cannot be lost")
good("holding-period", "holding_period_return", {"begin_value": 500, "end_value": 510, "income": "42.50"}, "value and income", "DECISIONS 16", rate=(0.105, 0))
good("holding-period-plain", "holding_period_return", {"begin_value": 1000, "end_value": 1010}, "1 %, not 10 %", "portfolio-help issue 117", rate=(0.01, 0))
good("holding-period-lost", "holding_period_return", {"begin_value": "0.01", "end_value": 0}, "all lost", rate=(-1.0, 0))
bad("holding-period-nothing", "holding_period_return", {"begin_value": 0, "end_value": 1}, "out_of_range", "begin_value", "a return on nothing")
bad("holding-period-negative", "holding_period_return", {"begin_value": 1, "end_value": -1}, "out_of_range", "end_value", "a value below zero")
good("effective", "effective_rate", {"nominal_rate": 0.0525, "periods": 4}, "compounded by quarters", "Microsoft Excel documentation, EFFECT", rate=(0.0535427, 5e-8))
good("effective-negative", "effective_rate", {"nominal_rate": -0.5, "periods": 12}, "a nominal loss")
bad("effective-none", "effective_rate", {"nominal_rate": 0.1, "periods": 0}, "out_of_range", "periods", "never compounded")
bad("effective-lost", "effective_rate", {"nominal_rate": -4, "periods": 4}, "out_of_range", "nominal_rate", "a quarter loses all")
good("nominal", "nominal_rate", {"effective_rate": 0.1, "periods": 4}, "the inverse", FORMULAJS, rate=(0.09645475633778045, 1e-13))
bad("nominal-below", "nominal_rate", {"effective_rate": -1, "periods": 4}, "out_of_range", "effective_rate", "all lost")
good("periods-to-grow", "periods_to_grow", {"rate": 0.1, "begin_value": 1000, "end_value": 2000}, "doubling at 10 %", FORMULAJS, periods=(7.272540897341714, 1e-13))
good("periods-to-shrink", "periods_to_grow", {"rate": -0.5, "begin_value": 8, "end_value": 1}, "halved three times", periods=(3.0, 1e-15))
bad("periods-to-grow-never", "periods_to_grow", {"rate": 0, "begin_value": 1, "end_value": 2}, "out_of_range", "rate", "nothing grows at 0")
bad("periods-to-grow-nothing", "periods_to_grow", {"rate": 0.1, "begin_value": 0, "end_value": 2}, "out_of_range", "begin_value", "nothing does not grow")

# Payback.
SAMPLE = [-2500000] + [262500] * 10
good("payback-sample", "payback", {"amounts": SAMPLE}, "the contract's project: 9.52 years, shown as 10", f"{D47}; spec/investment-api.md", periods=(1 / 0.105, 1e-12), whole_periods=10, stays_paid_back=True)
good("payback-exact", "payback", {"amounts": [-100, 50, 50]}, "at the end of the second period", periods=(2.0, 0), whole_periods=2)
good("payback-second-outlay", "payback", {"amounts": [-100, -50, 100, 100]}, "paid twice", periods=(2.5, 0), whole_periods=3)
good("payback-undone", "payback", {"amounts": [-100, 125, -50, 10]}, "paid back, and then paid again: said", periods=(0.8, 1e-15), whole_periods=1, stays_paid_back=False)
good("payback-never", "payback", {"amounts": [-100, 50, 40]}, "never", periods=None, whole_periods=None, stays_paid_back=False)
good("payback-no-outlay", "payback", {"amounts": [100, -50]}, "nothing was paid at first", periods=None)
good("payback-binary", "payback", {"amounts": [-0.3, 0.1, 0.2]}, "0.1 + 0.2 - 0.3 is nothing left to pay", periods=(2.0, 0), whole_periods=2)
good("payback-discounted", "payback", {"amounts": [-5200, 2800, 3700, 5100, 4300], "rate": 0.14}, "discounted", "textbook problem (Ross, Westerfield, Jaffe)", periods=(1.96, 0.01))
good("payback-discounted-never", "payback", {"amounts": SAMPLE, "rate": 0.09}, "discounted, the sample's ten years do not do")
bad("payback-empty", "payback", {"amounts": []}, "empty", "amounts", "no amounts")
bad("payback-rate", "payback", {"amounts": [-1, 2], "rate": -1}, "out_of_range", "rate", "-1 leaves nothing to divide by")

# Multiples.
INSEAD = "INSEAD, Measuring Private Equity Fund Performance (2019), by pyxirr tests (Unlicense)"
good("multiples", "multiples", {"contributions": [25], "distributions": [15], "nav": 20}, "DPI 0.6, RVPI 0.8, TVPI 1.4", INSEAD, dpi=(0.6, 1e-15), rvpi=(0.8, 1e-15), tvpi=(1.4, 1e-15), moic=(1.4, 1e-15))
good("multiples-fees", "multiples", {"contributions": ["10.50", "20.25"], "distributions": ["15.10", 30], "nav": 0, "invested": 30}, "fees are paid in and not invested", FORMULA, paid_in="30.75", distributed="45.1")
good("multiples-nothing-yet", "multiples", {"contributions": [2500000], "distributions": [], "nav": 0}, "zeros", tvpi=(0.0, 0))
bad("multiples-nothing-paid", "multiples", {"contributions": [0], "distributions": [1], "nav": 1}, "empty", "contributions", "nothing paid in")
bad("multiples-negative", "multiples", {"contributions": [5, -1], "distributions": [], "nav": 1}, "out_of_range", "contributions[1]", "a negative contribution")
bad("multiples-nav", "multiples", {"contributions": [5], "distributions": [], "nav": -1}, "out_of_range", "nav", "a negative value")
bad("multiples-invested", "multiples", {"contributions": [5], "distributions": [], "nav": 1, "invested": 0}, "out_of_range", "invested", "nothing invested")
good("gain", "gain", {"invested": "298.58", "value": "331.83", "fees": 19}, "gross and net apart", "ghostfolio portfolio-calculator tests", gross="33.25", net="14.25", gross_return=(0.11136043941322259, 1e-12), net_return=(0.04772590260566682, 1e-12))
good("gain-sold", "gain", {"invested": "151.60", "value": "87.80", "received": "85.73", "fees": "4.25"}, "half of it sold", "ghostfolio portfolio-calculator tests", gross="21.93", net="17.68")
good("gain-loss", "gain", {"invested": 100, "value": 0, "fees": 5}, "more than all is lost with the fees", net=-105, net_return=(-1.05, 1e-15))
bad("gain-nothing", "gain", {"invested": 0, "value": 1}, "out_of_range", "invested", "a return on nothing")
bad("gain-fees", "gain", {"invested": 1, "value": 1, "fees": -1}, "out_of_range", "fees", "negative fees")

# Beside a market.
WIKI = {"amounts": [-100, -50, 60, 10, 0], "index": [100, 105, 115, 117, 120], "nav": 110}
good("pme", "public_market_equivalent", {"amounts": [-25, 15, 0], "index": [100, 115, 130], "nav": 20}, "Kaplan and Schoar's", INSEAD, ks_pme=(1.14, 0.01))
good("pme-alpha", "public_market_equivalent", WIKI, "1.09 % a year above the index", "Wikipedia, Public Market Equivalent", direct_alpha=(0.0109, 1.1e-4))
good("pme-dated", "public_market_equivalent", WIKI | {"dates": ["2015-01-01", "2016-01-01", "2017-01-01", "2018-01-01", "2019-01-01"]}, "the same by days", FORMULA)
good("pme-lost", "public_market_equivalent", {"amounts": [-100, 0], "index": [1, 2], "nav": 0}, "all lost; in the index it would have doubled", FORMULA, ks_pme=(0.0, 0), direct_alpha=(-1.0, 0), irr=(-1.0, 0), ln_pme=(1.0, 1e-12))
good("pme-no-rate", "public_market_equivalent", {"amounts": [100, -1, 0], "index": [1, 1, 1], "nav": 5}, "received more than was ever paid: no rate", FORMULA, irr=None)
bad("pme-nothing-paid", "public_market_equivalent", {"amounts": [1, 2], "index": [1, 2], "nav": 0}, "one_sign", "amounts", "no contribution")
bad("pme-index-short", "public_market_equivalent", {"amounts": [-1, 2], "index": [1], "nav": 0}, "length_mismatch", "index", "a value for each amount")
bad("pme-index-zero", "public_market_equivalent", {"amounts": [-1, 2], "index": [1, 0], "nav": 0}, "out_of_range", "index[1]", "an index of zero")
bad("pme-dates-short", "public_market_equivalent", {"amounts": [-1, 2], "index": [1, 1], "nav": 0, "dates": ["2020-01-01"]}, "length_mismatch", "dates", "a day for each amount")
bad("pme-dates-order", "public_market_equivalent", {"amounts": [-1, 2], "index": [1, 1], "nav": 0, "dates": ["2020-01-02", "2020-01-01"]}, "out_of_range", "dates[1]", "days out of order")
bad("pme-nav", "public_market_equivalent", {"amounts": [-1, 2], "index": [1, 1], "nav": -1}, "out_of_range", "nav", "a negative value")

# Shapes.
bad("link-nan", "link_returns", {"returns": [0.1, "inf"]}, "not_finite", "returns[1]", "an infinite return")
bad("holding-period-nan", "holding_period_return", {"begin_value": 1, "end_value": "nan"}, "not_finite", "end_value", "NaN as text")
bad("effective-fraction", "effective_rate", {"nominal_rate": 0.1, "periods": 2.5}, "invalid_number", "periods", "half a period")
bad("nominal-none", "nominal_rate", {"effective_rate": 0.1, "periods": 0}, "out_of_range", "periods", "never compounded")
bad("nominal-missing", "nominal_rate", {"periods": 4}, "missing_field", "effective_rate", "no rate")
bad("periods-to-grow-infinite", "periods_to_grow", {"rate": 0.1, "begin_value": 1, "end_value": "inf"}, "not_finite", "end_value", "an infinite value")
bad("payback-nan", "payback", {"amounts": [-1, "nan"]}, "not_finite", "amounts[1]", "NaN as text")
bad("gain-received", "gain", {"invested": 1, "value": 1, "received": -1}, "out_of_range", "received", "received less than nothing")
