"""Rates of return to 60 digits, exact allocation, portfolio (DECISIONS 16 and 17)."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from hashlib import sha256
from itertools import groupby
from math import exp, floor, fsum, log

import mpmath

from . import text as t
from .fault import Fault
from .overlap import day

mpmath.mp.dps = 60
EXACT = Context(prec=80)
EARLIEST, LATEST = log(2.0**-53), 709.782712893384


# Day counts: ISDA 2006 definitions, section 4.16; SIA, Standard Securities Calculation Methods.

def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _ends_february(d: date) -> bool:
    return d.month == 2 and d.day == (29 if _is_leap(d.year) else 28)


def _thirty(a: date, b: date, d1: int, d2: int) -> Fraction:
    return Fraction(360 * (b.year - a.year) + 30 * (b.month - a.month) + d2 - d1, 360)


def _act_act(a: date, b: date) -> Fraction:
    """Each calendar year's share of the days over that year's length."""
    total = Fraction(0)
    for year in range(a.year, b.year + 1):
        start = max(a, date(year, 1, 1))
        days = (b - start).days if b.year == year else (date(year, 12, 31) - start).days + 1
        total += Fraction(days, 366 if _is_leap(year) else 365)
    return total


def _isda(a: date, b: date) -> Fraction:
    d1 = 30 if a.day == 31 else a.day
    d2 = 30 if b.day == 31 and d1 == 30 else b.day
    return _thirty(a, b, d1, d2)


def _sia(a: date, b: date) -> Fraction:
    d1, d2 = a.day, b.day
    if _ends_february(a) and _ends_february(b):
        d2 = 30
    if _ends_february(a):
        d1 = 30
    if d2 == 31 and d1 in (30, 31):
        d2 = 30
    if d1 == 31:
        d1 = 30
    return _thirty(a, b, d1, d2)


DAY_COUNTS = {
    "ACT/365F": lambda a, b: Fraction((b - a).days, 365),
    "ACT/360": lambda a, b: Fraction((b - a).days, 360),
    "ACT/ACT ISDA": _act_act,
    "30/360 ISDA": _isda,
    "30/360 SIA": _sia,
    "30E/360": lambda a, b: _thirty(a, b, min(a.day, 30), min(b.day, 30)),
    "ACT/365.25": lambda a, b: Fraction(4 * (b - a).days, 1461),
    "30/360 US": _sia,
}


def _mp(fraction: Fraction):
    return mpmath.mpf(fraction.numerator) / fraction.denominator


def _flows(question: dict) -> list:
    """Days and the nearest doubles to the amounts, exactly."""
    if not question["flows"]:
        raise Fault("empty", "flows")
    flows = []
    for index, flow in enumerate(question["flows"]):
        try:
            flows.append((day(flow["date"]), Fraction(float(flow["amount"]))))
        except Fault as fault:
            raise fault.under(f"flows[{index}].date") from None
    return flows


def _valuation(question: dict, years) -> tuple:
    rate = Fraction(float(question["rate"]))
    if rate <= -1:
        raise Fault("out_of_range", "rate")
    flows = _flows(question)
    count = DAY_COUNTS[question.get("day_count") or "ACT/365F"]
    base = 1 + _mp(rate)
    terms = [_mp(amount) * base ** _mp(years(count, flows, d)) for d, amount in flows]
    return mpmath.fsum(terms), mpmath.fsum(abs(term) for term in terms)


def xnpv_exact(question: dict) -> tuple:
    """The value and the size of its terms."""
    return _valuation(question, lambda count, flows, d: -count(min(f[0] for f in flows), d))


def xnfv_exact(question: dict) -> tuple:
    return _valuation(question, lambda count, flows, d: count(d, max(f[0] for f in flows)))


def _finite(value) -> float:
    if abs(value) > mpmath.mpf(1.7976931348623157e308):
        raise Fault("out_of_range")
    return float(value)


def xnpv(question: dict) -> dict:
    return {"npv": _finite(xnpv_exact(question)[0])}


def xnfv(question: dict) -> dict:
    return {"nfv": _finite(xnfv_exact(question)[0])}


# Roots: with x = ln(1+r), f(x) = sum of amount * exp(-time * x).

def _roots(terms: list) -> list:
    """All x where f is zero: sign changes on a grid, bisected, and touching extrema of |f|."""
    floats = [(float(time), float(amount)) for time, amount in terms]
    largest = max(abs(amount) for _, amount in floats)
    logs = [(time, log(abs(amount)) - log(largest), 1 if amount > 0 else -1) for time, amount in floats]

    def near(x: float) -> tuple:
        """The sign of f and of its derivative, in floating point, scaled so that nothing overflows."""
        powers = [size - time * x for time, size, _ in logs]
        top = max(powers)
        parts = [sign * exp(power - top) for power, (_, _, sign) in zip(powers, logs)]
        return fsum(parts), fsum(-time * part for part, (time, _, _) in zip(parts, logs))

    def f(x, derivative=False):
        total, size = mpmath.mpf(0), mpmath.mpf(0)
        for time, amount in terms:
            part = _mp(amount) * mpmath.exp(-_mp(time) * x)
            total += -_mp(time) * part if derivative else part
            size += abs(part)
        return total, size

    def bisect(low, high, derivative=False):
        low, high = mpmath.mpf(low), mpmath.mpf(high)
        at_low = mpmath.sign(f(low, derivative)[0])
        if at_low == 0:
            return low
        for _ in range(220):
            middle = (low + high) / 2
            at_middle = mpmath.sign(f(middle, derivative)[0])
            if at_middle == 0:
                return middle
            if at_middle == at_low:
                low = middle
            else:
                high = middle
        return (low + high) / 2

    grid = [EARLIEST]
    while grid[-1] < LATEST:
        # Fine where rates live, coarse beyond a rate of e^12.
        grid.append(min(LATEST, grid[-1] + (0.004 if grid[-1] < 12 else 0.25)))
    roots = []
    values = [near(x) for x in grid]
    for (x0, (v0, s0)), (x1, (v1, s1)) in zip(zip(grid, values), zip(grid[1:], values[1:])):
        if v0 * v1 < 0:
            roots.append(bisect(x0, x1))
        elif v1 == 0 or v0 == 0:
            # The grid hits it: look wider. Doubles go to the set below.
            if v1 == 0:
                low, high = x1 - 1e-3, x1 + 1e-3
                if mpmath.sign(f(low)[0]) * mpmath.sign(f(high)[0]) < 0:
                    roots.append(bisect(low, high))
        elif s0 * s1 < 0:
            # The same sign on both sides, with an extremum between: two roots, one that touches, or none.
            extremum = bisect(x0, x1, derivative=True)
            value, size = f(extremum)
            if mpmath.sign(value) * v0 < 0:
                roots += [bisect(x0, extremum), bisect(extremum, x1)]
            elif abs(value) <= mpmath.mpf("1e-12") * size:
                roots.append(extremum)
    distinct = []
    for root in sorted(roots):
        if not distinct or root - distinct[-1] > mpmath.mpf("1e-12"):
            distinct.append(root)
    return distinct


def _rates(terms: list, path: str) -> dict:
    if terms[0][1] > 0 and all(a >= 0 for _, a in terms) or all(a <= 0 for _, a in terms):
        raise Fault("one_sign", path)
    dust = _dust(terms)
    rates = [rate for rate in _rates_of(terms) if not _made_by(dust, terms, rate)]
    if not rates:
        raise Fault("no_root", path)
    total, size = sum(a for _, a in terms), sum(abs(a) for _, a in terms)
    of_sum = 0 if abs(total) <= Fraction(2) ** -50 * size else mpmath.sign(_mp(total))
    # Those of the sum's sign first, of these the smallest |ln(1+r)|; what nobody means goes last.
    headline = min(rates, key=lambda r: (r > 10**18, mpmath.sign(r) != of_sum, abs(mpmath.log1p(r))))
    others = [float(rate) for rate in rates if rate is not headline]
    return {"rate": float(headline), "other_rates": others, "ambiguous": bool(others)}


LOSS = {"rate": -1.0, "other_rates": [], "ambiguous": False}


def _dust(terms: list) -> list:
    """Runs of one sign that together are at most 1e-12 of the largest flow, where both signs are left without them."""
    largest = max(abs(amount) for _, amount in terms)
    dust, left = [], []
    for _, run in groupby(terms, key=lambda term: term[1] > 0):
        run = list(run)
        (left if abs(sum(amount for _, amount in run)) > Fraction(1, 10**12) * largest else dust).extend(run)
    return dust if len({amount > 0 for _, amount in left}) == 2 else []


def _made_by(dust: list, terms: list, rate) -> bool:
    """Whether dust weighs a quarter or more of all flows at a rate."""
    def size(some):
        return mpmath.fsum(abs(_mp(amount)) * (1 + rate) ** -_mp(time) for time, amount in some)

    return bool(dust) and size(dust) > size(terms) / 4


def _rates_of(terms: list) -> list:
    """Periodic flows are a polynomial: its square-free part has the same roots, each of them once."""
    if all(time.denominator == 1 for time, _ in terms) and terms[-1][0] <= 100:
        coefficients = [Fraction(0)] * (int(terms[-1][0]) + 1)
        for time, amount in terms:
            coefficients[int(time)] += amount
        common = _gcd(coefficients, [k * c for k, c in enumerate(coefficients)][1:])
        if len(common) > 1:
            terms = [(Fraction(k), c) for k, c in enumerate(_divided(coefficients, common)[0]) if c]
    return [mpmath.expm1(x) for x in _roots(terms)]


def _divided(above: list, below: list) -> tuple:
    """Quotient and remainder of polynomials, lowest power first."""
    rest, quotient = above[:], [Fraction(0)] * max(1, len(above) - len(below) + 1)
    while len(rest) >= len(below) and any(rest):
        factor, shift = rest[-1] / below[-1], len(rest) - len(below)
        quotient[shift] = factor
        for at, coefficient in enumerate(below):
            rest[shift + at] -= factor * coefficient
        rest.pop()
    while rest and not rest[-1]:
        rest.pop()
    return quotient, rest


def _gcd(left: list, right: list) -> list:
    while right:
        left, right = right, _divided(left, right)[1]
    return [coefficient / left[-1] for coefficient in left]


def _check_signs(amounts: list, path: str) -> None:
    if not (any(a > 0 for a in amounts) and any(a < 0 for a in amounts)):
        raise Fault("one_sign", path)


def _check_span(question: dict, first: date, last: date) -> None:
    """Less than a year by the calendar and by the day count is annualised only where that is asked for."""
    if question.get("annualize_short_period"):
        return
    try:
        anniversary = first.replace(year=first.year + 1)
    except ValueError:
        # 29 February, or the end of the calendar.
        anniversary = date(first.year + 1, 2, 28) if first.year < 9999 else None
    counted = DAY_COUNTS[question.get("day_count") or "ACT/365F"](first, last)
    if (anniversary is None or last < anniversary) and counted < 1:
        raise Fault("short_period", "flows")


def xirr(question: dict) -> dict:
    flows = _flows(question)
    paid, last = [d for d, amount in flows if amount < 0], max(d for d, _ in flows)
    if paid and all(a <= 0 for _, a in flows) and last > min(paid) and (last, 0) in flows:
        _check_span(question, min(paid), last)
        return LOSS
    _check_signs([amount for _, amount in flows], "flows")
    days = {d: Fraction(0) for d, _ in flows}
    if len(days) == 1:
        raise Fault("one_day", "flows")
    # What is left of 0.1 + 0.2 - 0.3 on one day is rounding: net by the digits given.
    for flow in question["flows"]:
        days[day(flow["date"])] += Fraction(Decimal(flow["amount"]))
    net = sorted((d, amount) for d, amount in days.items() if amount)
    _check_signs([amount for _, amount in net], "flows")
    first, last = net[0][0], net[-1][0]
    _check_span(question, first, last)
    count = DAY_COUNTS[question.get("day_count") or "ACT/365F"]
    by_time = {}
    for d, amount in net:
        time = count(first, d)
        by_time[time] = by_time.get(time, Fraction(0)) + amount
    return _rates([(time, amount) for time, amount in sorted(by_time.items()) if amount], "flows")


def irr(question: dict) -> dict:
    amounts = [Fraction(float(amount)) for amount in question["amounts"]]
    if not amounts:
        raise Fault("empty", "amounts")
    if all(a <= 0 for a in amounts) and any(amounts) and amounts[-1] == 0:
        return LOSS
    _check_signs(amounts, "amounts")
    terms = [(Fraction(period), amount) for period, amount in enumerate(amounts) if amount]
    first = terms[0][0]
    return _rates([(time - first, amount) for time, amount in terms], "amounts")


# Money.

def allocate(question: dict) -> dict:
    minor = int(question.get("minor_digits") or 0) if question.get("minor_digits") is not None else 2
    if minor > 18:
        raise Fault("out_of_range", "minor_digits")
    total = Fraction(Decimal(question["total"])) * 10**minor
    if total.denominator != 1:
        raise Fault("out_of_range", "total")
    shares, distribution = question["shares"], question.get("distribution")
    if distribution is not None:
        t.check("distribution", distribution, 255)
    if not shares:
        raise Fault("empty", "shares")
    for index, share in enumerate(shares):
        t.check(f"shares[{index}].id", share["id"], 255)
        if share["id"] in [other["id"] for other in shares[:index]]:
            raise Fault("duplicate", f"shares[{index}].id")
        if Decimal(share["weight"]) < 0:
            raise Fault("out_of_range", f"shares[{index}].weight")
    weights = [Fraction(Decimal(share["weight"])) for share in shares]
    # Written out to the longest one's places, a weight has at most 128 bits.
    longest = max(-min(Decimal(share["weight"]).normalize().as_tuple().exponent, 0) for share in shares)
    for index, weight in enumerate(weights):
        if weight * 10**longest >= 2**128:
            raise Fault("out_of_range", f"shares[{index}].weight")
    if not sum(weights):
        raise Fault("empty", "shares")
    exact = [abs(total) * weight / sum(weights) for weight in weights]
    parts = [floor(part) for part in exact]
    # Largest remainder first, ties by id, or by the hash of the distribution and the id.
    def claim(key: bytes) -> bytes:
        return key if distribution is None else sha256(distribution.encode() + b"\0" + key).digest()

    order = sorted(range(len(shares)), key=lambda at: (parts[at] - exact[at], claim(shares[at]["id"].encode())))
    for at in order[: int(abs(total)) - sum(parts)]:
        parts[at] += 1
    sign = -1 if total < 0 else 1
    amounts = [EXACT.scaleb(Decimal(sign * part), -minor) for part in parts]
    assert sum(amounts) == Decimal(question["total"])
    return {"allocations": [{"id": share["id"], "amount": amount} for share, amount in zip(shares, amounts)]}


def _percentage(part: Decimal, whole: Decimal) -> Decimal:
    return _round(EXACT.divide(100 * part, whole)) if whole else Decimal(0)


def _round(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP, EXACT)


def summarize_portfolio(question: dict) -> dict:
    for at, investment in enumerate(question["investments"]):
        if Decimal(investment["amount"]) <= 0:
            raise Fault("out_of_range", f"investments[{at}].amount")
        for name in ("distributions_received", "valuation"):
            if investment.get(name) is not None and Decimal(investment[name]) < 0:
                raise Fault("out_of_range", f"investments[{at}].{name}")
    completed = [i for i in question["investments"] if (i.get("status") or "completed") == "completed"]
    currency = question.get("currency") or (completed[0]["currency"] if completed else None)
    rates = question.get("rates") or {}
    rows = []
    for at, investment in enumerate(question["investments"]):
        if investment not in completed:
            continue
        if investment["currency"] == currency:
            convert = Decimal
        elif investment["currency"] in rates:
            rate = Decimal(rates[investment["currency"]])
            convert = lambda digits, rate=rate: _round(EXACT.multiply(Decimal(digits), rate))
        else:
            raise Fault("rate_missing", f"investments[{at}].currency")
        amount, received = convert(investment["amount"]), convert(investment.get("distributions_received") or "0")
        valuation = investment.get("valuation")
        holding = convert(valuation) if valuation is not None else amount
        rows.append((investment, amount, received, holding))
    invested = sum((row[1] for row in rows), Decimal(0))
    holding = sum((row[3] for row in rows), Decimal(0))
    received = sum((row[2] for row in rows), Decimal(0))
    value = holding + received

    def largest_first(key: str) -> list:
        sums = {}
        for investment, amount, paid, holding in rows:
            before = sums.get(investment[key], (Decimal(0),) * 3)
            sums[investment[key]] = before[0] + amount, before[1] + holding, before[2] + paid
        return sorted(sums.items(), key=lambda item: (-item[1][0], item[0].encode()))

    def breakdown(key: str) -> dict:
        return {
            name: {"amount": amount, "percentage": _percentage(amount, invested)}
            for name, (amount, _, _) in largest_first(key)
        }

    projects = largest_first("project_id")
    names = {row[0]["project_id"]: row[0]["project_name"] for row in reversed(rows)}
    top = int(question["top"]) if question.get("top") is not None else 5
    return {
        "currency": currency,
        "total_invested": invested,
        "holding_value": holding,
        "current_value": value,
        "total_return": value - invested,
        "return_percentage": _percentage(value - invested, invested),
        "distributions_received": received,
        "investment_count": len(rows),
        "project_count": len(projects),
        "breakdown_by_technology": breakdown("technology"),
        "breakdown_by_country": breakdown("country"),
        "breakdown_by_stage": breakdown("stage"),
        "top_investments": [
            {
                "project_id": project,
                "project_name": names[project],
                "amount": amount,
                "holding_value": held,
                "current_value": held + paid,
                "return": held + paid - amount,
                "return_percentage": _percentage(held + paid - amount, amount),
            }
            for project, (amount, held, paid) in projects[:top]
        ],
    }
