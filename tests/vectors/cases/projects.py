"""Energy, exceedance, levelised cost, projects, waterfall, loans: DECISIONS 47 to 51."""

from .returns import cases

ISSUE, FORMULA, SPEC = "issue 11, bad input", "definition", "spec/investment-api.md, GET /v1/projects/{project_id}"
D47, D49, D50, D51 = "DECISIONS 47", "DECISIONS 49", "DECISIONS 50", "DECISIONS 51"
SAM = "NREL System Advisor Model"


def good(name, op, input, note, source=FORMULA, **states):
    cases.good(name, op, input, note, source, states)


def bad(name, op, input, code, path, note, source=ISSUE):
    cases.bad(name, op, input, code, path, note, source)


# Energy.
good("energy-compound", "degraded_energy", {"first_year": 1, "degradation": 0.005, "years": 25}, "year 25 has 88.665 %", f"{D50}; ssc issue 503")
good("energy-linear", "degraded_energy", {"first_year": 1, "degradation": 0.005, "years": 25, "method": "linear"}, "year 25 has 88 %", f"{D50}; ssc issue 503")
good("energy-linear-gone", "degraded_energy", {"first_year": 100, "degradation": 0.4, "years": 5, "method": "linear"}, "down to nothing, and not below", D50)
good("energy-first-year", "degraded_energy", {"first_year": 120000, "degradation": 0.0045, "years": 1}, "year 1 has none", D50)
bad("energy-degradation", "degraded_energy", {"first_year": 1, "degradation": 0.5, "years": 0}, "out_of_range", "years", "no years")
bad("energy-years", "degraded_energy", {"first_year": 1, "degradation": 0.5, "years": 201}, "out_of_range", "years", "201 years")
bad("energy-percent", "degraded_energy", {"first_year": 1, "degradation": 45, "years": 2}, "out_of_range", "degradation", "per cent in place of a fraction")
bad("energy-negative", "degraded_energy", {"first_year": -1, "degradation": 0, "years": 2}, "out_of_range", "first_year", "negative energy")
good("capacity-factor", "capacity_factor", {"energy": 120000, "capacity": 50}, "the contract's 27.4 %", SPEC, capacity_factor=(0.274, 5e-4))
good("capacity-factor-month", "capacity_factor", {"energy": 500, "capacity": 2, "hours": 744}, "a month of 31 days")
bad("capacity-factor-none", "capacity_factor", {"energy": 1, "capacity": 0}, "out_of_range", "capacity", "no capacity")
bad("capacity-factor-hours", "capacity_factor", {"energy": 1, "capacity": 1, "hours": 0}, "out_of_range", "hours", "no time")
bad("capacity-factor-negative", "capacity_factor", {"energy": -1, "capacity": 1}, "out_of_range", "energy", "negative energy")

# Exceedance.
for probability, z in ((0.5, 0.0), (0.75, 0.6744897501960817), (0.9, 1.2815515655446004), (0.99, 2.3263478740408408), (0.1, -1.2815515655446004), (0.999999, 4.753424308822899)):
    good(f"exceedance-p{str(probability)[2:]}", "exceedance_quantile", {"probability": probability}, "the quantile of the normal distribution", f"{D51}; standard normal table", z=(z, 1e-11))
good("exceedance-far", "exceedance_quantile", {"probability": "1e-300"}, "far out", D51)
bad("exceedance-one", "exceedance_quantile", {"probability": 1}, "out_of_range", "probability", "certain")
bad("exceedance-zero", "exceedance_quantile", {"probability": 0}, "out_of_range", "probability", "impossible")
bad("exceedance-percent", "exceedance_quantile", {"probability": 90}, "out_of_range", "probability", "per cent in place of a fraction")
good("exceedance-value", "exceedance_value", {"p50": 120000, "uncertainty": 0.065, "probability": 0.9}, "P90 of the contract's project", D51, value=(110003.89778875212, 1e-12))
good("exceedance-value-negative", "exceedance_value", {"p50": 1, "uncertainty": 2, "probability": 0.99}, "a normal distribution goes below zero", FORMULA)
bad("exceedance-value-p50", "exceedance_value", {"p50": -1, "uncertainty": 0.1, "probability": 0.9}, "out_of_range", "p50", "a negative median")
bad("exceedance-value-uncertainty", "exceedance_value", {"p50": 1, "uncertainty": -0.1, "probability": 0.9}, "out_of_range", "uncertainty", "a negative uncertainty")
bad("exceedance-value-probability", "exceedance_value", {"p50": 1, "uncertainty": 0.1, "probability": 1.5}, "out_of_range", "probability", "above 1")
good("uncertainties", "combine_uncertainties", {"parts": [3, 4]}, "3 % and 4 % are 5 %", uncertainty=(5.0, 0))
good("uncertainties-many", "combine_uncertainties", {"parts": [0.03, 0.04, 0.01, 0, 0.02]}, "five of them")
bad("uncertainties-empty", "combine_uncertainties", {"parts": []}, "empty", "parts", "none")
bad("uncertainties-negative", "combine_uncertainties", {"parts": [1, -1]}, "out_of_range", "parts[1]", "a negative one")
bad("uncertainties-nan", "combine_uncertainties", {"parts": ["nan"]}, "not_finite", "parts[0]", "NaN as text")

# Levelised cost.
TEN = {"costs": [1000] + [50] * 10, "energy": [0] + [1000] * 10, "nominal_discount_rate": 0.1}
good("lcoe-end", "lcoe", TEN, "at the end of the year unless told otherwise", D50, basis="nominal", timing="end")
good("lcoe-start", "lcoe", TEN | {"timing": "start"}, "at its start", "SolarTherm issue 30", lcoe=(0.19795035898410138, 1e-13))
good("lcoe-middle", "lcoe", TEN | {"timing": "middle"}, "in its middle", D50)
good("lcoe-real", "lcoe", TEN | {"real_discount_rate": 0.07}, "energy at the real rate", SAM, basis="real")
good("lcoe-credit", "lcoe", {"costs": [100, -50, 10], "energy": [0, 40, 40], "nominal_discount_rate": 0}, "a tax credit in the first year", SAM, lcoe=(0.75, 0))
bad("lcoe-energy-short", "lcoe", TEN | {"energy": [0, 1]}, "length_mismatch", "energy", "a year's energy for a year's cost")
bad("lcoe-no-energy", "lcoe", TEN | {"energy": [0] * 11}, "empty", "energy", "no energy at all")
bad("lcoe-energy-negative", "lcoe", TEN | {"energy": [0, -1] + [1] * 9}, "out_of_range", "energy[1]", "negative energy")
bad("lcoe-rate", "lcoe", TEN | {"nominal_discount_rate": -1}, "out_of_range", "nominal_discount_rate", "-1 leaves nothing")
bad("lcoe-empty", "lcoe", TEN | {"costs": [], "energy": []}, "empty", "costs", "no years")
good("recovery", "capital_recovery_factor", {"rate": 0.07, "years": 25}, "7 % for 25 years", "NREL simple LCOE documentation", factor=(0.0858105172206656, 1e-13))
good("recovery-small", "capital_recovery_factor", {"rate": 0.0001, "years": 20}, "a small rate keeps its digits", factor=(0.050052516624174696, 1e-13))
good("recovery-zero", "capital_recovery_factor", {"rate": 0, "years": 20}, "the limit at 0", factor=(0.05, 0))
good("recovery-negative", "capital_recovery_factor", {"rate": -0.02, "years": 10}, "a negative rate")
bad("recovery-rate", "capital_recovery_factor", {"rate": -1, "years": 10}, "out_of_range", "rate", "-1 leaves nothing")
bad("recovery-years", "capital_recovery_factor", {"rate": 0.1, "years": 0}, "out_of_range", "years", "no years")
bad("recovery-half", "capital_recovery_factor", {"rate": 0.1, "years": 2.5}, "invalid_number", "years", "half a year")
FCR = {"capital_cost": 182700000, "fixed_operating_cost": 5100000, "fixed_charge_rate": "0.08222968470861396", "annual_energy": 756864000}
good("lcoe-fcr", "lcoe_fixed_charge", FCR, "without a variable cost", SAM, lcoe=(0.026587819471217775, 1e-12))
good("lcoe-fcr-variable", "lcoe_fixed_charge", {"capital_cost": 374660500, "fixed_operating_cost": 5531900, "variable_operating_cost": 0.004, "fixed_charge_rate": 0.098, "annual_energy": "241044037.1676289"}, "with one", SAM, lcoe=(0.1792734873529317, 1e-12))
bad("lcoe-fcr-no-energy", "lcoe_fixed_charge", FCR | {"annual_energy": 0}, "out_of_range", "annual_energy", "no energy")
bad("lcoe-fcr-rate", "lcoe_fixed_charge", FCR | {"fixed_charge_rate": -0.1}, "out_of_range", "fixed_charge_rate", "a negative rate")
bad("lcoe-fcr-capital", "lcoe_fixed_charge", FCR | {"capital_cost": -1}, "out_of_range", "capital_cost", "a negative outlay")

# The contract's sample project.
TERMS = {
    "target_amount": 2500000, "raised_amount": 1800000, "expected_return_annual": 10.5, "exit_timeline_years": 10, "capacity_mw": 50,
    "expected_generation_mwh_annual": 120000, "panel_count": 87719, "panel_capacity_w": 570,
}
good("figures-sample", "project_figures", {"terms": TERMS}, "72 % funded, 105 %, 9.52 years shown as 10, 27.4 %", f"{D47}; {D49}; {SPEC}", funding_percentage=72, expected_return_total=105, payback_years="9.52", payback_period_years=10, capacity_factor="27.4", installed_capacity_mw="49.99983")
good("figures-nothing", "project_figures", {"terms": {}}, "nothing known", funding_percentage=None, payback_period_years=None)
good("figures-overfunded", "project_figures", {"terms": {"target_amount": 3, "raised_amount": 10}}, "more than asked", funding_percentage="333.33")
good("figures-exact-payback", "project_figures", {"terms": {"expected_return_annual": 12.5}}, "eight years exactly", payback_years=8, payback_period_years=8)
bad("figures-target", "project_figures", {"terms": TERMS | {"target_amount": 0}}, "out_of_range", "terms.target_amount", "a target of nothing")
bad("figures-return", "project_figures", {"terms": TERMS | {"expected_return_annual": -1}}, "out_of_range", "terms.expected_return_annual", "a loss pays nothing back")
bad("figures-field", "project_figures", {"terms": {"target": 1}}, "unknown_field", "terms.target", "a field that there is not")

# Cash flows.
PLAN = {"capital_cost": 1000, "years": 10, "first_year_energy": 1000, "prices": [0.2], "operating_cost": 50, "discount_rate": 0.1}
FULL = {
    "capital_cost": 2500000, "years": 25, "first_year_energy": 120000, "degradation": 0.0045, "availability": 0.985, "prices": [4, 4.1, 4.2],
    "price_growth": 0.02, "operating_cost": 90000, "operating_cost_growth": 0.025, "tax_rate": 0.21, "depreciation_years": 5, "discount_rate": 0.0906,
}
good("project", "project_cash_flows", {"plan": PLAN}, "ten years alike", D50, **{"years.#": 10, "timing": "end", "degradation_method": "compound"})
good("project-start", "project_cash_flows", {"plan": PLAN | {"timing": "start"}}, "at the start of the year", D50, lcoe=(0.19795035898410138, 1e-13))
good("project-full", "project_cash_flows", {"plan": FULL}, "degradation, availability, a path of prices, growing costs, tax and depreciation", D50)
good("project-linear", "project_cash_flows", {"plan": FULL | {"degradation_method": "linear", "timing": "middle"}}, "linear degradation, in the middle of the year", D50)
good("project-loss", "project_cash_flows", {"plan": PLAN | {"prices": [0.0625], "operating_cost": 62.5, "tax_rate": 0.3}}, "no profit, no tax, nothing back: all lost", D50, internal_rate=(-1.0, 0))
good("project-negative-price", "project_cash_flows", {"plan": PLAN | {"prices": [0.3, -0.1, 0.4], "tax_rate": 0.3}}, "a year with a negative price: its loss is carried forward", D50)
good("project-no-energy", "project_cash_flows", {"plan": PLAN | {"first_year_energy": 0, "operating_cost": 1}}, "no energy: no levelised cost, no rate", D50, lcoe=None, internal_rate=None)
bad("project-prices", "project_cash_flows", {"plan": PLAN | {"prices": []}}, "empty", "plan.prices", "no price")
bad("project-capital", "project_cash_flows", {"plan": PLAN | {"capital_cost": 0}}, "out_of_range", "plan.capital_cost", "built for nothing")
bad("project-availability", "project_cash_flows", {"plan": PLAN | {"availability": 98}}, "out_of_range", "plan.availability", "per cent in place of a fraction")
bad("project-price-nan", "project_cash_flows", {"plan": PLAN | {"prices": [1, "nan"]}}, "not_finite", "plan.prices[1]", "NaN as text")
bad("project-method", "project_cash_flows", {"plan": PLAN | {"degradation_method": "none"}}, "unknown_value", "plan.degradation_method", "a method that there is not")

# Waterfall.
PLUMULE = "plumuleadvisory.com, carried interest part 2"


def fund(name, contributed, proceeds, note, source=FORMULA, terms=None, **states):
    terms = {"preferred_rate": 0.08, "years": 1, "catch_up": 1, "carry": 0.2} | (terms or {})
    cases.good(f"waterfall-{name}", "waterfall", {"contributed": contributed, "proceeds": proceeds, "terms": terms}, note, source, states)


def no_fund(name, code, path, note, contributed=100, proceeds=200, **terms):
    terms = {"preferred_rate": 0.08, "years": 1, "catch_up": 1, "carry": 0.2} | terms
    cases.bad(f"waterfall-{name}", "waterfall", {"contributed": contributed, "proceeds": proceeds, "terms": terms}, code, path, note, ISSUE)


fund("no-catch-up", 100, 200, "carry on what is above the hurdle", PLUMULE, {"catch_up": 0}, investors="181.6", manager="18.4")
fund("no-hurdle", 100, 200, "carry on all of the profit", PLUMULE, {"catch_up": 0, "preferred_rate": 0}, investors=180, manager=20)
fund("below-hurdle", 100, 105, "below the hurdle no carry", investors=105, manager=0)
fund("in-catch-up", 100, 109, "within the catch-up", investors=108, manager=1)
fund("full-catch-up", 100000000, 300000000, "above it: 80 and 20 % of the profit", terms={"years": 5}, investors=260000000, manager=40000000)
fund("half-catch-up", 100, 200, "half of the catch-up is the investors'", terms={"catch_up": 0.5})
fund("loss", 100, "33.33", "not all of the capital comes back", return_of_capital="33.33", investors="33.33")
fund("cents", "1000.01", "1333.37", "to the cent", terms={"years": 3, "preferred_rate": "0.0725", "catch_up": "0.8", "carry": "0.175"})
fund("nothing", 100, 0, "nothing to share", investors=0)
no_fund("catch-up-below-carry", "out_of_range", "terms.catch_up", "the manager would never catch up", catch_up=0.1)
no_fund("carry", "out_of_range", "terms.carry", "all of the profit", carry=1)
no_fund("years", "out_of_range", "terms.years", "201 years", years=201)
no_fund("cent-fraction", "out_of_range", "proceeds", "a fraction of a cent", proceeds="0.001")
no_fund("negative", "out_of_range", "contributed", "a negative contribution", contributed=-1)


# Loans.
def loan(name, note, source=FORMULA, states=None, **terms):
    cases.good(f"loan-{name}", "loan_schedule", {"loan": terms}, note, source, states or {})


def no_loan(name, code, path, note, **terms):
    terms = {"principal": 1000, "annual_rate": 0.05, "instalments": 3} | terms
    cases.bad(f"loan-{name}", "loan_schedule", {"loan": terms}, code, path, note, ISSUE)


loan("annuity", "three months at a per cent a month", principal=1000, annual_rate=0.12, instalments=3, states={"instalments.0.payment": "340.02", "instalments.2.payment": "340.03", "instalments.2.balance": 0})
loan("annuity-year", "200,000 at 6.5 % over thirty years", principal=200000, annual_rate=0.065, instalments=360, states={"instalments.0.payment": "1264.14", "instalments.#": 360})
loan("annuity-quarters", "by quarters, with days", principal="12345.67", annual_rate="0.0475", instalments=8, per_year=4, first_due="2025-08-31", states={"instalments.0.due": "2025-08-31", "instalments.2.due": "2026-02-28"})
loan("annuity-free", "without interest", principal=100, annual_rate=0, instalments=3, states={"instalments.2.payment": "33.34"})
loan("linear", "equal parts of the principal", principal=1000, annual_rate=0.05, instalments=3, repayment="linear", per_year=1)
loan("bullet", "interest alone, and all at the end", principal=1000, annual_rate=0.05, instalments=3, repayment="bullet", per_year=2, states={"instalments.2.payment": 1025})
loan("one", "one instalment", principal="0.01", annual_rate=0.05, instalments=1)
no_loan("principal", "out_of_range", "loan.principal", "nothing lent", principal=0)
no_loan("cent-fraction", "out_of_range", "loan.principal", "a fraction of a cent", principal="0.001")
no_loan("rate", "out_of_range", "loan.annual_rate", "a negative rate", annual_rate=-0.01)
no_loan("instalments", "out_of_range", "loan.instalments", "no instalments", instalments=0)
no_loan("per-year", "out_of_range", "loan.per_year", "five a year", per_year=5)
LENT = {"principal": 1000, "annual_rate": "0.073", "start": "2025-01-01", "end": "2025-03-02"}
good("accrued", "accrued_interest", LENT, "sixty days", interest=12)
for count in ("ACT/360", "ACT/365.25", "30/360 ISDA", "30/360 US", "30E/360", "30E/360 ISDA"):
    slug = count.lower().replace("/", "-").replace(" ", "-").replace(".", "-")
    good(f"accrued-{slug}", "accrued_interest", LENT | {"day_count": count, "end": "2025-05-31"}, count)
good("accrued-no-time", "accrued_interest", LENT | {"end": "2025-01-01"}, "no time", interest=0)
bad("accrued-act-act", "accrued_interest", LENT | {"day_count": "ACT/ACT ISDA"}, "unknown_value", "day_count", "years of several lengths")
bad("accrued-back", "accrued_interest", LENT | {"end": "2024-12-31"}, "invalid_period", "end", "backwards")
bad("accrued-negative", "accrued_interest", LENT | {"principal": -1}, "out_of_range", "principal", "a negative principal")
