"""What answers have in common: the JSON text beside them, and lists that are an answer of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

if TYPE_CHECKING:
    from ._records.common import PageMeta

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a call answers."""

    json: str | None = field(default=None, repr=False, compare=False)
    """The contract's body: the JSON text that the core wrote, to be sent as it is. The answer of a call of a ledger has it;
    ``None`` where it stands within another answer."""

    _left_out: ClassVar[tuple[tuple[str, Any], ...]] = (("json", None),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Answer, Generic[T]):
    """A whole list. It has a length and may be looped over."""

    data: tuple[T, ...]
    """The items, in order."""

    def __iter__(self) -> Iterator[T]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Listing[T]):
    """A page of a list. It has a length and may be looped over."""

    meta: PageMeta
    """Where the page stands in the list."""
