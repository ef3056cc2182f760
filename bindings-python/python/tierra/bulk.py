"""Millions of chargers and claims at once: tables and columns in, columns out.

A table is a DataFrame of pandas or Polars, a table of pyarrow, a relation of DuckDB, anything with Arrow's PyCapsule
interface, a mapping of columns, or a list of rows. Its columns are found by name; ``columns`` says which one a field has where
that is another, and columns of no field are left alone. A column is a list, an array of numpy or pyarrow, a Series, or a buffer.
``None``, ``NaN`` and ``NaT`` are nothing: a row that lacks what it must have is refused, never counted as something else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from . import _tierra
from ._columns import HEAD, Columnar
from ._error import TierraError
from .charger import IdentityBatch

__all__ = [
    "ClaimIndex",
    "ConflictPairs",
    "SerialHashes",
    "count_conflict_pairs",
    "find_conflict_pairs",
    "identify_batch",
    "serial_hashes",
]

DEFAULT_MOST = 100_000_000

Progress = Callable[[int, int], "bool | None"]
"""Told how many rows of how many are done; where it returns ``False``, the rest is left."""


class SerialHashes(Columnar):
    """The answers of :func:`serial_hashes`, a row a charger. As a table: ``serial_hash``, ``error_code`` and ``error``."""

    __slots__ = ("_data", "_errors")

    def __init__(self, data: _tierra.HashData) -> None:
        self._data = data
        self._errors: dict[int, TierraError] | None = None

    @property
    def packed(self) -> bytes:
        """32 bytes a row, for ``numpy.frombuffer(packed, "uint8").reshape(-1, 32)``; zero bytes where the row was refused."""
        return self._data.packed()

    @property
    def errors(self) -> Mapping[int, TierraError]:
        """The refused rows in ascending order, and why each was refused."""
        if self._errors is None:
            self._errors = dict(self._data.errors())
        return self._errors

    def __len__(self) -> int:
        return len(self._data)

    def __getitem__(self, row: int) -> str:
        """The hash of a row, as :attr:`tierra.ChargerIdentity.serial_hash`. A refused row raises its error."""
        row = range(len(self))[row]
        text = self._data.text(row)
        if text is None:
            raise self.errors[row]
        return text

    def hex(self) -> list[str | None]:
        """The hashes of all rows, ``None`` where the row was refused."""
        return self._data.texts()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SerialHashes):
            return NotImplemented
        return self.packed == other.packed and _told(self.errors) == _told(other.errors)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<SerialHashes of {len(self):,} rows: {len(self.errors):,} refused>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _hashes_of, (self.packed, _told(self.errors))

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._data.stream()

    def _columns(self) -> dict[str, list[Any]]:
        return self._part(self.hex())

    def _head(self) -> dict[str, list[Any]]:
        return self._part([self._data.text(row) for row in range(min(HEAD, len(self)))])

    def _part(self, hashes: list[str | None]) -> dict[str, list[Any]]:
        errors = [self.errors.get(row) for row in range(len(hashes))]
        return {
            "serial_hash": hashes,
            "error_code": [error.code if error else None for error in errors],
            "error": [str(error) if error else None for error in errors],
        }


def _told(errors: Mapping[int, TierraError]) -> list[tuple[int, str, str, str]]:
    return [(row, error.code, error.path, error.message) for row, error in errors.items()]


def _hashes_of(packed: bytes, errors: list[tuple[int, str, str, str]]) -> SerialHashes:
    return SerialHashes(_tierra.HashData.of(packed, errors))


class ConflictPairs(Columnar):
    """Conflicting pairs as two columns of rows, in ascending order: ``first[i]`` conflicts with ``second[i]``.

    Both are ``memoryview`` of unsigned whole numbers of 32 bits; ``numpy.asarray(pairs.first)`` makes no copy. It unpacks into the
    two: ``first, second = pairs``. As a table it has these two columns.
    """

    __slots__ = ("first", "second")

    first: memoryview[int]
    """The smaller row of each pair."""
    second: memoryview[int]
    """The larger row of each pair."""

    def __init__(self, first: bytes, second: bytes) -> None:
        self.first = memoryview(first).cast("I")
        self.second = memoryview(second).cast("I")

    def __len__(self) -> int:
        """How many pairs there are."""
        return len(self.first)

    def __iter__(self) -> Iterator[memoryview[int]]:
        return iter((self.first, self.second))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ConflictPairs):
            return NotImplemented
        return self.first == other.first and self.second == other.second

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<ConflictPairs: {len(self):,}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return ConflictPairs, (bytes(self.first), bytes(self.second))

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return _tierra.PairData.of(bytes(self.first), bytes(self.second)).stream()

    def _columns(self) -> dict[str, list[Any]]:
        return {"first": self.first.tolist(), "second": self.second.tolist()}

    def _head(self) -> dict[str, list[Any]]:
        return {"first": self.first[:HEAD].tolist(), "second": self.second[:HEAD].tolist()}


def identify_batch(
    chargers: Any, *, columns: Mapping[str, str] | None = None, progress: Progress | None = None
) -> IdentityBatch:
    """The identities of many chargers, each with its own answer, in the order given.

    Args:
        chargers: pairs of vendor and serial, or a table with the columns ``vendor`` and ``serial``.
        columns: the columns of a table that have other names: ``{"serial": "Seriennummer"}``.
        progress: told how many chargers of how many are done; where it returns ``False``, the rest has no answer.

    Returns:
        An answer for each charger: a :class:`ChargerIdentity` or, not raised, the :class:`TierraError` that says why
        that one was refused. And the groups of chargers whose serials differ only in ``O/0``, ``I/1``, ``S/5``, ``B/8``.

    Raises:
        TierraError: ``wrong_type`` at ``chargers`` for what is neither rows nor a table, ``missing_field`` at a column that it
            lacks; ``unknown_value`` and ``unknown_field`` at ``columns``.

    >>> batch = identify_batch([("Easee", "EH10"), ("KEBA", ""), ("easee", "EHIO")])
    >>> [getattr(answer, "serial_last4", "refused") for answer in batch.results]
    ['EH10', 'refused', 'EHIO']
    >>> [charger.index for charger in batch.lookalikes[0].chargers]
    [0, 2]
    """
    answer: IdentityBatch = _tierra.identify_batch(chargers, columns, progress)
    return answer


def serial_hashes(
    chargers: Any, *, columns: Mapping[str, str] | None = None, progress: Progress | None = None
) -> SerialHashes:
    """The hashes of many chargers, as :func:`tierra.identify` gives them: some four million a second. Ctrl-C is heard.

    Args:
        chargers: as :func:`identify_batch`; a table is faster than pairs.
        columns: as :func:`identify_batch`.
        progress: told how many chargers of how many are done; where it returns ``False``, the answer ends there.

    Returns:
        A hash a row, and the :class:`TierraError` of each row that was refused, with a path such as
        ``chargers[3].serial``. A refused row leaves the others untouched.

    Raises:
        TierraError: as :func:`identify_batch`.

    >>> import tierra
    >>> hashes = serial_hashes([("KEBA", "S/N: 2200-4711"), ("Easee", ""), ("Keba GmbH", "22004711")])
    >>> hashes[0] == hashes[2] == tierra.identify("KEBA", "22004711").serial_hash
    True
    >>> {row: error.path for row, error in hashes.errors.items()}
    {1: 'chargers[1].serial'}
    >>> serial_hashes({"maker": ["KEBA"], "no": ["22004711"]}, columns={"vendor": "maker", "serial": "no"})
    <SerialHashes of 1 rows: 0 refused>
    """
    return SerialHashes(_tierra.HashData(chargers, columns, progress))


def find_conflict_pairs(
    chargers: Any,
    starts: Any = None,
    ends: Any = None,
    *,
    left_out: Any = None,
    most: int = DEFAULT_MOST,
    columns: Mapping[str, str] | None = None,
) -> ConflictPairs:
    """All conflicting pairs of claims in columns: :func:`tierra.find_conflicts` for millions of them.

    Row ``i`` is a claim on charger ``i`` from day ``starts[i]`` to day ``ends[i]``, both included. Python's lock is not held
    meanwhile.

    Args:
        chargers: 32 bytes or 64 hexadecimal digits a row, or the :class:`SerialHashes` itself, whose refused rows are left out.
            Or all of it in one table, with the columns ``serial_hash``, ``start`` and ``end`` and, where there are such,
            ``status`` (a cancelled claim conflicts with nothing) and ``left_out``.
        starts: the first days: dates, ``datetime64``, texts ``YYYY-MM-DD`` or counts from 1970-01-01.
        ends: the last days, likewise.
        left_out: true where the claim is cancelled and so conflicts with nothing; nothing is looked at there.
        most: more pairs than this are refused; each takes 8 bytes.
        columns: the columns of the table that have other names: ``{"start": "valid_from"}``.

    Raises:
        TierraError: ``wrong_type`` for what is no such column, ``length_mismatch``; at ``chargers[i]``, ``starts[i]`` or
            ``ends[i]`` ``missing_field`` for nothing (``None``, ``NaT``), ``invalid_date``, ``invalid_period`` and
            ``out_of_range``; ``out_of_range`` at ``chargers`` for more than ``most`` pairs.

    >>> from array import array
    >>> hashes = serial_hashes([("KEBA", "22004711"), ("Easee", "EH123456"), ("Keba GmbH", "2200-4711")])
    >>> pairs = find_conflict_pairs(hashes, array("i", [20454, 20454, 20818]), array("i", [20818, 20818, 21183]))
    >>> list(zip(pairs.first, pairs.second))
    [(0, 2)]
    >>> find_conflict_pairs({"serial_hash": hashes.hex(), "start": ["2026-01-01"] * 3, "end": [date(2026, 12, 31)] * 3})
    <ConflictPairs: 1>
    """
    if isinstance(most, bool) or not isinstance(most, int):
        raise TierraError("wrong_type", "most", f"is a value of type `{type(most).__name__}`; expected a whole number")
    if not 0 <= most < 2**63:
        raise TierraError("out_of_range", "most", f"`{most}` is out of range; expected a number of pairs")
    data = _tierra.PairData(_claims(chargers, starts, ends, left_out, columns), most)
    return ConflictPairs(data.side(False), data.side(True))


def count_conflict_pairs(
    chargers: Any,
    starts: Any = None,
    ends: Any = None,
    *,
    left_out: Any = None,
    columns: Mapping[str, str] | None = None,
) -> int:
    """How many pairs :func:`find_conflict_pairs` would find, without holding them.

    >>> from array import array
    >>> count_conflict_pairs(b"k" * 32 * 1000, array("i", [20454]) * 1000, array("i", [20818]) * 1000)
    499500
    """
    return _tierra.count_conflict_pairs(_claims(chargers, starts, ends, left_out, columns))


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

    def __init__(
        self,
        chargers: Any,
        starts: Any = None,
        ends: Any = None,
        *,
        left_out: Any = None,
        columns: Mapping[str, str] | None = None,
    ) -> None:
        self._index = _tierra.ClaimIndex(_claims(chargers, starts, ends, left_out, columns))

    def __len__(self) -> int:
        """How many rows there are, those left out included: the row that the next one inserted gets."""
        return len(self._index)

    def __repr__(self) -> str:
        return f"<ClaimIndex of {len(self):,} rows>"

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


def _claims(chargers: Any, starts: Any, ends: Any, left_out: Any, columns: Any) -> tuple[Any, Any, Any, Any, list[int], Any]:
    """Claims, and which of them were refused as chargers."""
    if isinstance(chargers, SerialHashes):
        return chargers.packed, starts, ends, left_out, list(chargers.errors), columns
    return chargers, starts, ends, left_out, [], columns
