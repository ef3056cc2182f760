"""Registrations and their conflicts."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, Self
from uuid import UUID

from .._plain import listed
from .._tierra import ImportData
from ..overlap import Period
from ._answer import Answer, Page, each, members, page_of, period_of, uuid_of, value_of
from ._call import Caller, Calls, caller_fields, path_text, present

OnConflict = Literal["warn", "fail", "force"]
"""What to do where others have claimed a day: ``warn`` creates and lists the conflicts, ``force`` too and records them
as known, ``fail`` creates nothing."""
RegistrationStatus = Literal["pending", "active", "expired", "cancelled"]
"""Before, within or after its period, or withdrawn for good."""
ItemStatus = Literal["created", "conflict", "failed"]
"""Registered, stopped by ``fail``, or no good in itself."""


@dataclass(frozen=True, slots=True)
class Charger:
    """The charger of a registration."""

    vendor_canonical: str
    """The maker in canonical form."""
    serial_last4: str
    """The last four characters of the normalised serial."""
    serial_hash: str
    """SHA-256 of maker and serial."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration(Answer):
    """A registration."""

    public_id: UUID
    """Its id."""
    status: RegistrationStatus
    """Its state on the day asked."""
    program_name: str
    """The programme that it is for."""
    period: Period
    """The days claimed."""
    charger: Charger
    """The charger claimed."""

    @classmethod
    def _of(cls, text: str) -> Self:
        return cls(json=text, **_registration(value_of(text)))


@dataclass(frozen=True, slots=True)
class ConflictingRegistration:
    """The other side of a conflict."""

    public_id: UUID
    """The other registration's id."""
    organization: str
    """The name of the organisation that made it."""
    period: Period
    """The days that it claims."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict(Answer):
    """A conflict as one of its parties sees it."""

    public_id: UUID | None
    """The conflict's id, the same for both parties; none where ``fail`` kept it from becoming one."""
    type: Literal["overlap"]
    """``overlap``: both claim a day of one charger."""
    conflicting_registration: ConflictingRegistration
    """The other party's registration."""

    @classmethod
    def _of(cls, text: str) -> Self:
        fields = value_of(text)
        other = fields["conflicting_registration"]
        return cls(
            json=text,
            public_id=uuid_of(fields.get("public_id")),
            type=fields["type"],
            conflicting_registration=ConflictingRegistration(
                public_id=UUID(other["public_id"]),
                organization=other["organization"],
                period=period_of(other["period"]),
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered(Answer):
    """A registration that was made, and what it conflicts with."""

    registration: Registration
    """The new registration."""
    conflicts: tuple[Conflict, ...]
    """What it conflicts with, oldest first."""

    @classmethod
    def _of(cls, text: str) -> Self:
        parts = members(text)
        return cls(
            json=text,
            registration=Registration._of(parts["registration"]),
            conflicts=each(parts["conflicts"], Conflict._of),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationDetails(Registration):
    """A registration with all that its owner may know of it."""

    metadata: dict[str, Any]
    """The owner's notes. ``json`` has them as they were written, to the last digit."""
    renewed_from: UUID | None
    """The registration that this one renews."""
    created_at: datetime
    """When it was made."""
    conflicts: tuple[Conflict, ...]
    """What it conflicts with now, oldest first: no cancelled ones."""

    @classmethod
    def _of(cls, text: str) -> Self:
        fields = value_of(text)
        return cls(
            json=text,
            metadata=fields["metadata"],
            renewed_from=uuid_of(fields["renewed_from"]),
            created_at=datetime.fromisoformat(fields["created_at"]),
            conflicts=each(members(text)["conflicts"], Conflict._of),
            **_registration(fields),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchItem(Answer):
    """The answer for one item of a batch."""

    index: int
    """Where the item stands in the batch, from 0."""
    status: ItemStatus
    """What became of it."""
    registration: Registration | None
    """The registration, where it was created."""
    conflicts: tuple[Conflict, ...]
    """What it conflicts with."""
    error: str | None
    """Why it failed, in a sentence."""

    @classmethod
    def _of(cls, text: str) -> Self:
        fields, parts = value_of(text), members(text)
        made = parts.get("registration")
        return cls(
            json=text,
            index=fields["index"],
            status=fields["status"],
            registration=None if made is None else Registration._of(made),
            conflicts=each(parts.get("conflicts"), Conflict._of),
            error=fields.get("error"),
        )


@dataclass(frozen=True, slots=True)
class BatchSummary:
    """How many items of a batch came out how."""

    total: int
    """All items."""
    created: int
    """Those registered."""
    conflict: int
    """Those that ``fail`` stopped."""
    failed: int
    """Those that could not be registered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOutcome(Answer):
    """The answer for a batch."""

    results: tuple[BatchItem, ...]
    """One answer an item, in order."""
    summary: BatchSummary
    """How many came out how."""

    @classmethod
    def _of(cls, text: str) -> Self:
        parts = members(text)
        summary = BatchSummary(**value_of(parts["summary"]))
        return cls(json=text, results=each(parts["results"], BatchItem._of), summary=summary)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired(Answer):
    """What :meth:`Registrations.expire` did."""

    expired: int
    """How many registrations' expiry was recorded and told."""
    more: bool
    """Whether more wait: call again."""

    @classmethod
    def _of(cls, text: str) -> Self:
        return cls(json=text, **value_of(text))


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """A row of a CSV file that was not registered."""

    line: int
    """Its line in the file, from 1."""
    status: Literal["conflict", "failed"]
    """``conflict`` where ``fail`` stopped it, ``failed`` where it is no good."""
    code: str
    """The stable code, as of a :class:`tierra.TierraError`."""
    path: str
    """The column, where one is to blame."""
    message: str
    """Why, in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportProgress:
    """How far an import has come. The counts always add up to ``rows``."""

    rows: int
    """Rows read so far, without the line of column names."""
    created: int
    """Rows registered, with or without conflicts."""
    conflict: int
    """Rows that ``fail`` stopped."""
    failed: int
    """Rows that could not be registered."""
    bytes_read: int
    """Bytes read so far."""
    bytes_total: int | None
    """Bytes in all, where that is known."""
    done: bool
    """Whether the end was reached."""
    problems: tuple[ImportProblem, ...]
    """The rows of this step that were not registered, and why."""

    @classmethod
    def _of(cls, text: str) -> Self:
        fields = value_of(text)
        problems = tuple(ImportProblem(**problem) for problem in fields.pop("problems"))
        return cls(**fields, problems=problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of a CSV file. The counts add up to ``rows``."""

    rows: int
    """Rows read, without the line of column names."""
    created: int
    """Rows registered, with or without conflicts."""
    conflict: int
    """Rows that ``fail`` stopped."""
    failed: int
    """Rows that could not be registered."""
    cancelled: bool
    """Whether ``progress`` stopped it before the end. What was read stays."""
    problems: tuple[ImportProblem, ...]
    """All rows that were not registered, and why, in the order of the file."""


class Registrations(Calls):
    """Registrations and their conflicts: :attr:`tierra.Ledger.registrations`.

    >>> import tierra
    >>> now = datetime.fromisoformat("2026-01-01T00:00:00Z")
    >>> year = {"program_name": "Spring Rebate", "start_date": date(2026, 1, 1), "end_date": date(2026, 12, 31)}
    >>> with tierra.Ledger.in_memory() as ledger:
    ...     green, volt = (ledger.access.create_organization(name) for name in ("Green Miles", "Volt Credits"))
    ...     caller = tierra.Caller(green.public_id, ("registrations:write",))
    ...     other = tierra.Caller(volt.public_id, ("registrations:write",))
    ...     made = ledger.registrations.register(
    ...         caller, vendor="Wall Box Chargers S.L.", serial="S/N: wbx-0048.2913", now=now, **year)
    ...     second = ledger.registrations.register(other, vendor="WALLBOX", serial="WBX00482913", now=now, **year)
    >>> made.registration.status, made.conflicts
    ('active', ())
    >>> second.conflicts[0].conflicting_registration.organization
    'Green Miles'
    """

    __slots__ = ()

    def register(
        self,
        caller: Caller,
        *,
        vendor: str,
        serial: str,
        program_name: str,
        start_date: date | str,
        end_date: date | str,
        metadata: Mapping[str, Any] | None = None,
        on_conflict: OnConflict = "warn",
        now: datetime | None = None,
    ) -> Registered:
        """Registers a charger for a period and lists what it conflicts with. Needs the scope ``registrations:write``.

        Of two racing calls with ``fail``, in whichever threads and processes, exactly one creates.

        Args:
            caller: who registers.
            vendor: the maker, as people write it, 1 to 120 characters.
            serial: the serial number, as people write it, 1 to 255 characters.
            program_name: the programme that the charger is registered for, 1 to 255 characters.
            start_date: the first day claimed.
            end_date: the last day claimed, which belongs to the period.
            metadata: the organisation's own notes, at most 16 KiB as JSON.
            on_conflict: where others have claimed a day of it, ``warn`` creates and lists the conflicts, ``force`` too
                and records them as known, ``fail`` creates nothing.
            now: the present time.

        Raises:
            TierraError: ``conflict`` for ``fail``, and nothing is written; those of :func:`tierra.identify`;
                ``invalid_period`` at ``start_date``; ``empty`` and ``too_long`` at ``program_name``; ``out_of_range``
                at ``serial`` for more than 1,000 conflicts; ``insufficient_scope``.
        """
        request = {
            "vendor": vendor,
            "serial": serial,
            "program_name": program_name,
            "start_date": start_date,
            "end_date": end_date,
            "metadata": metadata,
            "on_conflict": on_conflict,
        }
        text = self._call("registrations.register", now, caller=caller_fields(caller), request=request)
        return Registered._of(text)

    def register_batch(
        self, caller: Caller, registrations: Iterable[Mapping[str, Any]], *, now: datetime | None = None
    ) -> BatchOutcome:
        """Registers 1 to 100 chargers, each with its own answer, in one transaction. Needs ``registrations:write``.

        An item whose charger or period is no good is ``failed``, one that ``fail`` stopped is ``conflict``; neither
        touches the others. Items of one batch conflict with each other like any other registrations.

        Args:
            caller: who registers.
            registrations: mappings with the arguments of :meth:`register`.
            now: the present time.

        Raises:
            TierraError: at ``registrations``, and then nothing is written: ``out_of_range`` for none or more than 100,
                ``empty``, ``too_long`` and ``invalid_character`` for a text of an item that its field does not take,
                such as ``registrations[3].vendor``; ``insufficient_scope``.
        """
        request = {"registrations": listed(registrations)}
        text = self._call("registrations.register_batch", now, caller=caller_fields(caller), request=request)
        return BatchOutcome._of(text)

    def list(
        self,
        caller: Caller,
        *,
        status: RegistrationStatus | None = None,
        page: int = 1,
        per_page: int = 25,
        now: datetime | None = None,
    ) -> Page[Registration]:
        """The caller's registrations, newest first; those of one status where one is named. Any caller.

        Raises:
            TierraError: ``unknown_value`` at ``status``; ``out_of_range`` at ``page`` (from 1) and ``per_page`` (1 to
                100).
        """
        fields = {"caller": caller_fields(caller), "status": status, "page": page, "per_page": per_page}
        return page_of(self._call("registrations.list", now, **fields), Registration._of)

    def show(self, caller: Caller, public_id: UUID | str, *, now: datetime | None = None) -> RegistrationDetails:
        """One of the caller's registrations with its conflicts. Any caller.

        Raises:
            TierraError: ``not_found`` at ``public_id``, also for another organisation's.
        """
        text = self._call("registrations.show", now, caller=caller_fields(caller), public_id=public_id)
        return RegistrationDetails._of(text)

    def update(
        self,
        caller: Caller,
        public_id: UUID | str,
        *,
        program_name: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        now: datetime | None = None,
    ) -> Registration:
        """Changes the programme's name and the notes, and nothing else. Needs ``registrations:write``.

        Args:
            caller: whose registration it is.
            public_id: the registration.
            program_name: the programme's new name; it stays without.
            metadata: the new notes, in place of the old ones; they stay without.
            now: the present time.

        Raises:
            TierraError: ``not_found`` at ``public_id``; ``empty`` and ``too_long`` at ``program_name``;
                ``insufficient_scope``.
        """
        request = {"program_name": program_name, "metadata": metadata}
        fields = {"caller": caller_fields(caller), "public_id": public_id, "request": request}
        return Registration._of(self._call("registrations.update", now, **fields))

    def cancel(self, caller: Caller, public_id: UUID | str, *, now: datetime | None = None) -> Registration:
        """Withdraws a pending or active registration for good. Needs ``registrations:write``.

        Raises:
            TierraError: ``invalid_transition`` at ``status`` for an expired or cancelled one; ``not_found`` at
                ``public_id``; ``insufficient_scope``.
        """
        text = self._call("registrations.cancel", now, caller=caller_fields(caller), public_id=public_id)
        return Registration._of(text)

    def renew(
        self,
        caller: Caller,
        public_id: UUID | str,
        *,
        start_date: date | str,
        end_date: date | str,
        on_conflict: OnConflict = "warn",
        now: datetime | None = None,
    ) -> Registered:
        """Registers the same charger for the same programme over a new period. Needs ``registrations:write``.

        The renewed registration stays as it is; notes are carried over. Where the new period shares a day with the
        renewed registration's, the two conflict.

        Raises:
            TierraError: ``invalid_transition`` for a cancelled one; ``invalid_period`` at ``start_date``; ``conflict``
                for ``fail``; ``not_found`` at ``public_id``; ``insufficient_scope``.
        """
        request = {"start_date": start_date, "end_date": end_date, "on_conflict": on_conflict}
        fields = {"caller": caller_fields(caller), "public_id": public_id, "request": request}
        return Registered._of(self._call("registrations.renew", now, **fields))

    def expire(self, *, limit: int = 1000, now: datetime | None = None) -> Expired:
        """Records and tells the expiry of registrations that ended before today, each once. For the host to call daily.

        Args:
            limit: the most in one transaction, 1 to 10,000.
            now: the present time.

        Raises:
            TierraError: ``out_of_range`` at ``limit``.
        """
        return Expired._of(self._call("registrations.expire", now, limit=limit))

    def import_csv(
        self,
        caller: Caller,
        path: str | os.PathLike[str],
        *,
        on_conflict: OnConflict = "warn",
        progress: Callable[[ImportProgress], bool | None] | None = None,
        now: datetime | None = None,
    ) -> ImportReport:
        """Registers the rows of a CSV file, 1,000 in a transaction. Needs ``registrations:write``.

        The first line names the columns: ``vendor``, ``serial``, ``program_name``, ``start_date`` and ``end_date``
        (``YYYY-MM-DD``) must be there, ``metadata`` (a JSON object) and ``on_conflict`` may be; others are refused. The
        file is UTF-8, with or without a byte-order mark, and is never held whole.

        A row that is no good leaves the others. Ctrl-C stops between two transactions; what was read stays. With
        ``fail`` the same file can be imported again, and only what is missing is created.

        Args:
            caller: who registers.
            path: the file.
            on_conflict: for rows without one of their own.
            progress: told how far it is after each transaction; where it returns ``False``, the import stops.
            now: the present time; without, it is read anew for each transaction.

        Raises:
            TierraError: ``file_error`` at ``path``; at the column: ``missing_field``, ``unknown_field``, ``duplicate``;
                ``empty`` for an empty file; ``invalid_unicode``; ``insufficient_scope``; those of the ledger's file.
        """
        file = ImportData({"caller": caller_fields(caller), "path": path_text(path), "on_conflict": on_conflict})
        problems: list[ImportProblem] = []
        while True:
            step = ImportProgress._of(file.step(self._data, present(now)))
            problems.extend(step.problems)
            stopped = progress is not None and progress(step) is False
            if stopped or step.done:
                break
        return ImportReport(
            rows=step.rows,
            created=step.created,
            conflict=step.conflict,
            failed=step.failed,
            cancelled=not step.done,
            problems=tuple(problems),
        )


def _registration(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        "public_id": UUID(fields["public_id"]),
        "status": fields["status"],
        "program_name": fields["program_name"],
        "period": period_of(fields["period"]),
        "charger": Charger(**fields["charger"]),
    }
