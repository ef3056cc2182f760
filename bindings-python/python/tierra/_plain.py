"""Arguments as the plain values that the core reads, and JSON as plain values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any


def whole(digits: str) -> int | Decimal:
    """A whole number; of one with thousands of digits, which CPython refuses to read as ``int``, the decimal."""
    try:
        return int(digits)
    except ValueError:
        return Decimal(digits)


_DECODER = json.JSONDecoder(parse_int=whole)


def value_of(text: str) -> Any:
    """JSON text as plain Python values."""
    return _DECODER.decode(text)


def listed(values: Any) -> Any:
    """Any iterable as a list. What is none is handed on, for the core to refuse."""
    if isinstance(values, (str, bytes, Mapping)) or not isinstance(values, Iterable):
        return values
    return list(values)


def pairs(chargers: Any) -> Any:
    """Pairs as objects with field names. What is no pair is handed on, for the core to refuse with its path."""
    if isinstance(chargers, (str, bytes)) or not isinstance(chargers, Iterable):
        return chargers
    return [
        {"vendor": charger[0], "serial": charger[1]}
        if isinstance(charger, (tuple, list)) and len(charger) == 2
        else charger
        for charger in chargers
    ]
