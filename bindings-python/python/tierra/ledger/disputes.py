"""Disputes over conflicts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from ._answer import Answer, Page, each, members, page_of, value_of
from ._call import Caller, Calls, caller_fields

DisputeStatus = Literal["open", "under_review", "resolved", "withdrawn"]
"""How far a dispute has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute(Answer):
    """A dispute."""

    public_id: UUID
    """Its id."""
    status: DisputeStatus
    """Its state."""

    @classmethod
    def _of(cls, text: str) -> Self:
        fields = value_of(text)
        return cls(json=text, public_id=UUID(fields["public_id"]), status=fields["status"])


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeOpened(Answer):
    """What opening a dispute answers."""

    dispute: Dispute
    """The new dispute."""

    @classmethod
    def _of(cls, text: str) -> Self:
        return cls(json=text, dispute=Dispute._of(members(text)["dispute"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeMessage(Answer):
    """A party's message."""

    public_id: UUID
    """Its id."""
    organization: str
    """The name of the organisation that wrote it."""
    body: str
    """What it wrote."""
    created_at: datetime
    """When."""

    @classmethod
    def _of(cls, text: str) -> Self:
        fields = value_of(text)
        return cls(
            json=text,
            public_id=UUID(fields["public_id"]),
            organization=fields["organization"],
            body=fields["body"],
            created_at=datetime.fromisoformat(fields["created_at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeDetails(Dispute):
    """A dispute with all that its parties may know of it."""

    conflict: UUID
    """The id of the conflict disputed."""
    opened_by: str
    """The name of the organisation that opened it."""
    other_party: str
    """The name of the other party."""
    reason: str
    """Why it was opened."""
    resolution_note: str | None
    """The outcome, once recorded."""
    created_at: datetime
    """When it was opened."""
    updated_at: datetime
    """When its state last changed."""
    messages: tuple[DisputeMessage, ...]
    """What the parties wrote, oldest first."""

    @classmethod
    def _of(cls, text: str) -> Self:
        fields = value_of(text)
        return cls(
            json=text,
            public_id=UUID(fields["public_id"]),
            status=fields["status"],
            conflict=UUID(fields["conflict"]),
            opened_by=fields["opened_by"],
            other_party=fields["other_party"],
            reason=fields["reason"],
            resolution_note=fields["resolution_note"],
            created_at=datetime.fromisoformat(fields["created_at"]),
            updated_at=datetime.fromisoformat(fields["updated_at"]),
            messages=each(members(text)["messages"], DisputeMessage._of),
        )


class Disputes(Calls):
    """Disputes: :attr:`tierra.Ledger.disputes`.

    The registry records what the parties agreed; it never decides who owns a charger.
    """

    __slots__ = ()

    def open(self, caller: Caller, conflict: UUID | str, reason: str, *, now: datetime | None = None) -> DisputeOpened:
        """Opens a dispute over a conflict that the caller is a party to. Needs the scope ``disputes:write``.

        Args:
            caller: who disputes.
            conflict: the conflict's id.
            reason: why, 1 to 5,000 characters.
            now: the present time.

        Raises:
            TierraError: ``not_found`` at ``conflict``; ``dispute_exists`` where a live one is there;
                ``invalid_transition`` where a side of the conflict is cancelled, so that there is none any more;
                ``empty`` and ``too_long`` at ``reason``; ``insufficient_scope``.
        """
        request = {"conflict": conflict, "reason": reason}
        return DisputeOpened._of(self._call("disputes.open", now, caller=caller_fields(caller), request=request))

    def list(
        self, caller: Caller, *, page: int = 1, per_page: int = 25, now: datetime | None = None
    ) -> Page[Dispute]:
        """The disputes that the caller is a party to, newest first. Needs ``disputes:write``.

        Raises:
            TierraError: ``out_of_range`` at ``page`` (from 1) and ``per_page`` (1 to 100); ``insufficient_scope``.
        """
        fields = {"caller": caller_fields(caller), "page": page, "per_page": per_page}
        return page_of(self._call("disputes.list", now, **fields), Dispute._of)

    def show(self, caller: Caller, public_id: UUID | str, *, now: datetime | None = None) -> DisputeDetails:
        """A dispute that the caller is a party to, with its messages; any for a caller with ``disputes:resolve``.

        Raises:
            TierraError: ``not_found`` at ``public_id``.
        """
        text = self._call("disputes.show", now, caller=caller_fields(caller), public_id=public_id)
        return DisputeDetails._of(text)

    def message(
        self, caller: Caller, public_id: UUID | str, body: str, *, now: datetime | None = None
    ) -> DisputeMessage:
        """Adds a party's message to a live dispute. Needs ``disputes:write``.

        Raises:
            TierraError: ``invalid_transition`` once it is resolved or withdrawn; ``not_found`` at ``public_id``;
                ``empty`` and ``too_long`` (5,000 characters) at ``body``; ``insufficient_scope``.
        """
        fields = {"caller": caller_fields(caller), "public_id": public_id, "request": {"body": body}}
        return DisputeMessage._of(self._call("disputes.message", now, **fields))

    def withdraw(self, caller: Caller, public_id: UUID | str, *, now: datetime | None = None) -> Dispute:
        """The opener takes a live dispute back. Needs ``disputes:write``.

        Raises:
            TierraError: ``invalid_transition`` at ``status`` once it is resolved or withdrawn, and at ``caller`` for
                the other party; ``not_found`` at ``public_id``; ``insufficient_scope``.
        """
        return Dispute._of(self._call("disputes.withdraw", now, caller=caller_fields(caller), public_id=public_id))

    def review(self, caller: Caller, public_id: UUID | str, *, now: datetime | None = None) -> Dispute:
        """The operator takes an open dispute up, whoever its parties are. Needs ``disputes:resolve``.

        Raises:
            TierraError: ``invalid_transition`` at ``status`` for one that is not open; ``not_found`` at ``public_id``;
                ``insufficient_scope``.
        """
        return Dispute._of(self._call("disputes.review", now, caller=caller_fields(caller), public_id=public_id))

    def resolve(
        self, caller: Caller, public_id: UUID | str, resolution_note: str, *, now: datetime | None = None
    ) -> Dispute:
        """The operator records the outcome that the parties reached. Needs ``disputes:resolve``.

        Raises:
            TierraError: ``invalid_transition`` at ``status`` for one that is not under review; ``not_found`` at
                ``public_id``; ``empty`` and ``too_long`` (5,000 characters) at ``resolution_note``;
                ``insufficient_scope``.
        """
        request = {"resolution_note": resolution_note}
        fields = {"caller": caller_fields(caller), "public_id": public_id, "request": request}
        return Dispute._of(self._call("disputes.resolve", now, **fields))
