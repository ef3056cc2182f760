"""What a holding returned over time (DECISIONS 42 and 43): exact fractions, day by day."""

from datetime import timedelta
from fractions import Fraction

import mpmath

from . import returns as r
from .fault import Fault
from .overlap import day

ONE = timedelta(days=1)


def _valuation(given: dict, path: str) -> tuple:
    try:
        d = day(given["date"])
    except Fault as fault:
        raise fault.under(f"{path}.date") from None
    value = Fraction(float(given["value"]))
    if value < 0:
        raise Fault("out_of_range", f"{path}.value")
    return d, value


class Holding:
    """Flows by instant (the start of a day; its end is the start of the next), values by the end of their day."""

    def __init__(self, question: dict, values: list):
        timing = question.get("timing") or "in_at_start_out_at_end"
        self.values = {}
        for at, (d, value) in enumerate(values):
            if d in self.values:
                raise Fault("duplicate", f"values[{at}].date")
            self.values[d] = value
        self.flows, self.days = [], {}
        for at, (d, amount) in enumerate(r._flows(question) if question["flows"] else []):
            into = -amount
            at_start = timing == "start" or (timing == "in_at_start_out_at_end" and into > 0)
            self.flows.append((d if at_start else d + ONE, into, d))
            self.days.setdefault(d, at)
        every = sorted({*self.days, *self.values})
        self.begin = None
        if every and every[0] not in self.days:
            self.begin = every.pop(0)
        if not every or every[-1] not in self.values:
            raise Fault("no_valuation", "values")
        self.every = every
        if self.begin:
            self.start = self.begin + ONE
        else:
            first = sum(into for instant, into, d in self.flows if d == every[0] and instant == d)
            self.start = every[0] if first else every[0] + ONE
        self.end = every[-1] + ONE

    def spans(self) -> list:
        """From valuation to valuation: value before, value after, start, end, and the flows between."""
        found = []
        before, start, since = self.values.get(self.begin, Fraction(0)), self.start, self.begin
        for d in self.every:
            if d in self.values:
                flows = [one for one in self.flows if (since is None or one[2] > since) and one[2] <= d]
                found.append((before, self.values[d], start, d + ONE, flows))
                before, start, since = self.values[d], d + ONE, d
        return found


def _dietz(before, after, start, end, flows) -> Fraction:
    length = max((end - start).days, 1)
    capital = before + sum(into * Fraction((end - instant).days, length) for instant, into, _ in flows)
    gain = after - before - sum(into for _, into, _ in flows)
    if capital > 0:
        return gain / capital
    if capital == 0 and gain == 0:
        return Fraction(0)
    raise Fault("no_capital", "flows")


def _true(holding, before, after, start, end, flows) -> Fraction:
    last = end - ONE
    capital = before
    for d in sorted({d for _, _, d in flows if d != last}):
        of_day = [(instant, into) for instant, into, flow_day in flows if flow_day == d]
        first = d == min(flow_day for _, _, flow_day in flows)
        known = d == start and sum(into for instant, into in of_day if instant != d) == 0
        bought = before == 0 and sum(into for _, into in of_day) > 0 and all(sum(into for instant, into in of_day if (instant == d) is start) >= 0 for start in (True, False))
        if not first or not (known or bought):
            raise Fault("no_valuation", f"flows[{holding.days[d]}].date")
        capital += sum(into for _, into in of_day)
    capital += sum(into for instant, into, d in flows if d == last and instant == last)
    left = after - sum(into for instant, into, d in flows if d == last and instant != last)
    if capital > 0 and left >= 0:
        return left / capital - 1
    if capital == 0 and left == 0:
        return Fraction(0)
    raise Fault("no_capital", "flows")


def _internal(before, after, start, end, flows):
    length = max((end - start).days, 1)
    by_time = {Fraction(0): -before}
    for instant, into, _ in flows:
        time = Fraction((instant - start).days, length)
        by_time[time] = by_time.get(time, Fraction(0)) - into
    whole = Fraction((end - start).days, length)
    by_time[whole] = by_time.get(whole, Fraction(0)) + after
    terms = [(time, amount) for time, amount in sorted(by_time.items()) if amount]
    paid, received = any(a < 0 for _, a in terms), any(a > 0 for _, a in terms)
    if not received:
        return Fraction(-1 if paid else 0)
    if not paid:
        raise Fault("no_capital", "flows")
    return r._rates([(time - terms[0][0], amount) for time, amount in terms], "flows")["rate"]


def time_weighted_return(question: dict) -> dict:
    values = [_valuation(given, f"values[{at}]") for at, given in enumerate(question["values"])]
    holding = Holding(question, values)
    method = question.get("method") or "true"
    periods, product = [], mpmath.mpf(1)
    for before, after, start, end, flows in holding.spans():
        span = (before, after, start, end, flows)
        rate = {"true": lambda: _true(holding, *span), "modified_dietz": lambda: _dietz(*span), "internal_rate": lambda: _internal(*span)}[method]()
        rate = r._mp(rate) if isinstance(rate, Fraction) else mpmath.mpf(rate)
        product *= 1 + rate
        # The first period begins on its first flow's own day.
        first = start if periods or holding.begin else holding.every[0]
        periods.append({"start": first.isoformat(), "end": (end - ONE).isoformat(), "rate": float(rate)})
    days = (holding.end - holding.start).days
    annual = float(product ** (mpmath.mpf(365) / days) - 1) if days >= 365 else None
    return {"rate": float(product - 1), "annual_rate": annual, "days": days, "periods": periods}


def modified_dietz(question: dict) -> dict:
    begin, end = _valuation(question["begin"], "begin"), _valuation(question["end"], "end")
    if end[0] <= begin[0]:
        raise Fault("invalid_period", "end.date")
    for at, (d, _) in enumerate(r._flows(question) if question["flows"] else []):
        if not begin[0] < d <= end[0]:
            raise Fault("out_of_range", f"flows[{at}].date")
    (span,) = Holding(question, [begin, end]).spans()
    return {"rate": float(r._mp(_dietz(*span)))}


def money_weighted_return(question: dict) -> dict:
    values = [_valuation(given, f"values[{at}]") for at, given in enumerate(question["values"])]
    holding = Holding(question, values)
    dated = [(instant, -into) for instant, into, _ in holding.flows]
    if holding.begin:
        dated.append((holding.start, -holding.values[holding.begin]))
    dated.append((holding.end, holding.values[holding.end - ONE]))
    # Exact digits, so that the amounts come back as they are.
    flows = [{"date": d.isoformat(), "amount": repr(float(amount))} for d, amount in dated]
    options = {name: question.get(name) for name in ("day_count", "annualize_short_period")}
    return r.xirr({"flows": flows, **options})
