"""Has someone already claimed it? Registrations of one charger whose periods share a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ._bulk import gc_paused
from ._plain import listed
from ._records.common import Period
from ._records.overlap import Claim, NewOverlap, Overlap, OverlappingClaim
from ._tierra import call

__all__ = ["Claim", "NewOverlap", "Overlap", "OverlappingClaim", "Period", "conflicts_with", "find_conflicts"]


def find_conflicts(registrations: Iterable[Claim | Mapping[str, Any]]) -> tuple[Overlap, ...]:
    """All conflicting pairs of a list, each once, ordered by their places in the list.

    Two registrations conflict when they name the same charger, their periods share a day and neither is cancelled. An
    expired one still claims its days; an organisation's own overlaps count too.

    Args:
        registrations: :class:`Claim` objects, or mappings with the same fields (dates as ``date`` or
            ``"YYYY-MM-DD"``).

    Raises:
        TierraError: with the path of the field, such as ``registrations[3].period.start``: ``invalid_period``,
            ``invalid_date``, ``out_of_range``, ``duplicate``, ``unknown_value``, ``unknown_field``, ``missing_field``,
            ``wrong_type``, ``empty`` or ``too_long``.

    >>> import tierra
    >>> from datetime import date
    >>> charger = tierra.identify("KEBA", "22004711").serial_hash
    >>> year = Claim("r1", "Green Miles", charger, Period(date(2026, 1, 1), date(2026, 12, 31)), "active")
    >>> late = Claim("r2", "Volt Credits", charger, Period(date(2026, 12, 31), date(2027, 6, 30)), "pending")
    >>> [(found.first.public_id, found.second.public_id, str(found.shared_days.start)) for found in find_conflicts([year, late])]
    [('r1', 'r2', '2026-12-31')]
    """
    with gc_paused():
        answer: tuple[Overlap, ...] = call("find_conflicts", {"registrations": listed(registrations)})
        return answer


def conflicts_with(
    registration: Claim | Mapping[str, Any],
    registrations: Iterable[Claim | Mapping[str, Any]],
) -> tuple[NewOverlap, ...]:
    """What a new registration conflicts with in a list, ordered by place in the list.

    A registration of the list with the same ``public_id`` is the new one itself and no conflict.

    Args:
        registration: the new one.
        registrations: those that exist.

    Raises:
        TierraError: as :func:`find_conflicts`.

    >>> import tierra
    >>> from datetime import date
    >>> charger = tierra.identify("KEBA", "22004711").serial_hash
    >>> old = Claim("r1", "Green Miles", charger, Period(date(2026, 1, 1), date(2026, 12, 31)), "active")
    >>> new = {"public_id": "r2", "organization": "Volt Credits", "serial_hash": charger, "status": "pending",
    ...        "period": {"start": "2026-07-01", "end": "2027-06-30"}}
    >>> conflicts_with(new, [old])[0].conflicting_registration.organization
    'Green Miles'
    """
    with gc_paused():
        query = {"registration": registration, "registrations": listed(registrations)}
        answer: tuple[NewOverlap, ...] = call("conflicts_with", query)
        return answer
