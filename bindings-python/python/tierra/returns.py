"""What did it return? Present value, internal rate of return, exact allocation and the portfolio's summary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, SupportsFloat

from ._records.returns import Breakdown, InternalRate, PortfolioSummary, ProjectPosition
from ._tierra import call

__all__ = [
    "Breakdown",
    "InternalRate",
    "PortfolioSummary",
    "ProjectPosition",
    "allocate",
    "irr",
    "summarize_portfolio",
    "xirr",
    "xnfv",
    "xnpv",
]


def xnpv(rate: float, dates: Iterable[date | str], amounts: Iterable[SupportsFloat], *, day_count: str = "ACT/365F") -> float:
    """The net present value of dated cash flows, on the day of the earliest flow.

    Sum of amount / (1 + rate) ** years, with the years from the earliest day by ``day_count``.

    Args:
        rate: the yearly rate as a fraction, above -1: 0.08 is 8 %.
        dates: the days, in any order; numpy and pandas dates are taken too.
        amounts: as many amounts, of any one currency, negative when paid.
        day_count: ``ACT/365F``, ``ACT/360``, ``ACT/ACT ISDA``, ``30/360 ISDA``, ``30/360 SIA`` or ``30E/360``.

    Returns:
        The value in the currency of the amounts, not rounded.

    Raises:
        TierraError: ``not_finite`` or ``out_of_range`` at ``rate`` or ``amounts[i]``, ``invalid_date`` at ``dates[i]``,
            ``length_mismatch`` at ``amounts``, ``empty`` at ``flows``, ``unknown_value`` at ``day_count``.

    >>> xnpv(0.1, ["2023-01-01", "2024-01-01"], [-1000, 1100])
    0.0
    """
    flows = {"rate": rate, "dates": _dates(dates), "amounts": _list(amounts), "day_count": day_count}
    value: float = call("xnpv", flows)
    return value


def xnfv(rate: float, dates: Iterable[date | str], amounts: Iterable[SupportsFloat], *, day_count: str = "ACT/365F") -> float:
    """The net future value of dated cash flows, on the day of the latest flow. Otherwise as :func:`xnpv`.

    >>> xnfv(0.25, ["2023-01-01", "2024-01-01"], [1000, 50])
    1300.0
    """
    flows = {"rate": rate, "dates": _dates(dates), "amounts": _list(amounts), "day_count": day_count}
    value: float = call("xnfv", flows)
    return value


def irr(amounts: Iterable[SupportsFloat]) -> InternalRate:
    """The rate per period at which the net present value of periodic cash flows is zero.

    Args:
        amounts: the first at time 0, each next one a period later; negative when paid.

    Raises:
        TierraError: at ``amounts``: ``one_sign``, ``no_root`` or ``empty``; ``not_finite`` at ``amounts[i]``.

    >>> round(irr([-100, 39, 59, 55, 20]).rate, 12)
    0.28094842116
    """
    answer: InternalRate = call("irr", {"amounts": _list(amounts)})
    return answer


def xirr(
    dates: Iterable[date | str],
    amounts: Iterable[SupportsFloat],
    *,
    day_count: str = "ACT/365F",
    annualize_short_period: bool = False,
) -> InternalRate:
    """The yearly rate at which the net present value of dated cash flows is zero.

    All rates above -1 that solve the flows are found, each bracketed. ``rate`` has the sign of the flows' sum where one has,
    and of these it is the one nearest to zero; the others are reported in ``other_rates``, and the answer is ``ambiguous``.
    Where nothing is received and a last amount of 0 says that nothing is left, the rate is -1. Flows of one day are netted; their order does not matter.

    Args:
        dates: the days, in any order; numpy and pandas dates are taken too. A ``datetime`` must be midnight without a
            zone: a time of day is refused.
        amounts: as many amounts, of any one currency, negative when paid.
        day_count: ``ACT/365F``, ``ACT/360``, ``ACT/ACT ISDA``, ``30/360 ISDA``, ``30/360 SIA`` or ``30E/360``.
        annualize_short_period: allow flows that span less than a year, whose yearly rate says little.

    Returns:
        Rates as fractions (0.08 is 8 %), to about 1e-15 of 1 + rate, not rounded.

    Raises:
        TierraError: at ``flows``: ``one_sign`` (nothing paid, or nothing received and no last 0), ``one_day``, ``short_period`` (less
            than a year, see ``annualize_short_period``), ``no_root`` (no rate exists), ``empty``; ``not_finite`` or
            ``wrong_type`` at ``amounts[i]``; ``invalid_date`` at ``dates[i]``; ``length_mismatch`` at ``amounts``.

    >>> found = xirr(["2015-06-11", "2015-07-21", "2015-10-17", "2018-06-10"], [-1000, -9000, -3000, 20000])
    >>> round(found.rate, 11), found.other_rates
    (0.16353715844, ())
    """
    flows = {
        "dates": _dates(dates),
        "amounts": _list(amounts),
        "day_count": day_count,
        "annualize_short_period": annualize_short_period,
    }
    answer: InternalRate = call("xirr", flows)
    return answer


def allocate(
    total: Decimal | float | str,
    weights: Mapping[str, Decimal | float | str],
    *,
    minor_digits: int = 2,
) -> dict[str, Decimal]:
    """Divides money in proportion to weights so that the parts add up to it exactly (largest remainder, ties by id).

    Args:
        total: the sum, a whole number of minor units; negative for a reversal.
        weights: the weight of each party by its id, zero or more.
        minor_digits: decimal places of the currency, 2 for cents.

    Raises:
        TierraError: ``out_of_range`` at ``total`` for a fraction of a minor unit, ``out_of_range`` at
            ``shares[i].weight``, ``empty`` at ``shares``, ``not_finite`` or ``wrong_type`` at a number.

    >>> allocate("1.00", {"b": 1, "a": 1, "c": 1})
    {'b': Decimal('0.33'), 'a': Decimal('0.34'), 'c': Decimal('0.33')}
    """
    shares: Any = weights
    if isinstance(weights, Mapping):
        shares = [{"id": party, "weight": weight} for party, weight in weights.items()]
    answer = call("allocate", {"total": total, "shares": shares, "minor_digits": minor_digits})
    return {part.id: part.amount for part in answer}


def summarize_portfolio(
    investments: Iterable[Mapping[str, Any]],
    *,
    currency: str | None = None,
    rates: Mapping[str, Decimal | float | str] | None = None,
    top: int = 5,
) -> PortfolioSummary:
    """Sums a portfolio up: totals, breakdowns by technology, country and stage, and the largest positions.

    Args:
        investments: mappings with ``id``, ``project_id``, ``project_name``, ``technology``, ``country``, ``stage``,
            ``currency`` (ISO 4217), ``amount``, and optionally ``distributions_received``, ``valuation`` (of the holding
            itself, without what it has paid out) and ``status`` (``completed``, ``pending``, ``failed``; only completed ones
            count).
        currency: the currency to sum in. Needed where the investments have several.
        rates: units of ``currency`` for one unit of each other currency.
        top: how many of the largest positions to list.

    Raises:
        TierraError: with the path of the field, such as ``investments[2].amount``: ``rate_missing`` at ``currency``,
            ``out_of_range``, ``unknown_value``, ``duplicate``, ``missing_field``, ``unknown_field`` or ``wrong_type``.

    >>> summary = summarize_portfolio([{
    ...     "id": "inv_1", "project_id": "prj_sunrise_solar", "project_name": "Sunrise Solar Farm - Nevada",
    ...     "technology": "solar", "country": "US", "stage": "construction", "currency": "USD",
    ...     "amount": "500.00", "distributions_received": "42.50"}])
    >>> summary.current_value, summary.return_percentage
    (Decimal('542.5'), Decimal('8.5'))
    """
    request = {
        "investments": _list(investments),
        "currency": currency,
        "rates": dict(rates) if isinstance(rates, Mapping) else rates,
        "top": top,
    }
    answer: PortfolioSummary = call("summarize_portfolio", request)
    return answer


def _list(values: Any) -> Any:
    """A list of any iterable; what is none is handed on, for the core to refuse with its path."""
    if hasattr(values, "tolist"):  # numpy and pandas
        return values.tolist()
    if isinstance(values, (str, bytes, Mapping)) or not isinstance(values, Iterable):
        return values
    return list(values)


def _dates(values: Any) -> Any:
    """A list of days. numpy's and pandas' instants are cut to days, the unit in which `tolist` gives dates."""
    array = values.to_numpy() if hasattr(values, "to_numpy") else values
    if getattr(getattr(array, "dtype", None), "kind", None) == "M":
        return array.astype("datetime64[D]").tolist()
    return _list(values)
