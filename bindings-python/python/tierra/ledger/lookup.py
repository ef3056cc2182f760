"""Has somebody registered this charger?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from .._error import TierraError, error_of
from ..charger import _pairs
from ..overlap import Period
from ._answer import Answer, each, members, period_of, value_of
from ._call import Caller, Calls, caller_fields


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicLookup(Answer):
    """What anybody may know of a charger."""

    registered: bool
    """Whether a pending or active registration names it."""
    registration_count: int
    """How many do."""
    active_period: Period | None
    """The smallest period that covers those active today."""

    @classmethod
    def _of(cls, text: str) -> Self:
        fields = value_of(text)
        active = fields["active_period"]
        return cls(
            json=text,
            registered=fields["registered"],
            registration_count=fields["registration_count"],
            active_period=None if active is None else period_of(active),
        )


@dataclass(frozen=True, slots=True)
class EntitledRegistration:
    """A registration as an authenticated party may see it."""

    public_id: UUID
    """Its id."""
    program_name: str
    """The programme that it is for."""
    organization: str
    """The name of the organisation that made it."""
    period: Period
    """The days claimed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitledLookup(Answer):
    """What an authenticated party may know of a charger."""

    registered: bool
    """Whether a pending or active registration names it."""
    registration_count: int
    """How many do."""
    registrations: tuple[EntitledRegistration, ...]
    """Those registrations, oldest first, at most 1,000."""

    @classmethod
    def _of(cls, text: str) -> Self:
        return cls(json=text, **_entitled(value_of(text)))


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupItem(EntitledLookup):
    """The answer for one charger of a batch."""

    vendor: str
    """The maker as asked."""
    serial: str
    """The serial as asked."""
    error: TierraError | None
    """Why vendor and serial name no charger."""

    @classmethod
    def _of(cls, text: str) -> Self:
        fields = value_of(text)
        error = error_of(fields["error"]) if "error" in fields else None
        return cls(json=text, vendor=fields["vendor"], serial=fields["serial"], error=error, **_entitled(fields))


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupBatch(Answer):
    """The answers for several chargers."""

    results: tuple[LookupItem, ...]
    """One answer a charger, in the order asked."""


@dataclass(frozen=True, slots=True)
class Suffix:
    """The rest of a hash and how many registrations it has."""

    suffix: str
    """The rest of the hash."""
    registration_count: int
    """Pending and active registrations; 0 for padding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrefixLookup(Answer):
    """The answer to a prefix."""

    prefix: str
    """The prefix asked for."""
    suffixes: tuple[Suffix, ...]
    """Real and made-up suffixes, sorted."""

    @classmethod
    def _of(cls, text: str) -> Self:
        fields = value_of(text)
        return cls(json=text, prefix=fields["prefix"], suffixes=tuple(Suffix(**one) for one in fields["suffixes"]))


class Lookup(Calls):
    """Look-ups: :attr:`tierra.Ledger.lookup`.

    >>> import tierra
    >>> with tierra.Ledger.in_memory() as ledger:
    ...     ledger.lookup.by_hash(tierra.identify("KEBA", "2200-4711").serial_hash).json
    '{"registered":false,"registration_count":0,"active_period":null}'
    """

    __slots__ = ()

    def by_hash(self, serial_hash: str, *, now: datetime | None = None) -> PublicLookup:
        """What anybody may know of the charger with this hash. Anybody may call; the host program limits the rate.

        Nothing tells an unknown charger from one whose registrations are over, and nothing tells who registers.

        Raises:
            TierraError: ``unknown_value`` at ``serial_hash`` for what is not 64 lower-case hexadecimal digits.
        """
        return PublicLookup._of(self._call("lookup.by_hash", now, serial_hash=serial_hash))

    def by_keyed_hash(self, keyed_hash: str, *, now: datetime | None = None) -> PublicLookup:
        """:meth:`by_hash` by what :func:`tierra.keyed_hash` answers, in a ledger that was made with an identity key.

        Raises:
            TierraError: ``missing_field`` at ``identity_key`` where the ledger was opened without one; as
                :meth:`by_hash`.
        """
        return PublicLookup._of(self._call("lookup.by_keyed_hash", now, keyed_hash=keyed_hash))

    def by_prefix(self, prefix: str, *, now: datetime | None = None) -> PrefixLookup:
        """Every registered charger whose hash begins with ``prefix``. Anybody may call.

        The answer is padded with made-up ones: the ledger does not learn which charger was meant, nor an onlooker how
        many there are.

        Raises:
            TierraError: ``unknown_value`` at ``prefix`` for what is not 4 to 16 lower-case hexadecimal digits.
        """
        return PrefixLookup._of(self._call("lookup.by_prefix", now, prefix=prefix))

    def charger(self, caller: Caller, vendor: str, serial: str, *, now: datetime | None = None) -> EntitledLookup:
        """Who has registered a charger. Needs the scope ``lookup``.

        Raises:
            TierraError: those of :func:`tierra.identify`; ``insufficient_scope``.
        """
        request = {"vendor": vendor, "serial": serial}
        return EntitledLookup._of(self._call("lookup.charger", now, caller=caller_fields(caller), request=request))

    def chargers(
        self,
        caller: Caller,
        chargers: Iterable[tuple[str, str] | Mapping[str, str]],
        *,
        now: datetime | None = None,
    ) -> LookupBatch:
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
        request = {"items": _pairs(chargers)}
        text = self._call("lookup.charger", now, caller=caller_fields(caller), request=request)
        return LookupBatch(json=text, results=each(members(text)["results"], LookupItem._of))


def _entitled(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        "registered": fields["registered"],
        "registration_count": fields["registration_count"],
        "registrations": tuple(
            EntitledRegistration(
                public_id=UUID(one["public_id"]),
                program_name=one["program_name"],
                organization=one["organization"],
                period=period_of(one["period"]),
            )
            for one in fields["registrations"]
        ),
    }
