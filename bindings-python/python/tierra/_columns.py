"""What results in columns have in common: Arrow's PyCapsule interface, and the tables that people work with."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

HEAD = 10
"""How many rows are shown of a result."""


class Columnar:
    """A result that is a table. ``pyarrow``, Polars, DuckDB and whatever else speaks Arrow's PyCapsule interface take it as it is."""

    __slots__ = ()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        raise NotImplementedError

    def _columns(self) -> dict[str, list[Any]]:
        """The columns as lists of Python's own values."""
        raise NotImplementedError

    def _head(self) -> dict[str, list[Any]]:
        """The columns of the first rows."""
        raise NotImplementedError

    def __len__(self) -> int:
        raise NotImplementedError

    def to_arrow(self) -> Any:
        """A ``pyarrow.Table``. A refused row has nothing, and its reason beside it in ``error_code`` and ``error``."""
        import pyarrow

        return pyarrow.table(self)

    def to_polars(self) -> Any:
        """A ``polars.DataFrame``, as :meth:`to_arrow`."""
        import polars

        return polars.DataFrame(self)

    def to_pandas(self) -> Any:
        """A ``pandas.DataFrame``, as :meth:`to_arrow`; exact numbers are ``Decimal``. A sum over a column leaves out what is
        refused: look at ``error_code`` beside it."""
        import pandas

        # As objects: pandas would make floats of whole numbers beside nothing.
        return pandas.DataFrame({name: pandas.Series(values, dtype=object) for name, values in self._columns().items()})

    def _repr_html_(self) -> str:
        return html_table(self._head(), len(self))


def html_table(columns: Mapping[str, list[Any]], rows: int) -> str:
    """The first rows of a table as a notebook shows them."""

    def cell(value: object) -> str:
        return "" if value is None else escape(str(value))

    names = "".join(f"<th>{escape(name)}</th>" for name in columns)
    lines = ["".join(f"<td>{cell(value)}</td>" for value in row) for row in zip(*columns.values(), strict=True)]
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    more = f"<p>{rows:,} rows, of which the first {len(lines)}</p>" if rows > len(lines) else f"<p>{rows:,} rows</p>"
    return f"<table><thead><tr>{names}</tr></thead><tbody>{body}</tbody></table>{more}"
