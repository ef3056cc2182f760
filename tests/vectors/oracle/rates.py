"""Values and rates that follow from a formula, to 60 digits; payback, multiples and market equivalents by exact fractions."""

from decimal import Decimal
from fractions import Fraction
from math import ceil

import mpmath

from . import returns as r
from .fault import Fault
from .overlap import day

mp = r._mp


def real(question: dict, name: str) -> Fraction:
    """The nearest double to a number, exactly."""
    return Fraction(float(question[name]))


def above(question: dict, name: str, least=-1) -> Fraction:
    value = real(question, name)
    if value <= least:
        raise Fault("out_of_range", name)
    return value


def amounts(question: dict, name: str = "amounts") -> list:
    if not question[name]:
        raise Fault("empty", name)
    return [Fraction(float(amount)) for amount in question[name]]


def answer(name: str, value) -> dict:
    return {name: r._finite(value)}


def npv(question: dict) -> dict:
    rate = above(question, "rate")
    offset = {"start": 0, "middle": Fraction(1, 2), "end": 1}[question.get("timing") or "start"]
    terms = [mp(a) * mp(1 + rate) ** -mp(Fraction(k) + offset) for k, a in enumerate(amounts(question)) if a]
    return answer("npv", mpmath.fsum(terms))


def _modified(terms: list, last, lost: bool, question: dict, path: str) -> dict:
    finance, reinvest = above(question, "finance_rate"), above(question, "reinvest_rate")
    paid = mpmath.fsum(-mp(a) * mp(1 + finance) ** -mp(t) for t, a in terms if a < 0)
    received = mpmath.fsum(mp(a) * mp(1 + reinvest) ** mp(last - t) for t, a in terms if a > 0)
    if paid and not received and lost:
        return {"rate": -1.0}
    if not paid or not received:
        raise Fault("one_sign", path)
    return answer("rate", (received / paid) ** (1 / mp(last)) - 1)


def mirr(question: dict) -> dict:
    above(question, "finance_rate"), above(question, "reinvest_rate")
    values = amounts(question)
    terms = [(Fraction(k), a) for k, a in enumerate(values)]
    return _modified(terms, terms[-1][0], values[-1] == 0, question, "amounts")


def xmirr(question: dict) -> dict:
    above(question, "finance_rate"), above(question, "reinvest_rate")
    flows = r._flows(question)
    first, last = min(d for d, _ in flows), max(d for d, _ in flows)
    if first == last:
        raise Fault("one_day", "flows")
    r._check_span(question, first, last)
    count = r.DAY_COUNTS[question.get("day_count") or "ACT/365F"]
    terms = [(count(first, d), a) for d, a in flows]
    return _modified(terms, count(first, last), (last, 0) in flows, question, "flows")


# Day counts that need more than two days.

def _icma(a, b, frequency: int, coupon) -> Fraction:
    """Day by day: each day is its part of the coupon period that it lies in."""
    step = 12 // frequency

    def due(k: int):
        months = coupon.year * 12 + coupon.month - 1 + k * step
        year, month = divmod(months, 12)
        for last in (coupon.day, 30, 29, 28):
            try:
                return type(coupon)(year, month + 1, min(coupon.day, last))
            except ValueError:
                continue

    k = 0
    while due(k) > a:
        k -= 1
    while due(k + 1) <= a:
        k += 1
    total = Fraction(0)
    while due(k) < b:
        start, end = due(k), due(k + 1)
        total += Fraction((min(b, end) - max(a, start)).days, (end - start).days * frequency)
        k += 1
    return total


def _thirty_e_isda(a, b, termination) -> int:
    d1 = 30 if a.day == 31 or r._ends_february(a) else a.day
    d2 = 30 if b.day == 31 or (r._ends_february(b) and b != termination) else b.day
    return 360 * (b.year - a.year) + 30 * (b.month - a.month) + d2 - d1


def year_fraction(question: dict) -> dict:
    def date_at(name):
        try:
            return day(question[name]) if question.get(name) is not None else None
        except Fault as fault:
            raise fault.under(name) from None

    a, b, coupon, termination = (date_at(name) for name in ("start", "end", "coupon", "termination"))
    frequency = int(question["frequency"]) if question.get("frequency") is not None else 1
    if frequency not in (1, 2, 3, 4, 6, 12):
        raise Fault("out_of_range", "frequency")
    sign = 1
    if b < a:
        a, b, sign = b, a, -1
    name = question.get("day_count") or "ACT/365F"
    if name == "ACT/ACT ICMA":
        years = _icma(a, b, frequency, coupon or a)
    elif name == "30E/360 ISDA":
        years = Fraction(_thirty_e_isda(a, b, termination), 360)
    else:
        years = r.DAY_COUNTS[name](a, b)
    days = int(years * 360) if name.startswith("30") else (b - a).days
    return {"years": float(mp(sign * years)), "days": sign * days}


def annualize(question: dict) -> dict:
    total, years = real(question, "total_return"), real(question, "years")
    if total < -1:
        raise Fault("out_of_range", "total_return")
    if years <= 0:
        raise Fault("out_of_range", "years")
    if years < 1 and not question.get("annualize_short_period"):
        raise Fault("short_period", "years")
    return answer("rate", mp(1 + total) ** (1 / mp(years)) - 1)


def link_returns(question: dict) -> dict:
    product = Fraction(1)
    for at, value in enumerate(amounts(question, "returns")):
        if value < -1:
            raise Fault("out_of_range", f"returns[{at}]")
        product *= 1 + value
    return answer("rate", mp(product - 1))


def money(question: dict, name: str, zero=True, default=None) -> Fraction:
    given = question.get(name)
    value = Fraction(Decimal(given)) if given is not None else Fraction(default)
    if value < 0 or (value == 0 and not zero):
        raise Fault("out_of_range", name)
    return value


def holding_period_return(question: dict) -> dict:
    begin = money(question, "begin_value", zero=False)
    end, income = money(question, "end_value"), money(question, "income", default=0)
    return answer("rate", mp((end + income) / begin - 1))


def _periods(question: dict) -> int:
    if int(question["periods"]) == 0:
        raise Fault("out_of_range", "periods")
    return int(question["periods"])


def effective_rate(question: dict) -> dict:
    n, nominal = _periods(question), real(question, "nominal_rate")
    if nominal / n <= -1:
        raise Fault("out_of_range", "nominal_rate")
    return answer("rate", mp(1 + nominal / n) ** n - 1)


def nominal_rate(question: dict) -> dict:
    n, rate = _periods(question), above(question, "effective_rate")
    return answer("rate", n * (mp(1 + rate) ** (mpmath.mpf(1) / n) - 1))


def periods_to_grow(question: dict) -> dict:
    rate = above(question, "rate")
    begin, end = above(question, "begin_value", 0), above(question, "end_value", 0)
    if rate == 0:
        raise Fault("out_of_range", "rate")
    return answer("periods", mpmath.log(mp(end / begin)) / mpmath.log(mp(1 + rate)))


def payback(question: dict) -> dict:
    """By the exact digits of the amounts: what binary floats leave of zero is zero."""
    rate = above(question, "rate") if question.get("rate") is not None else Fraction(0)
    amounts(question)
    total, paid, found, stays = Fraction(0), False, None, True
    for k, digits in enumerate(question["amounts"]):
        present = Fraction(Decimal(digits)) / (1 + rate) ** k
        before, total = total, total + present
        if found is None and paid and total >= 0:
            found = k - 1 + (-before / present if present else 1)
        elif found is not None and total < 0:
            stays = False
        paid = paid or total < 0
    return {
        "periods": None if found is None else float(mp(found)),
        "whole_periods": None if found is None else ceil(found),
        "stays_paid_back": found is not None and stays,
    }


def multiples(question: dict) -> dict:
    def total(name):
        values = [Fraction(Decimal(value)) for value in question[name]]
        for at, value in enumerate(values):
            if value < 0:
                raise Fault("out_of_range", f"{name}[{at}]")
        return sum(values, Fraction(0))

    paid, distributed, nav = total("contributions"), total("distributions"), money(question, "nav")
    if not paid:
        raise Fault("empty", "contributions")
    invested = money(question, "invested", zero=False, default=paid)
    return {
        "paid_in": exact(paid),
        "distributed": exact(distributed),
        "dpi": float(mp(distributed / paid)),
        "rvpi": float(mp(nav / paid)),
        "tvpi": float(mp((distributed + nav) / paid)),
        "moic": float(mp((distributed + nav) / invested)),
    }


def exact(value: Fraction) -> Decimal:
    """A decimal that is the fraction to the last digit."""
    digits = r.EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))
    assert Fraction(digits) == value
    return digits


def gain(question: dict) -> dict:
    invested = money(question, "invested", zero=False)
    value, received, fees = (money(question, name, default=0) for name in ("value", "received", "fees"))
    gross = value + received - invested
    net = gross - fees
    return {
        "gross": exact(gross),
        "net": exact(net),
        "gross_return": float(mp(gross / invested)),
        "net_return": float(mp(net / invested)),
    }


def public_market_equivalent(question: dict) -> dict:
    values, nav = amounts(question), real(question, "nav")
    for name in ("index", "dates"):
        if question.get(name) is not None and len(question[name]) != len(values):
            raise Fault("length_mismatch", name)
    index = [Fraction(float(value)) for value in question["index"]]
    for at, value in enumerate(index):
        if value <= 0:
            raise Fault("out_of_range", f"index[{at}]")
    if nav < 0:
        raise Fault("out_of_range", "nav")
    times = [Fraction(k) for k in range(len(values))]
    if question.get("dates") is not None:
        dates = [day(text) for text in question["dates"]]
        for at in range(1, len(dates)):
            if dates[at] < dates[at - 1]:
                raise Fault("out_of_range", f"dates[{at}]")
        times = [Fraction((d - dates[0]).days, 365) for d in dates]
    grown = [amount * index[-1] / value for amount, value in zip(values, index)]
    paid = -sum(amount for amount in grown if amount < 0)
    received = sum(amount for amount in grown if amount > 0)
    if not paid:
        raise Fault("one_sign", "amounts")

    def rate(flows, left):
        by_time = {}
        for time, amount in zip(times, flows):
            by_time[time] = by_time.get(time, Fraction(0)) + amount
        by_time[times[-1]] += left
        if all(amount <= 0 for amount in by_time.values()):
            return -1.0
        terms = [(time - times[0], amount) for time, amount in sorted(by_time.items()) if amount]
        try:
            return r._rates([(time - terms[0][0], amount) for time, amount in terms], "amounts")["rate"]
        except Fault:
            return None

    return {
        "ks_pme": float(mp((received + nav) / paid)),
        "direct_alpha": rate(grown, nav),
        "ln_pme": rate(values, paid - received),
        "irr": rate(values, nav),
    }
