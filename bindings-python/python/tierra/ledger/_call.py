"""What every call hands over: who calls, and what time it is."""

from __future__ import annotations

import os
from datetime import datetime, timezone
from typing import Any

from .._caller import Caller
from .._error import TierraError
from .._tierra import LedgerData


__all__ = ["Caller", "Calls", "aware", "path_text", "present"]


class Calls:
    """A group of a ledger's calls."""

    __slots__ = ("_data",)

    def __init__(self, data: LedgerData) -> None:
        self._data = data

    def _call(self, name: str, now: datetime | None, fields: dict[str, Any]) -> Any:
        return self._data.call(name, {"now": present(now), **fields})


def present(now: Any) -> Any:
    """The instant given, or the system's. What is no ``datetime`` is handed on, for the core to read or refuse."""
    return datetime.now(timezone.utc) if now is None else aware(now, "now")


def aware(instant: Any, path: str) -> Any:
    """An instant. A ``datetime`` without a zone is none: it may mean UTC or the local time, hours apart."""
    if isinstance(instant, datetime) and instant.utcoffset() is None:
        message = f"`{instant.isoformat()}` has no time zone; expected one, such as `datetime.now(timezone.utc)`"
        raise TierraError("invalid_date", path, message)
    return instant


def path_text(path: Any) -> Any:
    """A path as text. What is none is refused here or handed on, for the core to refuse."""
    if path is None:
        # To the core, no path is a ledger in memory.
        raise TierraError("missing_field", "path", "is missing; expected a file's path")
    return os.fspath(path) if isinstance(path, os.PathLike) else path
