"""Arguments as the plain values that the core reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def listed(values: Any) -> Any:
    """Any iterable as a list. What is none is handed on, for the core to refuse."""
    if isinstance(values, (str, bytes, Mapping)) or not isinstance(values, Iterable):
        return values
    return list(values)
