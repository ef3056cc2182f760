"""Who has registered it, and what did it emit? Registrations, disputes, keys, webhooks, emission factors in one SQLite file.

A :class:`Ledger` is the charger registry as a library: what the charger-registry contract says of a path is a call
here. A web framework is all that a host program adds: it reads the request, asks :meth:`Access.verify` who calls, makes
the call and sends the answer's ``json``, which is the contract's body as the core wrote it.

=============================  ===================================================================
:attr:`Ledger.access`          organisations, API keys, OAuth clients and their tokens
:attr:`Ledger.lookup`          has somebody registered this charger?
:attr:`Ledger.registrations`   register, list, show, update, cancel, renew, expire, import
:attr:`Ledger.disputes`        open, message, withdraw, review, resolve
:attr:`Ledger.webhooks`        endpoints, the outbox, deliveries
:attr:`Ledger.factors`         libraries of emission factors: load, list, resolve, count emissions
:attr:`Ledger.audit`           who changed what, and whether the file still says so
=============================  ===================================================================

One call is one transaction: all of it is on disk when the call returns, or none of it. Every call takes ``now``, an
aware ``datetime``; without it, it is the system's time. A day is that instant's day in UTC.

Any number of threads may use one ledger, and any number of processes one file; the interpreter's lock is let go while a
call works. Changes come one after the other, readers never wait. Each process opens the file itself: a ledger cannot be
pickled, and one that was opened before a fork is refused after it as ``closed``.
"""

from __future__ import annotations

import os
from types import TracebackType
from typing import Any, Self

from .._answer import Answer, Listing, Page
from .._records import ledger as _records
from .._records.common import PageMeta
from .._records.ledger import *
from .._records.registration import DisputeStatus, OnConflict, RegistrationStatus
from .._tierra import LedgerData
from ._call import Caller, path_text, present
from .groups import Access, Audit, Disputes, Factors, ImportReport, Lookup, Registrations, Webhooks


class Ledger:
    """The registry in one SQLite file, or in memory. Made by :meth:`open` and :meth:`in_memory`.

    >>> with Ledger.in_memory() as ledger:
    ...     ledger.lookup.by_hash("0" * 64).registered
    False
    """

    access: Access
    """Organisations, API keys, OAuth clients and their tokens."""
    lookup: Lookup
    """Has somebody registered this charger?"""
    registrations: Registrations
    """Registrations and their conflicts."""
    disputes: Disputes
    """Disputes over conflicts."""
    webhooks: Webhooks
    """Webhook endpoints and deliveries."""
    factors: Factors
    """Libraries of emission factors, and what they answer."""
    audit: Audit
    """The log of changes."""

    __slots__ = ("_data", "access", "audit", "disputes", "factors", "lookup", "registrations", "webhooks")

    def __init__(self, data: LedgerData) -> None:
        self._data = data
        self.access = Access(data)
        self.lookup = Lookup(data)
        self.registrations = Registrations(data)
        self.disputes = Disputes(data)
        self.webhooks = Webhooks(data)
        self.factors = Factors(data)
        self.audit = Audit(data)

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        read_only: bool = False,
        full_sync: bool = True,
        busy_timeout: float = 10.0,
        identity_key: str | None = None,
        seed: str | None = None,
    ) -> Self:
        """Opens the ledger in this file, which is made where there is none.

        Args:
            path: the file.
            read_only: whether every change is refused as ``read_only``; a missing file is an error then.
            full_sync: whether a call returns only when the disk has the change. Without, a loss of power may take the
                last changes with it, never earlier ones without later ones; a killed process loses nothing either way.
            busy_timeout: how many seconds a call waits for a lock that another process holds, before it is refused as
                ``busy``.
            identity_key: the secret of the keyed hashes, a text of at least 16 bytes in UTF-8, as in
                :func:`tierra.keyed_hash`: chargers are then found by :meth:`Lookup.by_keyed_hash` too. It is given when
                the file is made and from then on; the file holds a check of it and never the secret.
            seed: a text that all ids and secrets follow from: for tests, and never in earnest.

        Raises:
            TierraError: at ``path``: ``not_a_database`` for a file of another kind, ``newer_version`` for one of a
                newer version, ``file_error`` and ``read_only`` where it cannot be opened or written. At
                ``identity_key``: ``out_of_range`` for a short one, ``unknown_value`` for another than the file was made
                with. At ``busy_timeout_ms``: ``invalid_number``, ``out_of_range``.
        """
        options = {
            "path": path_text(path),
            "read_only": read_only,
            "full_sync": full_sync,
            "busy_timeout_ms": _milliseconds(busy_timeout),
            "identity_key": identity_key,
            "seed": seed,
        }
        return cls(LedgerData(options))

    @classmethod
    def in_memory(cls, *, identity_key: str | None = None, seed: str | None = None) -> Self:
        """A ledger in memory, which is gone when it is closed or dropped.

        Args:
            identity_key: as in :meth:`open`.
            seed: as in :meth:`open`.

        Raises:
            TierraError: at ``identity_key``, as :meth:`open`.
        """
        return cls(LedgerData({"identity_key": identity_key, "seed": seed}))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file. Every later call is refused as ``closed``; closing again does nothing.

        Raises:
            TierraError: those of the disk.
        """
        self._data.call("close", {"now": present(None)})

    def back_up(self, path: str | os.PathLike[str]) -> None:
        """Copies the whole ledger to a new file while others read and write; the copy is one state of it.

        Raises:
            TierraError: ``file_error`` at ``path`` where a file stands there already; those of the disk; ``closed``.
        """
        self._data.call("back_up", {"now": present(None), "path": path_text(path)})

    def call_json(self, name: str, text: str) -> str:
        """Makes the call ``name``, such as ``"registrations.register"``, on JSON text, and answers JSON text.

        For a program that hands bodies through unread. The input is an object: ``now`` (ISO 8601), ``caller``
        (``{"organization", "scopes", "credential"}``) where the call acts for one, ids and pages by their names, and
        under ``request`` the contract's body.

        Raises:
            TierraError: ``unknown_op`` for another name, ``invalid_json``, and those of the call.

        >>> with Ledger.in_memory() as ledger:
        ...     ledger.call_json("webhooks.next_due", "{}")
        '{"due_at":null}'
        """
        return self._data.call_json(name, text)


def _milliseconds(seconds: Any) -> Any:
    """Seconds as whole milliseconds. What cannot be counted so is handed on, for the core to refuse."""
    try:
        return round(seconds * 1000)
    except (TypeError, ValueError, OverflowError):
        return seconds


__all__ = [
    "Access",
    "Answer",
    "Audit",
    "Caller",
    "DisputeStatus",
    "Disputes",
    "Factors",
    "ImportReport",
    "Ledger",
    "Listing",
    "Lookup",
    "OnConflict",
    "Page",
    "PageMeta",
    "RegistrationStatus",
    "Registrations",
    "Webhooks",
]
__all__ += _records.__all__
