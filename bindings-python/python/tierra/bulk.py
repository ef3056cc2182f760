"""Millions of chargers and claims at once: columns in, columns out.

A column is anything that offers Python's buffer protocol: a numpy array, ``array.array``, ``bytes``, an Arrow buffer of hashes.
Days are whole numbers of 32 bits, counted from 1970-01-01; of a numpy column of dates, ``days.astype("datetime64[D]").astype("int32")``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from . import _tierra
from ._error import TierraError

__all__ = [
    "ClaimIndex",
    "ConflictPairs",
    "SerialHashes",
    "count_conflict_pairs",
    "find_conflict_pairs",
    "serial_hashes",
]

DEFAULT_MOST = 100_000_000


@dataclass(frozen=True, slots=True)
class SerialHashes:
    """The answers of :func:`serial_hashes`, a row a charger."""

    packed: bytes
    """32 bytes a row, for ``numpy.frombuffer(packed, "uint8").reshape(-1, 32)``; zero bytes where the row was refused."""
    errors: Mapping[int, TierraError]
    """The refused rows in ascending order, and why each was refused."""

    def __len__(self) -> int:
        return len(self.packed) // 32

    def __getitem__(self, row: int) -> str:
        """The hash of a row, as :attr:`tierra.ChargerIdentity.serial_hash`. A refused row raises its error."""
        row = range(len(self))[row]
        if row in self.errors:
            raise self.errors[row]
        return self.packed[32 * row : 32 * row + 32].hex()

    def hex(self) -> list[str | None]:
        """The hashes of all rows, ``None`` where the row was refused."""
        hashes = _tierra.hash_texts(self.packed)
        for row in self.errors:
            hashes[row] = None
        return hashes


class ConflictPairs(NamedTuple):
    """Conflicting pairs as two columns of rows, in ascending order: ``first[i]`` conflicts with ``second[i]``.

    Both are ``memoryview`` of unsigned whole numbers of 32 bits; ``numpy.asarray(pairs.first)`` makes no copy.
    """

    first: memoryview[int]
    """The smaller row of each pair."""
    second: memoryview[int]
    """The larger row of each pair."""


def serial_hashes(chargers: Iterable[tuple[str, str]]) -> SerialHashes:
    """The hashes of many chargers, as :func:`tierra.identify` gives them: some four million a second.

    Args:
        chargers: pairs of vendor and serial.

    Returns:
        A hash a row, and the :class:`TierraError` of each row that was refused, with a path such as
        ``chargers[3].serial``. A refused row leaves the others untouched.

    Raises:
        TierraError: ``wrong_type`` when ``chargers`` is not a list of pairs.

    >>> import tierra
    >>> hashes = serial_hashes([("KEBA", "S/N: 2200-4711"), ("Easee", ""), ("Keba GmbH", "22004711")])
    >>> hashes[0] == hashes[2] == tierra.identify("KEBA", "22004711").serial_hash
    True
    >>> {row: error.path for row, error in hashes.errors.items()}
    {1: 'chargers[1].serial'}
    """
    if not isinstance(chargers, (str, bytes)) and isinstance(chargers, Iterable):
        chargers = chargers if isinstance(chargers, list) else list(chargers)
    packed, refused = _tierra.serial_hashes(chargers)
    return SerialHashes(packed, {row: TierraError(code, path, message) for row, code, path, message in refused})


def find_conflict_pairs(
    chargers: Any, starts: Any, ends: Any, *, left_out: Any = None, most: int = DEFAULT_MOST
) -> ConflictPairs:
    """All conflicting pairs of claims in columns: :func:`tierra.find_conflicts` for millions of them.

    Row ``i`` is a claim on charger ``i`` from day ``starts[i]`` to day ``ends[i]``, both included. Python's lock is not held
    meanwhile.

    Args:
        chargers: 32 bytes a row, or the :class:`SerialHashes` itself, whose refused rows are left out.
        starts: the first days, ``int32``, counted from 1970-01-01.
        ends: the last days, likewise.
        left_out: a byte a row, not zero where the claim is cancelled and so conflicts with nothing.
        most: more pairs than this are refused; each takes 8 bytes.

    Raises:
        TierraError: ``wrong_type`` for what is no such buffer, ``length_mismatch``, ``invalid_period`` and ``out_of_range`` at
            ``starts[i]`` or ``ends[i]``, ``out_of_range`` at ``chargers`` for more than ``most`` pairs.

    >>> from array import array
    >>> hashes = serial_hashes([("KEBA", "22004711"), ("Easee", "EH123456"), ("Keba GmbH", "2200-4711")])
    >>> pairs = find_conflict_pairs(hashes, array("i", [20454, 20454, 20818]), array("i", [20818, 20818, 21183]))
    >>> list(zip(pairs.first, pairs.second))
    [(0, 2)]
    """
    packed, without = _columns(chargers, left_out)
    if isinstance(most, bool) or not isinstance(most, int):
        raise TierraError("wrong_type", "most", f"is a value of type `{type(most).__name__}`; expected a whole number")
    if not 0 <= most < 2**63:
        raise TierraError("out_of_range", "most", f"`{most}` is out of range; expected a number of pairs")
    first, second = _tierra.find_conflict_pairs(packed, starts, ends, without, most)
    return ConflictPairs(memoryview(first).cast("I"), memoryview(second).cast("I"))


def count_conflict_pairs(chargers: Any, starts: Any, ends: Any, *, left_out: Any = None) -> int:
    """How many pairs :func:`find_conflict_pairs` would find, without holding them.

    >>> from array import array
    >>> count_conflict_pairs(b"k" * 32 * 1000, array("i", [20454]) * 1000, array("i", [20818]) * 1000)
    499500
    """
    packed, without = _columns(chargers, left_out)
    return _tierra.count_conflict_pairs(packed, starts, ends, without)


class ClaimIndex:
    """Claims in columns, loaded once, to be asked what a new one conflicts with and to take it.

    Args and errors are those of :func:`find_conflict_pairs`.

    >>> from array import array
    >>> hashes = serial_hashes([("KEBA", "22004711"), ("Easee", "EH123456")])
    >>> index = ClaimIndex(hashes, array("i", [20454, 20454]), array("i", [20818, 20818]))
    >>> index.conflicts_with(hashes[0], "2026-12-31", date(2027, 6, 30))
    [0]
    >>> index.insert(hashes[0], "2026-12-31", date(2027, 6, 30))
    2
    >>> index.conflicts_with(hashes[0], 20818, 20818), len(index)
    ([0, 2], 3)
    """

    __slots__ = ("_index",)

    def __init__(self, chargers: Any, starts: Any, ends: Any, *, left_out: Any = None) -> None:
        packed, without = _columns(chargers, left_out)
        self._index = _tierra.ClaimIndex(packed, starts, ends, without)

    def __len__(self) -> int:
        """How many rows there are, those left out included: the row that the next one inserted gets."""
        return len(self._index)

    def conflicts_with(self, charger: str | bytes, start: date | str | int, end: date | str | int) -> list[int]:
        """The rows that a claim on ``charger`` from ``start`` to ``end`` would conflict with, in ascending order.

        Args:
            charger: its hash, as 64 hexadecimal digits or 32 bytes.
            start: the first day, as a date, ``"YYYY-MM-DD"`` or a count from 1970-01-01.
            end: the last day, likewise.

        Raises:
            TierraError: at ``charger``, ``start`` or ``end``: ``wrong_type``, ``unknown_value``, ``invalid_date``,
                ``invalid_period`` or ``out_of_range``.
        """
        return self._index.conflicts_with(charger, start, end)

    def insert(self, charger: str | bytes, start: date | str | int, end: date | str | int) -> int:
        """Takes a new claim, whether it conflicts or not, and tells its row. Args and errors as :meth:`conflicts_with`."""
        return self._index.insert(charger, start, end)


def _columns(chargers: Any, left_out: Any) -> tuple[Any, tuple[Any, list[int]]]:
    """The column of hashes, and what is left out of it: a mask, and the rows that were refused."""
    if isinstance(chargers, SerialHashes):
        return chargers.packed, (left_out, list(chargers.errors))
    return chargers, (left_out, [])
