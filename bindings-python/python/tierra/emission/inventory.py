"""Many activities at once: each row's figures, the totals, and the rows that failed."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from .._columns import HEAD, Columnar
from .._records.emission import FailedRow, InventoryRow, InventoryTotals, Method
from .._tierra import InventoryData

PIECE = 1024
"""How many rows are made into objects at once."""


_FIGURES = ("co2e_kg", "biogenic_co2_kg", "market_based_co2e_kg", "scope", "category", "method")


class Inventory(Columnar):
    """An inventory, made by :meth:`tierra.EmissionFactors.inventory`.

    Figures of all rows come as columns (:attr:`co2e_kg` and others), a value a row given and ``None`` where it failed; one
    row with its gases and warnings comes from :meth:`row`, all of them by iterating. ``len(inventory)`` counts all rows. As a
    table it has ``row``, the figures, ``scope``, ``category``, ``method``, and ``error_code`` and ``error`` where a row failed.
    """

    __slots__ = ("_data", "_failed", "_methods", "totals")

    totals: InventoryTotals
    """The totals of the rows that were counted."""

    def __init__(self, data: InventoryData) -> None:
        self._data = data
        self._failed: tuple[FailedRow, ...] | None = None
        self._methods: tuple[Method, ...] | None = None
        self.totals = data.totals()

    def __len__(self) -> int:
        return len(self._data)

    def __repr__(self) -> str:
        totals = self.totals
        return f"<Inventory of {totals.rows} rows: {totals.co2e_kg} kg CO2e; {totals.failed_rows} rows failed>"

    @property
    def gwp_version(self) -> str:
        """The report whose GWP values were asked."""
        return self._data.gwp_version

    @property
    def cancelled(self) -> bool:
        """Whether ``progress`` stopped it before the end. The rows from ``len(inventory)`` on were not looked at."""
        return self._data.cancelled

    @property
    def failed(self) -> tuple[FailedRow, ...]:
        """The rows that could not be read or counted, in the order given."""
        if self._failed is None:
            self._failed = tuple(FailedRow(row, id, error) for row, id, error in self._data.failed())
        return self._failed

    @property
    def methods(self) -> tuple[Method, ...]:
        """How rows were counted: factors, conversions and GWPs with their sources. Rows that ask for the same share one.

        Made when it is first asked for.
        """
        if self._methods is None:
            self._methods = tuple(self._data.method(at) for at in range(self._data.method_count()))
        return self._methods

    @property
    def co2e_kg(self) -> list[Decimal | None]:
        """kg CO2e of every row given, ``None`` for those that failed; bought energy by the location-based method."""
        return self._data.column("co2e_kg")

    @property
    def biogenic_co2_kg(self) -> list[Decimal | None]:
        """kg of biogenic CO2 of every row given; ``None`` also where the library states some that the unit does not reach."""
        return self._data.column("biogenic_co2_kg")

    @property
    def market_based_co2e_kg(self) -> list[Decimal | None]:
        """kg CO2e of every row given by the market-based method; ``None`` also outside scope 2."""
        return self._data.column("market_based_co2e_kg")

    @property
    def scope(self) -> list[str | None]:
        """The scope of every row given; ``None`` also where neither the row nor the library states one."""
        return self._data.column("scope")

    @property
    def category(self) -> list[str | None]:
        """The category of every row given, as the library writes it."""
        return self._data.column("category")

    @property
    def method(self) -> list[int | None]:
        """The place in :attr:`methods` for every row given."""
        return self._data.column("method")

    def row(self, row: int) -> InventoryRow:
        """A row by its place among the rows given. A row that failed raises its error.

        Raises:
            TierraError: the row's own.
            IndexError: for a place that there is not.
        """
        row = range(len(self))[row]
        place, counted = self._data.place(row)
        if not counted:
            # As many rows before it failed as were not counted.
            raise self.failed[row - place].error
        row_of: InventoryRow = self._data.rows(place, place + 1)[0]
        return row_of

    def rows(self) -> Iterator[InventoryRow]:
        """The rows that were counted, in the order given, made while they are gone through."""
        for start in range(0, self.totals.rows, PIECE):
            yield from self._data.rows(start, start + PIECE)

    def __iter__(self) -> Iterator[InventoryRow | FailedRow]:
        """All rows in the order given, those that failed among them."""
        failed = iter(self.failed)
        next_failed = next(failed, None)
        for row in self.rows():
            while next_failed is not None and next_failed.row < row.row:
                yield next_failed
                next_failed = next(failed, None)
            yield row
        while next_failed is not None:
            yield next_failed
            next_failed = next(failed, None)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._data.stream()

    def _columns(self) -> dict[str, list[Any]]:
        errors = {failed.row: failed.error for failed in self.failed}
        by_row = [errors.get(row) for row in range(len(self))]
        figures = {name: self._data.column(name) for name in _FIGURES}
        return {
            "row": list(range(len(self))),
            **figures,
            "error_code": [error.code if error else None for error in by_row],
            "error": [str(error) if error else None for error in by_row],
        }

    def _head(self) -> dict[str, list[Any]]:
        rows = [row for row, _ in zip(self, range(HEAD), strict=False)]
        head: dict[str, list[Any]] = {name: [getattr(row, name, None) for row in rows] for name in ("row", *_FIGURES)}
        head["error"] = [str(row.error) if isinstance(row, FailedRow) else None for row in rows]
        return head

    def to_json(self) -> str:
        """All of it as JSON text, numbers digit for digit: ``gwpVersion``, ``totals``, ``rows``, ``failed``, ``methods``."""
        return self._data.to_json()
