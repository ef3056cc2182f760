"""One way in for tables and columns, and one way out: whatever a program has them in, the answer is the same."""

from __future__ import annotations

import pickle
from array import array
from collections.abc import Callable
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import tierra

PAIRS = [("KEBA", "2200-4711"), ("Easee", "EH123456"), ("Keba GmbH", "22004711"), ("Easee", "")]
VENDORS, SERIALS = [vendor for vendor, _ in PAIRS], [serial for _, serial in PAIRS]
EXPECTED = tierra.serial_hashes(PAIRS)
FRAME = pd.DataFrame({"site": ["a", "b", "c", "d"], "vendor": VENDORS, "serial": SERIALS, "kw": [11, 22, 11, 7.4]})

TABLES: dict[str, Any] = {
    "pandas": FRAME,
    "pandas, strings of Arrow": FRAME.astype({"vendor": "string[pyarrow]", "serial": "string"}),
    "pandas, categories": FRAME.astype({"vendor": "category"}),
    "polars": pl.DataFrame(FRAME.to_dict("list")),
    "polars, categories": pl.DataFrame(FRAME.to_dict("list")).with_columns(pl.col("vendor").cast(pl.Categorical)),
    "pyarrow table": pa.table({"serial": SERIALS, "vendor": VENDORS}),
    "pyarrow, two chunks": pa.concat_tables([pa.table({"vendor": VENDORS[:1], "serial": SERIALS[:1]}), pa.table({"vendor": VENDORS[1:], "serial": SERIALS[1:]})]),
    "pyarrow, dictionary": pa.table({"vendor": pa.array(VENDORS).dictionary_encode(), "serial": pa.array(SERIALS, pa.large_utf8())}),
    "pyarrow batch": pa.record_batch({"vendor": VENDORS, "serial": pa.array(SERIALS, pa.string_view())}),
    "pyarrow reader": pa.table({"vendor": VENDORS, "serial": SERIALS}).to_reader(),
    "duckdb": duckdb.sql("select * from FRAME"),
    "a mapping of lists": {"vendor": VENDORS, "serial": SERIALS, "other": None},
    "a mapping of arrays": {"vendor": np.array(VENDORS), "serial": pd.Series(SERIALS)},
    "a mapping of Polars": {"vendor": pl.Series(VENDORS), "serial": pa.chunked_array([SERIALS[:2], SERIALS[2:]])},
    "rows": [{"vendor": vendor, "serial": serial} for vendor, serial in PAIRS],
    "an array of rows": np.array(PAIRS, dtype=object),
    "a generator": (pair for pair in PAIRS),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_of_any_kind_gives_the_same_hashes(name: str) -> None:
    table = TABLES[name]
    if name not in ("a generator", "pyarrow reader"):
        assert [getattr(one, "serial_hash", None) for one in tierra.identify_batch(table).results] == EXPECTED.hex()
    hashes = tierra.serial_hashes(table)
    assert hashes == EXPECTED and [error.path for error in hashes.errors.values()] == ["chargers[3].serial"]


def test_columns_of_other_names_are_said() -> None:
    renamed = {"vendor": "Hersteller", "serial": "Nr."}
    for table in (FRAME.rename(columns=renamed), pl.DataFrame(FRAME.rename(columns=renamed)), {"Hersteller": VENDORS, "Nr.": SERIALS}):
        assert tierra.serial_hashes(table, columns=renamed) == EXPECTED


def refusal(call: Callable[[], Any]) -> tierra.TierraError:
    with pytest.raises(tierra.TierraError) as caught:
        call()
    return caught.value


GAS = {"authority": "defra", "category": "Fuels / Gaseous fuels", "fuel_type": "Natural gas", "reporting_year": 2024, "region": "GB", "unit": "kWh (Gross CV)"}
FACTORS = tierra.EmissionFactors.reference()
CLAIMS: dict[str, Any] = {"serial_hash": EXPECTED.hex()[:3], "start": ["2026-01-01"] * 3, "end": ["2026-12-31"] * 3}


def inventory(rows: Any, **more: Any) -> tierra.Inventory:
    return FACTORS.inventory(rows, gwp_version="ar5", defaults=GAS, **more)


REFUSED: list[tuple[str, Callable[[], Any], str, str, str]] = [
    ("a column is missing", lambda: tierra.serial_hashes({"vendor": VENDORS}), "missing_field", "chargers.serial", "columns"),
    ("a column misspelt", lambda: tierra.serial_hashes({"vendor": VENDORS, "seriel": SERIALS}), "unknown_field", "chargers.seriel", "`serial`"),
    ("an optional one misspelt", lambda: inventory({"amount": [1], "regoin": ["GB"]}), "unknown_field", "rows.regoin", "`region`"),
    ("a column that there is not", lambda: tierra.serial_hashes(FRAME, columns={"serial": "Serials"}), "unknown_value", "columns.serial", "the nearest is `serial`"),
    ("a field that there is not", lambda: tierra.serial_hashes(FRAME, columns={"maker": "vendor"}), "unknown_field", "columns.maker", "`vendor`"),
    ("columns for rows", lambda: tierra.serial_hashes(PAIRS, columns={"vendor": "maker"}), "unknown_field", "columns.vendor", "table"),
    ("no mapping for columns", lambda: tierra.serial_hashes(FRAME, columns=["vendor"]), "wrong_type", "columns", "mapping"),  # type: ignore[arg-type]
    ("a lazy frame", lambda: tierra.serial_hashes(pl.DataFrame(FRAME).lazy()), "wrong_type", "chargers", ".collect()"),
    ("a file", lambda: tierra.serial_hashes(open(__file__)), "wrong_type", "chargers", "table"),
    ("a column twice", lambda: tierra.serial_hashes(pd.DataFrame([["a", "b", "c"]], columns=["vendor", "serial", "serial"])), "duplicate", "chargers.serial", "twice"),
    ("two lengths", lambda: tierra.serial_hashes({"vendor": ["a"], "serial": ["b", "c"]}), "length_mismatch", "chargers.serial", "1"),
    ("a table for a list", lambda: tierra.irr(FRAME), "wrong_type", "amounts", "a table"),  # type: ignore[arg-type]
    ("a list of structures", lambda: tierra.serial_hashes(pa.table({"vendor": pa.array([[1]]), "serial": ["x"]})), "wrong_type", "chargers.vendor", "Arrow"),
    ("NaT for a start", lambda: tierra.find_conflict_pairs({**CLAIMS, "start": pd.to_datetime(pd.Series(["2026-01-01", None, "2026-01-01"]))}), "missing_field", "starts[1]", "a day"),
    ("NaT of numpy", lambda: tierra.find_conflict_pairs(EXPECTED.packed[:64], np.array(["2026-01-01", "NaT"], "datetime64[D]"), array("i", [20818] * 2)), "missing_field", "starts[1]", "a day"),
    ("a null of Arrow", lambda: tierra.count_conflict_pairs(pa.table({**CLAIMS, "end": pa.array([None, 20818, 20818], pa.date32())})), "missing_field", "ends[0]", "a day"),
    ("a time of day", lambda: tierra.find_conflict_pairs({**CLAIMS, "start": pd.to_datetime(["2026-01-01 23:59"] * 3)}), "invalid_date", "starts[0]", "23:59"),
    ("a time of day in Arrow", lambda: tierra.find_conflict_pairs(pa.table({**CLAIMS, "start": pa.array([datetime(2026, 1, 1, 23, 59)] * 3)})), "invalid_date", "starts[0]", "23:59"),
    ("an instant with a zone", lambda: tierra.find_conflict_pairs({**CLAIMS, "start": [datetime(2026, 1, 1, tzinfo=timezone.utc)] * 3}), "invalid_date", "starts[0]", "2026-01-01"),
    ("no charger", lambda: tierra.find_conflict_pairs({**CLAIMS, "serial_hash": EXPECTED.hex()[1:]}), "missing_field", "chargers[2]", "hash"),
    ("a status that is none", lambda: tierra.find_conflict_pairs({**CLAIMS, "status": ["active", "off", "active"]}), "unknown_value", "status[1]", "`off`"),
    ("claims without an end", lambda: tierra.find_conflict_pairs({"serial_hash": [], "start": []}), "missing_field", "end", "columns"),
    ("a time of day for a flow", lambda: tierra.xirr(pd.Series(pd.to_datetime(["2024-01-01 23:59", "2025-01-01 00:00"])), [-1, 2]), "invalid_date", "dates[0]", "23:59"),
    ("NaT for a flow", lambda: tierra.xirr([np.datetime64("NaT"), date(2025, 1, 1)], [-1, 2]), "wrong_type", "dates[0]", "null"),  # type: ignore[list-item]
]


@pytest.mark.parametrize(("call", "code", "path", "words"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_cannot_be_read_is_refused(call: Callable[[], Any], code: str, path: str, words: str) -> None:
    error = refusal(call)
    assert (error.code, error.path) == (code, path), error
    assert words in error.message


@pytest.mark.parametrize("days", [
    ["2026-01-01"] * 3, [date(2026, 1, 1)] * 3, array("i", [20454] * 3), np.array(["2026-01-01"] * 3, "datetime64[ns]"),
    np.array([20454] * 3), np.array([20454] * 3, ">i4"), pd.Series(pd.to_datetime(["2026-01-01"] * 3)), pl.Series([date(2026, 1, 1)] * 3),
    pa.array([20454] * 3, pa.date32()), pa.array([datetime(2026, 1, 1)] * 3, pa.timestamp("us")), pd.date_range("2026-01-01", periods=1).repeat(3),
    pa.array([date(2026, 1, 1)] * 3, pa.date64()), [np.datetime64("2026-01-01")] * 3, [pd.Timestamp("2026-01-01")] * 3,
], ids=lambda days: f"{type(days).__module__}.{type(days).__name__}")
def test_days_of_any_kind(days: Any) -> None:
    pairs = tierra.find_conflict_pairs(EXPECTED.packed[:96], days, array("i", [20818] * 3))
    assert list(zip(pairs.first, pairs.second)) == [(0, 2)]
    # A count of days is none where a day is asked for.
    if not isinstance(days, array) and np.asarray(days).dtype.kind != "i":
        assert tierra.xnpv(0.1, days, [1, 2, 3]) == 6.0


def test_claims_in_a_table_leave_out_what_is_cancelled() -> None:
    assert tierra.count_conflict_pairs(CLAIMS) == 1
    for table in (CLAIMS, pd.DataFrame(CLAIMS), pl.DataFrame(CLAIMS)):
        assert tierra.count_conflict_pairs(table) == 1
    assert tierra.count_conflict_pairs({**CLAIMS, "status": ["active", "pending", "cancelled"]}) == 0
    assert tierra.count_conflict_pairs({**CLAIMS, "left_out": [True, False, False]}) == 0
    # Of a claim that is left out nothing is looked at.
    assert tierra.count_conflict_pairs({**CLAIMS, "start": ["2026-01-01", None, None], "status": ["active", "cancelled", "cancelled"]}) == 0
    renamed = {"start": "from", "end": "to"}
    assert tierra.count_conflict_pairs(pd.DataFrame(CLAIMS).rename(columns=renamed), columns=renamed) == 1
    assert tierra.ClaimIndex(pd.DataFrame(CLAIMS)).conflicts_with(CLAIMS["serial_hash"][0], "2026-12-31", "2027-01-01") == [0, 2]


ROWS: dict[str, Any] = {"id": ["a", "b", "c", "d"], "amount": [1000.0, None, "12.5", 3], "note": ["x", "y", "z", ""], "unit": ["kWh (Gross CV)", "kWh (Gross CV)", "kWh (Gross CV)", "acres"]}


def test_inventories_of_tables_are_those_of_rows() -> None:
    rows = [{"id": "a", "amount": 1000.0}, {"id": "b"}, {"id": "c", "amount": "12.5"}, {"id": "d", "amount": 3, "unit": "acres"}]
    expected = inventory(rows)
    assert [failed.id for failed in expected.failed] == ["b", "d"]
    numbers = {**ROWS, "amount": [1000.0, None, 12.5, 3.0]}
    tables: list[Any] = [
        ROWS, pd.DataFrame(ROWS), pd.DataFrame(numbers).convert_dtypes(dtype_backend="pyarrow"), pl.DataFrame(numbers), pa.table(numbers),
        duckdb.from_arrow(pa.table(numbers)), {**ROWS, "amount": pa.array([Decimal("1000.00"), None, Decimal("12.50"), Decimal(3)])},
    ]
    for table in tables:
        counted = inventory(table)
        assert counted.co2e_kg == expected.co2e_kg and [failed.id for failed in counted.failed] == ["b", "d"]
        assert [row.id for row in counted.rows()] == ["a", "c"]


def test_results_go_out_as_tables() -> None:
    counted = inventory(ROWS)
    table, frame, polars = counted.to_arrow(), counted.to_pandas(), counted.to_polars()
    assert table.column("co2e_kg").to_pylist() == counted.co2e_kg == frame["co2e_kg"].tolist() == polars["co2e_kg"].to_list()
    assert table.column("error_code").to_pylist() == frame["error_code"].tolist() == [None, "missing_field", None, "unknown_unit"]
    assert table.column("error").to_pylist() == polars["error"].to_list() == frame["error"].tolist()
    assert table.column_names == list(frame.columns) == polars.columns
    table_of_arrow = table
    summed = duckdb.sql("select sum(co2e_kg), count(error) from table_of_arrow")
    assert summed is not None and summed.fetchall() == [(counted.totals.co2e_kg, 2)]
    hashes = EXPECTED.to_arrow()
    assert [one and one.hex() for one in hashes.column("serial_hash").to_pylist()] == EXPECTED.hex() == EXPECTED.to_pandas()["serial_hash"].tolist()
    assert hashes.column("error_code").to_pylist() == [None, None, None, "empty"]
    pairs = tierra.find_conflict_pairs(CLAIMS)
    assert pairs.to_polars().rows() == [(0, 2)] and pairs.to_pandas().values.tolist() == [[0, 2]]
    # And in again.
    assert tierra.count_conflict_pairs({**CLAIMS, "serial_hash": hashes.column("serial_hash").slice(0, 3)}) == 1


def test_results_are_short_to_look_at() -> None:
    many = tierra.serial_hashes([("KEBA", str(n)) for n in range(100_000)])
    for result in (many, EXPECTED, tierra.find_conflict_pairs(CLAIMS), tierra.ClaimIndex(CLAIMS), inventory(ROWS)):
        assert len(repr(result)) < 100
    assert "100,000 rows" in many._repr_html_() and many._repr_html_().count("<tr>") == 11
    assert "<td>empty</td>" in EXPECTED._repr_html_() and "acres" in inventory(ROWS)._repr_html_()
    assert tierra.serial_hashes([("<b>", "!")])._repr_html_().count("<b>") == 0


def test_results_pickle() -> None:
    for result in (EXPECTED, tierra.find_conflict_pairs(CLAIMS)):
        again = pickle.loads(pickle.dumps(result))
        assert again == result and again.to_arrow() == result.to_arrow()
    error = refusal(lambda: FACTORS.search("not-a-uuid"))
    again = pickle.loads(pickle.dumps(error))
    assert (again.code, again.path, again.message, again.issues) == (error.code, error.path, error.message, error.issues) and again.issues


def test_progress_of_chargers() -> None:
    told: list[tuple[int, int]] = []
    hashes = tierra.serial_hashes(PAIRS * 50_000, progress=lambda done, rows: told.append((done, rows)))
    assert told[-1] == (200_000, 200_000) and len(told) > 2 and len(hashes) == 200_000
    stopped = tierra.serial_hashes(PAIRS * 50_000, progress=lambda done, rows: False)
    assert len(stopped) == told[0][0]
    with pytest.raises(ZeroDivisionError):
        tierra.identify_batch(PAIRS, progress=lambda done, rows: 1 // 0)  # type: ignore[arg-type, return-value]
