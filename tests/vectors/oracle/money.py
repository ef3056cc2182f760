"""Who is entitled to what, what is paid now, roundings by name, tokens (DECISIONS 16, 42, 46): exact, day by day."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from . import text as t
from .fault import Fault
from .overlap import day
from .rates import exact, money


def _day(given: dict, name: str):
    try:
        return day(given[name]) if given.get(name) is not None else None
    except Fault as fault:
        raise fault.under(name) from None


def entitlement_weights(question: dict) -> dict:
    record, first = _day(question, "record_date"), _day(question, "first_day")
    if (question.get("basis") or "record_date") == "record_date":
        first = record
    elif first is None:
        raise Fault("missing_field", "first_day")
    if first > record:
        raise Fault("invalid_period", "first_day")
    if not question["holdings"]:
        raise Fault("empty", "holdings")
    weights = {}
    for at, holding in enumerate(question["holdings"]):
        try:
            t.check("id", holding["id"], 255)
            units = money(holding, "units")
            came, went = _day(holding, "start"), _day(holding, "end")
            if went is not None and went < came:
                raise Fault("invalid_period", "end")
        except Fault as fault:
            raise fault.under(f"holdings[{at}]") from None
        # At the end of each day: is it there?
        days, one = 0, first
        while one <= record:
            days += came <= one and (went is None or one < went)
            one += timedelta(days=1)
        weights[holding["id"]] = weights.get(holding["id"], Fraction(0)) + units * days
    return {"shares": [{"id": key, "weight": exact(weight)} for key, weight in weights.items()]}


def pay_out(question: dict) -> dict:
    minimum = money(question, "minimum", default=0)
    lists = {}
    for name in ("amounts", "carried"):
        lists[name] = {}
        for at, part in enumerate(question.get(name) or []):
            t.check(f"{name}[{at}].id", part["id"], 255)
            if part["id"] in lists[name]:
                raise Fault("duplicate", f"{name}[{at}].id")
            lists[name][part["id"]] = Fraction(Decimal(part["amount"]))
    payouts = []
    for key in [*lists["amounts"], *(key for key in lists["carried"] if key not in lists["amounts"])]:
        due = lists["amounts"].get(key, Fraction(0)) + lists["carried"].get(key, Fraction(0))
        paid = due if due > 0 and due >= minimum else Fraction(0)
        payouts.append({"id": key, "due": exact(due), "paid": exact(paid), "carried": exact(due - paid)})
    return {"payouts": payouts}


def round_amount(question: dict) -> dict:
    places = int(question["minor_digits"]) if question.get("minor_digits") is not None else 2
    if places > 28:
        raise Fault("out_of_range", "minor_digits")
    value = Fraction(Decimal(question["amount"])) * 10**places
    size, sign = abs(value), -1 if value < 0 else 1
    half = Fraction(1, 2)
    rounded = {
        "half_up": lambda: sign * floor(size + half),
        "half_down": lambda: sign * ceil(size - half),
        # Python rounds fractions to even.
        "half_even": lambda: round(value),
        "down": lambda: sign * floor(size),
        "up": lambda: sign * ceil(size),
        "floor": lambda: floor(value),
        "ceiling": lambda: ceil(value),
    }[question.get("rounding") or "half_up"]()
    return {"amount": exact(Fraction(rounded, 10**places))}


def ownership_tokens(question: dict) -> dict:
    amount, price = money(question, "amount"), money(question, "token_price", zero=False)
    return {"tokens": exact(Fraction(floor(amount / price * 10**7), 10**7))}
