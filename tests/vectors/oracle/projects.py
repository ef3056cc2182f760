"""Energy, exceedance, levelised cost, cash flows, waterfall, loans: by their formulas, in fractions and 60 digits."""

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

import mpmath

from . import returns as r
from .fault import Fault
from .money import _day
from .rates import above, amounts, answer, exact, money, mp, real

HALF = Fraction(1, 2)


def at_least(question: dict, name: str, least=0, most=None) -> Fraction:
    value = real(question, name)
    if value < least or (most is not None and value > most):
        raise Fault("out_of_range", name)
    return value


def whole(question: dict, name: str, least: int, most: int) -> int:
    value = int(question[name])
    if not least <= value <= most:
        raise Fault("out_of_range", name)
    return value


def _left(rate: Fraction, year: int, method: str) -> Fraction:
    return (1 - rate) ** (year - 1) if method == "compound" else max(1 - rate * (year - 1), Fraction(0))


def degraded_energy(question: dict) -> dict:
    first, rate = at_least(question, "first_year"), at_least(question, "degradation", 0, 1)
    years = whole(question, "years", 1, 200)
    method = question.get("method") or "compound"
    return {"energy": [float(mp(first * _left(rate, year, method))) for year in range(1, years + 1)]}


def capacity_factor(question: dict) -> dict:
    energy, capacity = at_least(question, "energy"), above(question, "capacity", 0)
    hours = above(question, "hours", 0) if question.get("hours") is not None else Fraction(8760)
    return answer("capacity_factor", mp(energy / capacity / hours))


def _z(question: dict):
    probability = above(question, "probability", 0)
    if probability >= 1:
        raise Fault("out_of_range", "probability")
    return mpmath.sqrt(2) * mpmath.erfinv(2 * mp(probability) - 1)


def exceedance_quantile(question: dict) -> dict:
    return {"z": float(_z(question))}


def exceedance_value(question: dict) -> dict:
    p50, sigma = at_least(question, "p50"), at_least(question, "uncertainty")
    return answer("value", mp(p50) * (1 - _z(question) * mp(sigma)))


def combine_uncertainties(question: dict) -> dict:
    parts = amounts(question, "parts")
    for at, part in enumerate(parts):
        if part < 0:
            raise Fault("out_of_range", f"parts[{at}]")
    return answer("uncertainty", mpmath.sqrt(mp(sum(part * part for part in parts))))


OFFSET = {"start": Fraction(0), "middle": HALF, "end": Fraction(1)}


def _present(values: list, rate: Fraction, timing: str):
    terms = [mp(v) * mp(1 + rate) ** -mp(Fraction(0) if k == 0 else k - 1 + OFFSET[timing]) for k, v in enumerate(values) if v]
    return mpmath.fsum(terms)


def lcoe(question: dict) -> dict:
    costs = amounts(question, "costs")
    if len(question["energy"]) != len(costs):
        raise Fault("length_mismatch", "energy")
    energy = [Fraction(float(value)) for value in question["energy"]]
    for at, value in enumerate(energy):
        if value < 0:
            raise Fault("out_of_range", f"energy[{at}]")
    nominal = above(question, "nominal_discount_rate")
    real_rate = above(question, "real_discount_rate") if question.get("real_discount_rate") is not None else None
    timing = question.get("timing") or "end"
    cost, left = _present(costs, nominal, timing), _present(energy, nominal if real_rate is None else real_rate, timing)
    if not left:
        raise Fault("empty", "energy")
    return {
        "lcoe": float(cost / left),
        "basis": "nominal" if real_rate is None else "real",
        "timing": timing,
        "cost_present_value": float(cost),
        "energy_present_value": float(left),
    }


def capital_recovery_factor(question: dict) -> dict:
    rate, years = above(question, "rate"), whole(question, "years", 1, 200)
    return answer("factor", mp(1 / sum((1 + rate) ** -k for k in range(1, years + 1))))


def lcoe_fixed_charge(question: dict) -> dict:
    def given(name):
        return real(question, name) if question.get(name) is not None else Fraction(0)

    capital, charge = at_least(question, "capital_cost"), at_least(question, "fixed_charge_rate")
    energy = above(question, "annual_energy", 0)
    return answer("lcoe", mp((charge * capital + given("fixed_operating_cost")) / energy + given("variable_operating_cost")))


def _rounded(value: Fraction, places: int) -> Decimal:
    sign = -1 if value < 0 else 1
    return exact(Fraction(sign * floor(abs(value) * 10**places + HALF), 10**places))


def project_figures(question: dict) -> dict:
    terms = question["terms"]
    fields = {}
    for name, zero in (("target_amount", False), ("raised_amount", True), ("expected_return_annual", False), ("exit_timeline_years", False), ("capacity_mw", False), ("expected_generation_mwh_annual", True), ("panel_capacity_w", False)):
        try:
            fields[name] = money(terms, name, zero) if terms.get(name) is not None else None
        except Fault as fault:
            raise fault.under("terms") from None
    panels = Fraction(int(terms["panel_count"])) if terms.get("panel_count") is not None else None

    def of(figure, *names):
        values = [panels if name == "panel_count" else fields[name] for name in names]
        return None if None in values else figure(*values)

    return {
        "funding_percentage": of(lambda raised, target: _rounded(100 * raised / target, 2), "raised_amount", "target_amount"),
        "expected_return_total": of(lambda annual, years: exact(annual * years), "expected_return_annual", "exit_timeline_years"),
        "payback_years": of(lambda annual: _rounded(100 / annual, 2), "expected_return_annual"),
        "payback_period_years": of(lambda annual: ceil(100 / annual), "expected_return_annual"),
        "capacity_factor": of(lambda energy, capacity: _rounded(100 * energy / (capacity * 8760), 1), "expected_generation_mwh_annual", "capacity_mw"),
        "installed_capacity_mw": of(lambda count, watts: exact(count * watts / 10**6), "panel_count", "panel_capacity_w"),
    }


def project_cash_flows(question: dict) -> dict:
    try:
        return _project(question["plan"])
    except Fault as fault:
        raise fault.under("plan") from None


def _project(plan: dict) -> dict:
    def given(name, default, check):
        return check(plan, name) if plan.get(name) is not None else Fraction(default)

    def part(p, name):
        return at_least(p, name, 0, 1)

    capital, years = above(plan, "capital_cost", 0), whole(plan, "years", 1, 200)
    first = at_least(plan, "first_year_energy")
    degradation, availability = given("degradation", 0, part), given("availability", 1, part)
    prices = amounts(plan, "prices")
    price_growth = given("price_growth", 0, above)
    operating, growth = given("operating_cost", 0, at_least), given("operating_cost_growth", 0, above)
    tax_rate = given("tax_rate", 0, part)
    written = whole(plan, "depreciation_years", 1, 200) if plan.get("depreciation_years") is not None else years
    rate = above(plan, "discount_rate")
    method, timing = plan.get("degradation_method") or "compound", plan.get("timing") or "end"

    rows, loss = [], Fraction(0)
    for year in range(1, years + 1):
        energy = first * availability * _left(degradation, year, method)
        price = prices[year - 1] if year <= len(prices) else prices[-1] * (1 + price_growth) ** (year - len(prices))
        cost = operating * (1 + growth) ** (year - 1)
        profit = energy * price - cost - (capital / written if year <= written else 0) - loss
        loss, tax = max(-profit, Fraction(0)), max(profit, Fraction(0)) * tax_rate
        rows.append((year, energy, price, energy * price, cost, tax, energy * price - cost - tax))
    flows = [-capital, *(row[6] for row in rows)]
    costs, energies = [capital, *(row[4] for row in rows)], [Fraction(0), *(row[1] for row in rows)]
    left = _present(energies, rate, timing)
    rates = None
    if any(flow > 0 for flow in flows):
        try:
            rates = r._rates([(Fraction(k), flow) for k, flow in enumerate(flows) if flow], "amounts")
        except Fault:
            rates = None
    elif flows[-1] == 0:
        rates = r.LOSS
    total, found, stays = -capital, None, True
    for k, flow in enumerate(flows[1:], 1):
        before, total = total, total + flow
        if found is None and total >= 0:
            found = k - 1 + (-before / flow if flow else 1)
        elif found is not None and total < 0:
            stays = False
    names = ("year", "energy", "price", "revenue", "operating_cost", "tax", "cash_flow")
    return {
        "years": [{name: value if name == "year" else float(mp(value)) for name, value in zip(names, row)} for row in rows],
        "degradation_method": method,
        "timing": timing,
        "net_present_value": float(_present(flows, rate, timing)),
        "internal_rate": None if rates is None else rates["rate"],
        "ambiguous": rates is not None and rates["ambiguous"],
        "payback": {
            "periods": None if found is None else float(mp(found)),
            "whole_periods": None if found is None else ceil(found),
            "stays_paid_back": found is not None and stays,
        },
        "lcoe": float(_present(costs, rate, timing) / left) if left else None,
    }


def _cents(value: Fraction) -> Fraction:
    return Fraction(floor(value * 100 + HALF), 100)


def _whole_cents(question: dict, name: str, zero=True) -> Fraction:
    value = money(question, name, zero)
    if (value * 100).denominator != 1:
        raise Fault("out_of_range", name)
    return value


def waterfall(question: dict) -> dict:
    contributed, proceeds = _whole_cents(question, "contributed"), _whole_cents(question, "proceeds")
    terms = question["terms"]
    try:
        preferred_rate, catch_up = money(terms, "preferred_rate", default=0), money(terms, "catch_up", default=0)
        carry, years = money(terms, "carry"), whole(terms, "years", 0, 200)
        if carry >= 1:
            raise Fault("out_of_range", "carry")
        if catch_up > 1 or 0 < catch_up <= carry:
            raise Fault("out_of_range", "catch_up")
    except Fault as fault:
        raise fault.under("terms") from None
    preferred = _cents(contributed * (1 + preferred_rate) ** years) - contributed
    capital = min(contributed, proceeds)
    first = min(preferred, proceeds - capital)
    step = _cents(preferred * carry / (catch_up - carry)) if catch_up else Fraction(0)
    step = min(step, proceeds - capital - first)
    caught, left = _cents(step * catch_up), proceeds - capital - first - step
    carried = _cents(left * carry)
    values = {
        "return_of_capital": capital,
        "preferred_return": first,
        "catch_up": caught,
        "catch_up_investors": step - caught,
        "carried_interest": carried,
        "residual": left - carried,
        "investors": proceeds - caught - carried,
        "manager": caught + carried,
    }
    return {name: exact(value) for name, value in values.items()}


def loan_schedule(question: dict) -> dict:
    loan = question["loan"]
    try:
        return {"instalments": list(_instalments(loan))}
    except Fault as fault:
        raise fault.under("loan") from None


def _instalments(loan: dict):
    principal, rate = _whole_cents(loan, "principal", zero=False), money(loan, "annual_rate")
    count = whole(loan, "instalments", 1, 1200)
    per_year = int(loan["per_year"]) if loan.get("per_year") is not None else 12
    if per_year not in (1, 2, 3, 4, 6, 12):
        raise Fault("out_of_range", "per_year")
    first = _day(loan, "first_due")
    kind, i = loan.get("repayment") or "annuity", rate / per_year
    payment = _cents(principal * i / (1 - (1 + i) ** -count) if i else principal / count)
    balance = principal
    for number in range(1, count + 1):
        interest = _cents(balance * i)
        back = {"annuity": min(payment - interest, balance), "linear": balance - _cents(principal * (count - number) / count), "bullet": Fraction(0)}[kind]
        back = balance if number == count else back
        balance -= back
        yield {
            "number": number,
            "due": None if first is None else _after(first, (number - 1) * 12 // per_year).isoformat(),
            "payment": exact(interest + back),
            "interest": exact(interest),
            "principal": exact(back),
            "balance": exact(balance),
        }


def _after(first, months: int):
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    for last in (31, 30, 29, 28):
        try:
            return type(first)(year, month + 1, min(first.day, last))
        except ValueError:
            continue


def accrued_interest(question: dict) -> dict:
    principal, rate = money(question, "principal"), money(question, "annual_rate")
    start, end = _day(question, "start"), _day(question, "end")
    if end < start:
        raise Fault("invalid_period", "end")
    name = question.get("day_count") or "ACT/365F"
    if name.startswith("ACT/ACT"):
        raise Fault("unknown_value", "day_count")
    if name == "30E/360 ISDA":
        from .rates import _thirty_e_isda

        years = Fraction(_thirty_e_isda(start, end, None), 360)
    else:
        years = r.DAY_COUNTS[name](start, end)
    return {"interest": exact(_cents(principal * rate * years))}
