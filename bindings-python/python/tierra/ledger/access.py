"""Who may call: organisations, API keys, OAuth clients and their tokens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from .._plain import listed
from ._answer import Answer, Listing, Page, instant_of, listing_of, page_of, value_of
from ._call import Caller, Calls, aware


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization(Answer):
    """Who registers chargers."""

    public_id: UUID
    """Its id."""
    name: str
    """Its name, which no other has."""
    created_at: datetime
    """When it was made."""

    @classmethod
    def _of(cls, text: str) -> Self:
        fields = value_of(text)
        return cls(
            json=text,
            public_id=UUID(fields["public_id"]),
            name=fields["name"],
            created_at=datetime.fromisoformat(fields["created_at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential(Answer):
    """An API key or OAuth client, without its secret."""

    id: UUID
    """Its id; of a client the ``client_id``."""
    kind: Literal["api_key", "oauth_client"]
    """``api_key``, which is itself shown as the bearer, or ``oauth_client``, which exchanges its secret for tokens."""
    organization: UUID
    """The organisation that it acts for."""
    name: str
    """What the organisation calls it."""
    scopes: tuple[str, ...]
    """What it may do."""
    created_at: datetime
    """When it was made."""
    expires_at: datetime | None
    """From when on it is refused, if ever."""
    revoked_at: datetime | None
    """When it was revoked."""

    @classmethod
    def _of(cls, text: str) -> Self:
        fields = value_of(text)
        return cls(
            json=text,
            id=UUID(fields["id"]),
            kind=fields["kind"],
            organization=UUID(fields["organization"]),
            name=fields["name"],
            scopes=tuple(fields["scopes"]),
            created_at=datetime.fromisoformat(fields["created_at"]),
            expires_at=instant_of(fields["expires_at"]),
            revoked_at=instant_of(fields["revoked_at"]),
            **({"secret": fields["secret"]} if "secret" in fields else {}),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedSecret(Credential):
    """A key or client with its secret, which is shown here and never again."""

    secret: str = field(repr=False)
    """The secret: of a key what is shown as the bearer, of a client its ``client_secret``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken(Answer):
    """A token, which is shown here and never again."""

    access_token: str = field(repr=False)
    """What is shown as the bearer."""
    token_type: Literal["Bearer"]
    """``Bearer``."""
    expires_in: int
    """How many seconds it lives."""
    scope: str
    """What it may do, separated by spaces."""

    @classmethod
    def _of(cls, text: str) -> Self:
        return cls(json=text, **value_of(text))


class Access(Calls):
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

    def create_organization(self, name: str, *, now: datetime | None = None) -> Organization:
        """Makes an organisation.

        Raises:
            TierraError: at ``name``: ``empty``, ``too_long`` (255 characters), ``duplicate``.
        """
        return Organization._of(self._call("access.create_organization", now, name=name))

    def organizations(
        self, *, page: int = 1, per_page: int = 25, now: datetime | None = None
    ) -> Page[Organization]:
        """The organisations, oldest first.

        Raises:
            TierraError: ``out_of_range`` at ``page`` (from 1) and ``per_page`` (1 to 100).
        """
        return page_of(self._call("access.organizations", now, page=page, per_page=per_page), Organization._of)

    def issue_key(
        self,
        organization: UUID | str,
        name: str,
        scopes: Iterable[str],
        *,
        expires_at: datetime | None = None,
        now: datetime | None = None,
    ) -> IssuedSecret:
        """Makes an API key. Its secret is in the answer and nowhere else.

        Args:
            organization: whom it acts for.
            name: what the organisation calls it.
            scopes: what it may do, at least one.
            expires_at: from when on it is refused.
            now: the present time.

        Raises:
            TierraError: ``not_found`` at ``organization``; ``empty`` at ``name`` or ``scopes``; ``unknown_value`` at
                ``scopes``; ``out_of_range`` at ``expires_at`` where it is over already.
        """
        expires_at = aware(expires_at, "expires_at")
        fields = {"organization": organization, "name": name, "scopes": listed(scopes), "expires_at": expires_at}
        return IssuedSecret._of(self._call("access.issue_key", now, **fields))

    def create_client(
        self, organization: UUID | str, name: str, scopes: Iterable[str], *, now: datetime | None = None
    ) -> IssuedSecret:
        """Makes an OAuth client: the answer's ``id`` is its ``client_id``, ``secret`` its ``client_secret``.

        Raises:
            TierraError: as :meth:`issue_key`.
        """
        fields = {"organization": organization, "name": name, "scopes": listed(scopes)}
        return IssuedSecret._of(self._call("access.create_client", now, **fields))

    def credentials(
        self,
        organization: UUID | str,
        *,
        kind: Literal["api_key", "oauth_client"] = "api_key",
        now: datetime | None = None,
    ) -> Listing[Credential]:
        """An organisation's API keys or OAuth clients, oldest first, revoked ones too.

        Raises:
            TierraError: ``not_found`` at ``organization``.
        """
        return listing_of(self._call("access.credentials", now, organization=organization, kind=kind), Credential._of)

    def rotate(self, id: UUID | str, *, overlap_seconds: int = 0, now: datetime | None = None) -> IssuedSecret:
        """Gives a key or client a new secret.

        Args:
            id: the key or client.
            overlap_seconds: how long the old secret goes on, up to 30 days, so that no program is locked out while it
                is told the new one.
            now: the present time.

        Raises:
            TierraError: ``not_found`` at ``id``; ``invalid_transition`` for a revoked one; ``out_of_range`` at
                ``overlap_seconds``.
        """
        return IssuedSecret._of(self._call("access.rotate", now, id=id, overlap_seconds=overlap_seconds))

    def revoke(self, id: UUID | str, *, now: datetime | None = None) -> Credential:
        """Ends a key or client, and every token of the client, at once and for good.

        Raises:
            TierraError: ``not_found`` at ``id``; ``invalid_transition`` for one that is revoked already.
        """
        return Credential._of(self._call("access.revoke", now, id=id))

    def token(
        self,
        *,
        client_id: UUID | str,
        client_secret: str,
        scope: str | None = None,
        grant_type: str = "client_credentials",
        now: datetime | None = None,
    ) -> AccessToken:
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
        return AccessToken._of(self._call("access.token", now, request=request))

    def revoke_token(self, token: str, *, now: datetime | None = None) -> None:
        """Ends a token before its hour is over.

        Raises:
            TierraError: ``invalid_token`` at ``token`` for one that is unknown, over or revoked already.
        """
        self._call("access.revoke_token", now, token=token)

    def verify(self, token: str, *, now: datetime | None = None) -> Caller:
        """Who shows this key or token: what stands behind ``Authorization: Bearer``, with or without that word.

        Raises:
            TierraError: ``invalid_token`` at ``token`` for one that is unknown, expired or revoked; the message says
                which, and never shows it.
        """
        fields = value_of(self._call("access.verify", now, token=token))
        credential = fields["credential"]
        return Caller(
            organization=UUID(fields["organization"]),
            scopes=tuple(fields["scopes"]),
            credential=None if credential is None else UUID(credential),
        )
