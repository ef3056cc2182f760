"""Who a call acts for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from ._plain import listed


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a call acts for: an organisation and what it may do.

    :meth:`tierra.ledger.Access.verify` makes one from a key or token; a program that knows its users otherwise makes
    its own.

    >>> caller = Caller(UUID("550e8400-e29b-41d4-a716-446655440000"), ("lookup", "registrations:write"))
    """

    organization: UUID
    """The organisation acted for."""
    scopes: tuple[str, ...]
    """What the caller may do: of ``lookup``, ``registrations:write``, ``disputes:write``, ``disputes:resolve`` and
    ``webhooks:manage``."""
    credential: UUID | None = None
    """The API key or OAuth client that was shown, where one was. The audit log names it."""

    _left_out: ClassVar[tuple[tuple[str, Any], ...]] = ()
    _json: ClassVar[tuple[tuple[str, str], ...]] = (
        ("organization", "organization"),
        ("scopes", "scopes"),
        ("credential", "credential"),
    )

    def __post_init__(self) -> None:
        scopes = listed(self.scopes)
        object.__setattr__(self, "scopes", tuple(scopes) if isinstance(scopes, list) else scopes)
