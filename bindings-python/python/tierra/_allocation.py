"""Exact division of money, by a mapping from party to weight."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ._tierra import call


def allocate(
    total: Decimal | float | str,
    weights: Mapping[str, Decimal | float | str],
    *,
    minor_digits: int = 2,
    distribution: str | None = None,
) -> dict[str, Decimal]:
    """Divides money in proportion to weights so that the parts add up to it exactly (largest remainder, ties by id).

    Args:
        total: the sum, a whole number of minor units; negative for a reversal.
        weights: the weight of each party by its id, zero or more.
        minor_digits: decimal places of the currency, 2 for cents.
        distribution: the id of the distribution, by which ties rotate, so that over time they favour nobody; without it they
            go by the parties' ids.

    Raises:
        TierraError: ``out_of_range`` at ``total`` for a fraction of a minor unit, ``out_of_range`` at
            ``shares[i].weight``, ``empty`` at ``shares``, ``not_finite`` or ``wrong_type`` at a number.

    >>> allocate("1.00", {"b": 1, "a": 1, "c": 1})
    {'b': Decimal('0.33'), 'a': Decimal('0.34'), 'c': Decimal('0.33')}
    """
    shares: Any = weights
    if isinstance(weights, Mapping):
        shares = [{"id": party, "weight": weight} for party, weight in weights.items()]
    answer = call("allocate", {"total": total, "shares": shares, "minor_digits": minor_digits, "distribution": distribution})
    return {part.id: part.amount for part in answer}
