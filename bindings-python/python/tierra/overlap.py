"""Has someone already claimed it? Registrations of one charger whose periods share a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ._bulk import gc_paused
from ._tierra import call


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days from ``start`` to ``end``, both included."""

    start: date
    """The first day."""
    end: date
    """The last day, which belongs to the period."""


@dataclass(frozen=True, slots=True)
class Registration:
    """One organisation's claim on one charger for a period."""

    public_id: str
    """The registration's id, its own within a list."""
    organization: str
    """Who claims."""
    serial_hash: str
    """The charger, as :attr:`tierra.ChargerIdentity.serial_hash`."""
    period: Period
    """The days claimed."""
    status: str
    """``pending``, ``active``, ``expired`` or ``cancelled``. A cancelled one conflicts with nothing."""


@dataclass(frozen=True, slots=True)
class ConflictingRegistration:
    """One side of a conflict."""

    index: int
    """Where the registration stands in the list given."""
    public_id: str
    """Its id."""
    organization: str
    """Who claims."""
    period: Period
    """The days it claims."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two registrations of one charger that share at least a day."""

    serial_hash: str
    """The charger."""
    shared_days: Period
    """The days that both claim."""
    same_organization: bool
    """Whether both are of one organisation."""
    first: ConflictingRegistration
    """The one that stands first in the list."""
    second: ConflictingRegistration
    """The one that stands later in the list."""


@dataclass(frozen=True, slots=True)
class NewConflict:
    """What a new registration conflicts with."""

    shared_days: Period
    """The days that both claim."""
    conflicting_registration: ConflictingRegistration
    """The registration of the list."""


def find_conflicts(registrations: Iterable[Registration | Mapping[str, Any]]) -> list[Conflict]:
    """All conflicting pairs of a list, each once, ordered by their places in the list.

    Two registrations conflict when they name the same charger, their periods share a day and neither is cancelled. An
    expired one still claims its days; an organisation's own overlaps count too.

    Args:
        registrations: :class:`Registration` objects, or mappings with the same fields (dates as ``date`` or
            ``"YYYY-MM-DD"``).

    Raises:
        TierraError: with the path of the field, such as ``registrations[3].period.start``: ``invalid_period``,
            ``invalid_date``, ``out_of_range``, ``duplicate``, ``unknown_value``, ``unknown_field``, ``missing_field``,
            ``wrong_type``, ``empty`` or ``too_long``.

    >>> import tierra
    >>> charger = tierra.identify("KEBA", "22004711").serial_hash
    >>> year = Registration("r1", "Green Miles", charger, Period(date(2026, 1, 1), date(2026, 12, 31)), "active")
    >>> late = Registration("r2", "Volt Credits", charger, Period(date(2026, 12, 31), date(2027, 6, 30)), "pending")
    >>> [(found.first.public_id, found.second.public_id, str(found.shared_days.start)) for found in find_conflicts([year, late])]
    [('r1', 'r2', '2026-12-31')]
    """
    with gc_paused():
        answer = call("find_conflicts", {"registrations": _plain_list(registrations)})
        return [
            Conflict(
                serial_hash=found["serial_hash"],
                shared_days=_period(found["shared_days"]),
                same_organization=found["same_organization"],
                first=_side(found["first"]),
                second=_side(found["second"]),
            )
            for found in answer["conflicts"]
        ]


def conflicts_with(
    registration: Registration | Mapping[str, Any],
    registrations: Iterable[Registration | Mapping[str, Any]],
) -> list[NewConflict]:
    """What a new registration conflicts with in a list, ordered by place in the list.

    A registration of the list with the same ``public_id`` is the new one itself and no conflict.

    Args:
        registration: the new one.
        registrations: those that exist.

    Raises:
        TierraError: as :func:`find_conflicts`.

    >>> import tierra
    >>> charger = tierra.identify("KEBA", "22004711").serial_hash
    >>> old = Registration("r1", "Green Miles", charger, Period(date(2026, 1, 1), date(2026, 12, 31)), "active")
    >>> new = {"public_id": "r2", "organization": "Volt Credits", "serial_hash": charger, "status": "pending",
    ...        "period": {"start": "2026-07-01", "end": "2027-06-30"}}
    >>> conflicts_with(new, [old])[0].conflicting_registration.organization
    'Green Miles'
    """
    with gc_paused():
        answer = call(
            "conflicts_with",
            {"registration": _plain(registration), "registrations": _plain_list(registrations)},
        )
        return [
            NewConflict(
                shared_days=_period(found["shared_days"]),
                conflicting_registration=_side(found["conflicting_registration"]),
            )
            for found in answer["conflicts"]
        ]


def _plain_list(registrations: Any) -> Any:
    if isinstance(registrations, (str, bytes, Mapping)) or not isinstance(registrations, Iterable):
        return registrations
    return [_plain(registration) for registration in registrations]


def _plain(registration: Any) -> Any:
    if not isinstance(registration, Registration):
        return registration
    period = registration.period
    return {
        "public_id": registration.public_id,
        "organization": registration.organization,
        "serial_hash": registration.serial_hash,
        "period": {"start": period.start, "end": period.end} if isinstance(period, Period) else period,
        "status": registration.status,
    }


def _period(answer: dict[str, str]) -> Period:
    return Period(date.fromisoformat(answer["start"]), date.fromisoformat(answer["end"]))


def _side(answer: dict[str, Any]) -> ConflictingRegistration:
    return ConflictingRegistration(
        index=answer["index"],
        public_id=answer["public_id"],
        organization=answer["organization"],
        period=_period(answer["period"]),
    )
