"""The groups of a ledger's calls: what each is for, and what Python adds to the calls of the core."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from .._plain import pairs
from .._records.emission import GwpVersion
from .._records.ledger import EntitledLookup, ImportProblem, ImportProgress, LookupResults, TokenResponse
from .._records.registration import OnConflict
from .._tierra import ImportData
from ..emission.inventory import Inventory
from ._call import Caller, path_text, present
from ._calls import (
    AccessCalls,
    AuditCalls,
    DisputesCalls,
    FactorsCalls,
    LookupCalls,
    RegistrationsCalls,
    WebhooksCalls,
)


class Access(AccessCalls):
    """Organisations, keys and tokens: :attr:`tierra.Ledger.access`.

    Making, rotating and revoking is the host program's: it decides who its users are. Of secrets only a SHA-256 is
    kept, and each is shown once.

    >>> import tierra
    >>> with tierra.Ledger.in_memory() as ledger:
    ...     green = ledger.access.create_organization("Green Miles")
    ...     key = ledger.access.issue_key(green.public_id, "fleet import", ["registrations:write"])
    ...     caller = ledger.access.verify(f"Bearer {key.secret}")
    >>> caller.organization == green.public_id, caller.scopes, caller.credential == key.id
    (True, ('registrations:write',), True)
    """

    __slots__ = ()

    def token(
        self,
        *,
        client_id: UUID | str,
        client_secret: str,
        scope: str | None = None,
        grant_type: str = "client_credentials",
        now: datetime | None = None,
    ) -> TokenResponse:
        """Exchanges a client's id and secret for a token that lives an hour.

        Args:
            client_id: the client's id.
            client_secret: its secret.
            scope: the scopes wanted, separated by spaces; all of the client's without.
            grant_type: ``client_credentials``, the only one.
            now: the present time.

        Raises:
            TierraError: ``unsupported_grant_type`` at ``grant_type``; ``invalid_client`` at ``client_id`` for an
                unknown or revoked client and for a wrong secret, which look alike; ``unknown_value`` and
                ``insufficient_scope`` at ``scope``.
        """
        client = str(client_id) if isinstance(client_id, UUID) else client_id
        request = {"grant_type": grant_type, "client_id": client, "client_secret": client_secret, "scope": scope}
        answer: TokenResponse = self._call("access.token", now, {"request": request})
        return answer


class Lookup(LookupCalls):
    """Look-ups: :attr:`tierra.Ledger.lookup`.

    >>> import tierra
    >>> with tierra.Ledger.in_memory() as ledger:
    ...     ledger.lookup.by_hash(tierra.identify("KEBA", "2200-4711").serial_hash).json
    '{"registered":false,"registration_count":0,"active_period":null}'
    """

    __slots__ = ()

    def charger(self, caller: Caller, vendor: str, serial: str, *, now: datetime | None = None) -> EntitledLookup:
        """Who has registered a charger. Needs the scope ``lookup``.

        Raises:
            TierraError: those of :func:`tierra.identify`; ``insufficient_scope``.
        """
        request = {"vendor": vendor, "serial": serial}
        answer: EntitledLookup = self._call("lookup.charger", now, {"caller": caller, "request": request})
        return answer

    def chargers(
        self,
        caller: Caller,
        chargers: Iterable[tuple[str, str] | Mapping[str, str]],
        *,
        now: datetime | None = None,
    ) -> LookupResults:
        """Who has registered 1 to 100 chargers, one answer each, in order. Needs the scope ``lookup``.

        A charger whose vendor or serial is no good has its ``error`` and counts as unregistered.

        Args:
            caller: who asks.
            chargers: pairs of vendor and serial, or mappings with these two fields.
            now: the present time.

        Raises:
            TierraError: at ``items``: ``out_of_range`` for none or more than 100, ``empty``, ``too_long`` and
                ``invalid_character`` for a text that its field does not take; ``insufficient_scope``.
        """
        request = {"items": pairs(chargers)}
        answer: LookupResults = self._call("lookup.charger", now, {"caller": caller, "request": request})
        return answer


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


class Registrations(RegistrationsCalls):
    """Registrations and their conflicts: :attr:`tierra.Ledger.registrations`.

    >>> import tierra
    >>> from datetime import date
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
        file = ImportData({"caller": caller, "path": path_text(path), "on_conflict": on_conflict})
        problems: list[ImportProblem] = []
        while True:
            step: ImportProgress = file.step(self._data, present(now))
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


class Disputes(DisputesCalls):
    """Disputes: :attr:`tierra.Ledger.disputes`.

    The registry records what the parties agreed; it never decides who owns a charger.
    """

    __slots__ = ()


class Webhooks(WebhooksCalls):
    """Webhooks: :attr:`tierra.Ledger.webhooks`.

    The ledger writes events and says what to send when; the host program sends. It resolves the endpoint's name, asks
    :func:`tierra.check_webhook_address` of every address before it connects, follows no redirects, and records what
    came of it. The events are ``registration.created``, ``registration.updated``, ``registration.expired``,
    ``registration.cancelled``, ``conflict.detected``, ``dispute.created`` and ``dispute.resolved``.
    """

    __slots__ = ()


class Factors(FactorsCalls):
    """Libraries of emission factors: :attr:`tierra.Ledger.factors`.

    The host program loads libraries; any caller whose organisation exists may ask, with whatever scopes. Answers are those
    of :class:`tierra.EmissionFactors` over all that was loaded, but a query reads only what it can touch. Where an error
    names a factor by its place, ``factors[3].unit``, it is here by its id.

    What is wrong with the parameters of a list, of :meth:`resolve` and of :meth:`explain` is told all at once.

    >>> import tierra
    >>> library = "550e8400-e29b-41d4-a716-446655440000"
    >>> data = {
    ...     "libraries": [{"id": library, "name": "DEFRA 2024", "authority": "defra", "version": "1.1", "releaseYear": 2024,
    ...                    "isDefault": True, "createdAt": "2024-07-08T00:00:00.000Z"}],
    ...     "factors": [{"id": "550e8400-e29b-41d4-a716-446655440001", "libraryId": library, "category": "Scope 1",
    ...                  "fuelType": "Natural gas", "gas": "CO2e", "isBiogenic": False, "value": "0.1829",
    ...                  "oxidationFactor": 1, "unit": "kg CO2e/kWh (Gross CV)", "createdAt": "2024-07-08T00:00:00.000Z"}],
    ... }
    >>> ledger = tierra.Ledger.in_memory()
    >>> caller = tierra.Caller(ledger.access.create_organization("Green Miles").public_id, ())
    >>> ledger.factors.load(data).loaded.factors, ledger.factors.load(data).already.factors
    (1, 1)
    >>> query = dict(authority="defra", fuel_type="natural gas", gas="CO2e", category="Scope 1")
    >>> ledger.factors.resolve(caller, reporting_year=2025, **query).used_fallback
    True
    >>> burned = ledger.factors.co2e(
    ...     caller, amount=1000, unit="kWh (Gross CV)", gwp_version="ar5", reporting_year=2024, **query
    ... )
    >>> burned.co2e_kg, burned.warnings
    (Decimal('182.9'), ('global_average',))
    """

    __slots__ = ()

    def inventory(
        self,
        caller: Caller,
        rows: Iterable[Mapping[str, Any]] | Mapping[str, Iterable[Any]] | Any,
        *,
        gwp_version: GwpVersion,
        defaults: Mapping[str, Any] | None = None,
        columns: Mapping[str, str] | None = None,
        progress: Callable[[int, int], bool | None] | None = None,
    ) -> Inventory:
        """The inventory of many activities, as :meth:`tierra.EmissionFactors.inventory` counts it.

        It reads the whole of what is loaded of the authorities that rows name.

        Args:
            caller: who asks.
            rows, gwp_version, defaults, columns, progress: as :meth:`tierra.EmissionFactors.inventory`.

        Raises:
            TierraError: as :meth:`tierra.EmissionFactors.inventory`; ``not_found`` at ``caller.organization``.
        """
        return Inventory(self._data.inventory(caller, (rows, gwp_version, defaults, columns, progress)))


class Audit(AuditCalls):
    """The append-only log of changes, each row's hash over the one before it: :attr:`tierra.Ledger.audit`.

    >>> import tierra
    >>> with tierra.Ledger.in_memory() as ledger:
    ...     green = ledger.access.create_organization("Green Miles")
    ...     [entry] = ledger.audit.entries(subject=str(green.public_id))
    ...     report = ledger.audit.verify(ledger.audit.head())
    >>> entry.seq, entry.actor, entry.action, report.ok, report.records
    (1, 'host', 'organization.created', True, 1)
    """

    __slots__ = ()


