"""Who changed what, and whether the file still says so."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from ._answer import Answer, Listing, listing_of, value_of
from ._call import Calls


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry(Answer):
    """One change: who, what, when, before and after."""

    seq: int
    """Its number, from 1, without gaps."""
    at: datetime
    """When."""
    actor: str
    """Who: ``host``, or an organisation and the credential it showed."""
    action: str
    """What, such as ``registration.created``."""
    subject: str
    """The id of what was changed."""
    before: dict[str, Any] | None
    """The record before; none where it was made."""
    after: dict[str, Any] | None
    """The record after; none where it was deleted."""
    hash: str
    """SHA-256 over the hash before and this row, as 64 hexadecimal digits."""

    @classmethod
    def _of(cls, text: str) -> Self:
        fields = value_of(text)
        at = datetime.fromisoformat(fields.pop("at"))
        return cls(json=text, at=at, **fields)


@dataclass(frozen=True, slots=True)
class AuditHead:
    """Where the log ends."""

    seq: int
    """The number of the last row; 0 for an empty log."""
    hash: str
    """Its hash, as 64 hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be."""

    check: str
    """Which check found it: ``integrity``, ``references``, ``audit_chain``, ``audit_state``, ``overlaps``,
    ``conflicts``."""
    subject: str
    """The id of what is wrong; empty for the file as a whole."""
    message: str
    """What is wrong, in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport(Answer):
    """What :meth:`Audit.verify` found."""

    ok: bool
    """Whether nothing is wrong."""
    audit_rows: int
    """How many rows of the audit log were checked."""
    records: int
    """How many records were compared with the log: organisations, keys, registrations, conflicts, disputes, messages,
    endpoints, libraries of emission factors, and all GWP values as one."""
    head: AuditHead
    """Where the log ends."""
    findings: tuple[Finding, ...]
    """What is wrong, at most 1,000 findings."""
    more_findings: int
    """How many findings more there are."""

    @classmethod
    def _of(cls, text: str) -> Self:
        fields = value_of(text)
        head = AuditHead(**fields.pop("head"))
        findings = tuple(Finding(**finding) for finding in fields.pop("findings"))
        return cls(json=text, head=head, findings=findings, **fields)


class Audit(Calls):
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

    def entries(
        self, *, subject: str | None = None, after: int = 0, limit: int = 100, now: datetime | None = None
    ) -> Listing[AuditEntry]:
        """Rows of the log, oldest first.

        Args:
            subject: the id of what was changed; all without.
            after: the number of the last row that is known.
            limit: the most rows, 1 to 1,000.
            now: the present time.

        Raises:
            TierraError: ``out_of_range`` at ``limit``.
        """
        return listing_of(self._call("audit.entries", now, subject=subject, after=after, limit=limit), AuditEntry._of)

    def head(self, *, now: datetime | None = None) -> AuditHead:
        """Where the log ends now.

        Kept elsewhere (printed, sent to a partner, put in a public log), it proves later that nothing up to there was
        changed: give it to :meth:`verify`.
        """
        return AuditHead(**value_of(self._call("audit.head", now)))

    def verify(self, known: AuditHead | None = None, *, now: datetime | None = None) -> VerifyReport:
        """Checks the whole file.

        SQLite's own integrity, the log's chain, that every record is as the log left it, and that every overlap has its
        conflict. What is found is in the report and no error.

        Args:
            known: a head that was kept elsewhere. With it a log that was rewritten from some row on is found too:
                whoever can write the file can also compute a new chain.
            now: the present time.

        Raises:
            TierraError: where the file is too damaged to be read.
        """
        fields = asdict(known) if isinstance(known, AuditHead) else known
        return VerifyReport._of(self._call("audit.verify", now, known=fields))
