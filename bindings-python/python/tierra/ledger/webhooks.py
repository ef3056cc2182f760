"""Webhook endpoints, the outbox and deliveries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from .._plain import listed
from ._answer import Answer, Listing, Page, instant_of, listing_of, members, page_of, value_of
from ._call import Caller, Calls, caller_fields

EndpointStatus = Literal["active", "disabled"]
"""Whether an endpoint is sent to. Its owner disables it, an answer 410 does, and failing for five days."""
DeliveryStatus = Literal["pending", "succeeded", "failed"]
"""Still to be tried, taken by the endpoint, or given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEndpoint(Answer):
    """Where an organisation wants its events sent."""

    id: int
    """Its id."""
    url: str
    """The URL, in normal form."""
    events: tuple[str, ...]
    """The events wanted."""
    status: EndpointStatus
    """Whether it is sent to."""

    @classmethod
    def _of(cls, text: str) -> Self:
        fields = value_of(text)
        events = tuple(fields.pop("events"))
        return cls(json=text, events=events, **fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointSecret(WebhookEndpoint):
    """An endpoint with its secret, which is shown here and never again."""

    secret: str = field(repr=False)
    """The secret that its deliveries are signed with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery(Answer):
    """An event on its way to an endpoint."""

    id: int
    """Its id."""
    endpoint_id: int
    """The endpoint."""
    event_id: UUID
    """The event's id, the ``webhook-id`` that the endpoint sees."""
    event: str
    """What happened."""
    status: DeliveryStatus
    """How far it has come."""
    attempts: int
    """How often it was tried."""
    last_response_status: int | None
    """The HTTP status of the last answer."""
    last_error: str | None
    """Why the last attempt failed."""
    next_attempt_at: datetime | None
    """When it is tried next."""
    created_at: datetime
    """When the event happened."""
    completed_at: datetime | None
    """When it succeeded or was given up."""

    @classmethod
    def _of(cls, text: str) -> Self:
        fields = value_of(text)
        return cls(
            json=text,
            id=fields["id"],
            endpoint_id=fields["endpoint_id"],
            event_id=UUID(fields["event_id"]),
            event=fields["event"],
            status=fields["status"],
            attempts=fields["attempts"],
            last_response_status=fields["last_response_status"],
            last_error=fields["last_error"],
            next_attempt_at=instant_of(fields["next_attempt_at"]),
            created_at=datetime.fromisoformat(fields["created_at"]),
            completed_at=instant_of(fields["completed_at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryAttempt(Answer):
    """One try to deliver."""

    attempt: int
    """Its number, from 1."""
    started_at: datetime
    """When it was handed out."""
    recorded_at: datetime | None
    """When its outcome was recorded; none where it never was."""
    response_status: int | None
    """The HTTP status of the answer."""
    error: str | None
    """Why there was none."""

    @classmethod
    def _of(cls, text: str) -> Self:
        fields = value_of(text)
        return cls(
            json=text,
            attempt=fields["attempt"],
            started_at=datetime.fromisoformat(fields["started_at"]),
            recorded_at=instant_of(fields["recorded_at"]),
            response_status=fields["response_status"],
            error=fields["error"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingRequest(Answer):
    """A request that the host program is to send."""

    delivery_id: int
    """The delivery, for :meth:`Webhooks.record`."""
    attempt: int
    """Which attempt at it this is, for :meth:`Webhooks.record`."""
    method: Literal["POST"]
    """``POST``."""
    url: str
    """Where to."""
    headers: dict[str, str] = field(repr=False)
    """Names and values, the signatures among them."""
    body: str = field(repr=False)
    """The body to send, byte for byte (UTF-8): it is what was signed."""

    @classmethod
    def _of(cls, text: str) -> Self:
        return cls(json=text, **value_of(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEvent(Answer):
    """An event of the outbox."""

    seq: int
    """Its number in the outbox."""
    id: UUID
    """Its id."""
    type: str
    """What happened."""
    organization: UUID
    """The organisation that it is for."""
    created_at: datetime
    """When."""
    body: str
    """The body that is delivered: JSON, byte for byte."""

    @classmethod
    def _of(cls, text: str) -> Self:
        fields = value_of(text)
        return cls(
            json=text,
            seq=fields["seq"],
            id=UUID(fields["id"]),
            type=fields["type"],
            organization=UUID(fields["organization"]),
            created_at=datetime.fromisoformat(fields["created_at"]),
            body=members(text)["body"],
        )


class Webhooks(Calls):
    """Webhooks: :attr:`tierra.Ledger.webhooks`.

    The ledger writes events and says what to send when; the host program sends. It resolves the endpoint's name, asks
    :func:`tierra.check_webhook_address` of every address before it connects, follows no redirects, and records what
    came of it. The events are ``registration.created``, ``registration.updated``, ``registration.expired``,
    ``registration.cancelled``, ``conflict.detected``, ``dispute.created`` and ``dispute.resolved``.
    """

    __slots__ = ()

    def create(
        self, caller: Caller, *, url: str, events: Iterable[str], now: datetime | None = None
    ) -> EndpointSecret:
        """Makes an endpoint. Its secret is in the answer and nowhere else. Needs the scope ``webhooks:manage``.

        Args:
            caller: whose events are sent there.
            url: an https URL of at most 2,048 characters.
            events: the events wanted, at least one.
            now: the present time.

        Raises:
            TierraError: those of :func:`tierra.check_webhook_url` at ``url``, and ``out_of_range`` for more than 100
                endpoints; ``empty``, ``duplicate`` and ``unknown_value`` at ``events``; ``insufficient_scope``.
        """
        request = {"url": url, "events": listed(events)}
        return EndpointSecret._of(self._call("webhooks.create", now, caller=caller_fields(caller), request=request))

    def list(self, caller: Caller, *, now: datetime | None = None) -> Listing[WebhookEndpoint]:
        """The caller's endpoints, oldest first. Needs ``webhooks:manage``.

        Raises:
            TierraError: ``insufficient_scope``.
        """
        return listing_of(self._call("webhooks.list", now, caller=caller_fields(caller)), WebhookEndpoint._of)

    def show(self, caller: Caller, id: int, *, now: datetime | None = None) -> WebhookEndpoint:
        """One of the caller's endpoints. Needs ``webhooks:manage``.

        Raises:
            TierraError: ``not_found`` at ``id``, also for another organisation's; ``insufficient_scope``.
        """
        return WebhookEndpoint._of(self._call("webhooks.show", now, caller=caller_fields(caller), id=id))

    def update(
        self,
        caller: Caller,
        id: int,
        *,
        url: str | None = None,
        events: Iterable[str] | None = None,
        status: EndpointStatus | None = None,
        now: datetime | None = None,
    ) -> WebhookEndpoint:
        """Changes an endpoint; what is not given stays. Disabling it gives up what waits. Needs ``webhooks:manage``.

        Raises:
            TierraError: as :meth:`create` and :meth:`show`; ``unknown_value`` at ``status``.
        """
        request = {"url": url, "events": listed(events), "status": status}
        fields = {"caller": caller_fields(caller), "id": id, "request": request}
        return WebhookEndpoint._of(self._call("webhooks.update", now, **fields))

    def delete(self, caller: Caller, id: int, *, now: datetime | None = None) -> None:
        """Deletes an endpoint and its delivery log. Needs ``webhooks:manage``.

        Raises:
            TierraError: as :meth:`show`.
        """
        self._call("webhooks.delete", now, caller=caller_fields(caller), id=id)

    def rotate_secret(
        self, caller: Caller, id: int, *, overlap_seconds: int = 0, now: datetime | None = None
    ) -> EndpointSecret:
        """Gives an endpoint a new secret. Needs ``webhooks:manage``.

        Args:
            caller: whose endpoint it is.
            id: the endpoint.
            overlap_seconds: how long deliveries are signed with the old one too, up to 30 days.
            now: the present time.

        Raises:
            TierraError: ``out_of_range`` at ``overlap_seconds``; as :meth:`show`.
        """
        fields = {"caller": caller_fields(caller), "id": id, "overlap_seconds": overlap_seconds}
        return EndpointSecret._of(self._call("webhooks.rotate_secret", now, **fields))

    def deliveries(
        self, caller: Caller, id: int, *, page: int = 1, per_page: int = 25, now: datetime | None = None
    ) -> Page[Delivery]:
        """The deliveries to an endpoint, newest first. Needs ``webhooks:manage``.

        Raises:
            TierraError: ``out_of_range`` at ``page`` (from 1) and ``per_page`` (1 to 100); as :meth:`show`.
        """
        fields = {"caller": caller_fields(caller), "id": id, "page": page, "per_page": per_page}
        return page_of(self._call("webhooks.deliveries", now, **fields), Delivery._of)

    def attempts(self, caller: Caller, id: int, *, now: datetime | None = None) -> Listing[DeliveryAttempt]:
        """Every attempt at the delivery ``id``, oldest first. Needs ``webhooks:manage``.

        Raises:
            TierraError: ``not_found`` at ``id``, also for another organisation's; ``insufficient_scope``.
        """
        text = self._call("webhooks.attempts", now, caller=caller_fields(caller), id=id)
        return listing_of(text, DeliveryAttempt._of)

    def resend(self, caller: Caller, id: int, *, now: datetime | None = None) -> Delivery:
        """Sends the delivery ``id`` once more, at once and with a schedule of its own, whatever became of it.

        Needs ``webhooks:manage``.

        Raises:
            TierraError: ``not_found`` at ``id``, also for another organisation's; ``invalid_transition`` where the
                endpoint is disabled; ``insufficient_scope``.
        """
        return Delivery._of(self._call("webhooks.resend", now, caller=caller_fields(caller), id=id))

    def events(self, *, after: int = 0, limit: int = 100, now: datetime | None = None) -> Listing[OutboxEvent]:
        """The outbox, oldest first: for a host program with a queue of its own in place of webhooks.

        Args:
            after: the number of the last event that is known.
            limit: the most events, 1 to 1,000.
            now: the present time.

        Raises:
            TierraError: ``out_of_range`` at ``limit``.
        """
        return listing_of(self._call("webhooks.events", now, after=after, limit=limit), OutboxEvent._of)

    def due(self, *, limit: int = 100, now: datetime | None = None) -> Listing[OutgoingRequest]:
        """The requests whose time has come, signed. For the host program's sender.

        What is handed out is not handed out again for two minutes, to whichever process asks; what is not recorded by
        then counts as an attempt and is handed out again. So a delivery arrives at least once, and the receiver tells
        repeats by ``webhook-id``.

        Args:
            limit: the most requests, 1 to 1,000.
            now: the present time.

        Raises:
            TierraError: ``out_of_range`` at ``limit``.
        """
        return listing_of(self._call("webhooks.due", now, limit=limit), OutgoingRequest._of)

    def next_due(self, *, now: datetime | None = None) -> datetime | None:
        """When the next delivery is due: the host may sleep until then, or until a change is made."""
        fields = value_of(self._call("webhooks.next_due", now))
        return instant_of(fields["due_at"])

    def record(
        self,
        delivery_id: int,
        attempt: int,
        *,
        status: int | None = None,
        retry_after: str | None = None,
        error: str | None = None,
        now: datetime | None = None,
    ) -> Delivery:
        """Records what came of a request, and says when it is tried again. For the host program's sender.

        Args:
            delivery_id: the request's.
            attempt: the request's.
            status: the HTTP status, where the endpoint answered.
            retry_after: the text of its ``Retry-After`` header, where there was one.
            error: why it did not answer, in the host's words, of which the first 500 characters are kept.
            now: the present time.

        Raises:
            TierraError: ``not_found`` at ``delivery_id`` or ``attempt``; ``invalid_transition`` at ``attempt`` where an
                outcome is recorded already; ``missing_field`` at ``outcome`` for both or neither of ``status`` and
                ``error``.
        """
        outcome = {"status": status, "retry_after": retry_after, "error": error}
        fields = {"delivery_id": delivery_id, "attempt": attempt, "outcome": outcome}
        return Delivery._of(self._call("webhooks.record", now, **fields))
