"""Answers: frozen objects that keep the JSON text they were read from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar
from uuid import UUID

from ..overlap import Period

T = TypeVar("T")


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


def members(text: str) -> dict[str, str]:
    """The fields of an object, each as the text that it has there. The core writes no space between them."""
    found: dict[str, str] = {}
    at = 1
    while at < len(text) - 1:
        name, colon = _DECODER.raw_decode(text, at)
        _, end = _DECODER.raw_decode(text, colon + 1)
        found[name] = text[colon + 1 : end]
        at = end + 1
    return found


def items(text: str) -> list[str]:
    """The items of a list, each as the text that it has there."""
    found: list[str] = []
    at = 1
    while at < len(text) - 1:
        _, end = _DECODER.raw_decode(text, at)
        found.append(text[at:end])
        at = end + 1
    return found


def each(text: str | None, read: Callable[[str], T]) -> tuple[T, ...]:
    """The items of a list, read one by one."""
    return tuple(read(item) for item in items(text)) if text is not None else ()


def period_of(fields: dict[str, str]) -> Period:
    """Days from first to last."""
    return Period(date.fromisoformat(fields["start"]), date.fromisoformat(fields["end"]))


def instant_of(text: str | None) -> datetime | None:
    """An instant in UTC, or none."""
    return None if text is None else datetime.fromisoformat(text)


def uuid_of(text: str | None) -> UUID | None:
    """An id, or none."""
    return None if text is None else UUID(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a call answers, or an item of a list that it answers."""

    json: str = field(repr=False, compare=False)
    """The body of the charger-registry contract: the JSON text that the core wrote, to be sent as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Answer, Generic[T]):
    """A whole list. It has a length and may be looped over."""

    data: tuple[T, ...]
    """The items, in order."""

    def __iter__(self) -> Iterator[T]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)


@dataclass(frozen=True, slots=True)
class PageMeta:
    """Where a page stands in its list."""

    current_page: int
    """This page's number, from 1."""
    last_page: int
    """The last page's number; 1 where the list is empty."""
    per_page: int
    """How many items a page has at most."""
    total: int
    """How many items the list has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Listing[T]):
    """A page of a list. It has a length and may be looped over."""

    meta: PageMeta
    """Where the page stands in the list."""


def listing_of(text: str, read: Callable[[str], T]) -> Listing[T]:
    """A whole list."""
    return Listing(json=text, data=each(members(text)["data"], read))


def page_of(text: str, read: Callable[[str], T]) -> Page[T]:
    """A page of a list."""
    parts = members(text)
    return Page(json=text, data=each(parts["data"], read), meta=PageMeta(**value_of(parts["meta"])))
