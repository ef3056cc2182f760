"""Official files from Python: real ones where they are beside the checkout, and what is none."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import tierra

SHARED = Path(__file__).parents[3] / "shared" / "data"
CSV = b"category,fuel_type,gas,value,unit\nSite,Wood chips,CO2e,1.7,kg CO2e/kg\nSite,Peat,CO2e,< 1,kg CO2e/kg\n"
OURS: dict[str, Any] = {
    "name": "Ours", "authority": "iea", "version": "1", "releaseYear": 2024, "createdAt": "2024-01-15T00:00:00.000Z",
}  # fmt: skip


def shared(file: str) -> Path:
    path = SHARED / file
    if not SHARED.is_dir():
        pytest.skip(f"{file} needs ../shared/data, which is absent")
    return path


@pytest.mark.parametrize(
    ("file", "kind", "rows", "factors", "reasons"),
    [
        ("defra/defra-2022-flat.xls", "defra", 8037, 6464, {"blank", "energy_intensity", "no_label", "not_a_number"}),
        ("defra/defra-2023-flat.xlsx", "defra", 8038, 6477, {"blank", "energy_intensity"}),
        ("defra/defra-2024-flat.xlsx", "defra", 8740, 6578, {"blank", "energy_intensity"}),
        ("epa/epa-hub-2024.xlsx", "epa_hub", 370, 1156, {"blank", "not_available", "gwp_table"}),
        ("epa/epa-hub-2025.xlsx", "epa_hub", 435, 1162, {"blank", "not_available", "gwp_table", "grid_loss"}),
        ("egrid/eGRID2023_Data.xlsx", "egrid", 81, 436, {"other_pollutant", "grid_loss"}),
    ],
)
def test_official_files(file: str, kind: str, rows: int, factors: int, reasons: set[str]) -> None:
    made = tierra.import_factors(shared(file), kind)
    report = made.report
    assert (report.rows_read, report.factors_made, set(report.reasons)) == (rows, factors, reasons)
    assert report.rows_read == report.rows_used + report.rows_set_aside
    assert report.figures_read == report.factors_made + report.properties_made + report.figures_set_aside
    assert len(report.set_aside) == report.figures_set_aside == sum(report.reasons.values())
    assert made.factors.search(made.factors.libraries()[0].id).total == factors


def test_figures_of_an_imported_edition() -> None:
    defra = tierra.import_factors(shared("defra/defra-2024-flat.xlsx").read_bytes(), "defra", is_default=True).factors
    diesel: dict[str, Any] = {"authority": "defra", "category": "Fuels / Liquid fuels", "fuel_type": "Diesel (average biofuel blend)"}
    emitted = defra.emissions(amount=1000, unit="litres", gwp_version="ar5", reporting_year=2024, **diesel)
    assert (emitted.co2e_kg, emitted.biogenic_co2_kg) == (Decimal("2512.79"), Decimal(160))
    # The default stands in for a year before all editions.
    found = defra.resolve(reporting_year=1999, gas="CO2e", factor_unit="litres", **diesel)
    assert found is not None and found.library_match == "default"


def refusal(source: Any, kind: Any, **options: Any) -> tuple[str, str]:
    with pytest.raises(tierra.TierraError) as caught:
        tierra.import_factors(source, kind, **options)
    return caught.value.code, caught.value.path


def test_what_is_no_such_file() -> None:
    for content in (b"", b"PK", b"<html>", b"PK\x03\x04" + bytes(500), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)):
        for kind in ("defra", "epa_hub", "egrid"):
            assert refusal(content, kind)[0] == "invalid_workbook"
    assert refusal(CSV, "xls") == ("unknown_value", "kind")
    assert refusal(CSV, "csv") == ("missing_field", "library")
    assert refusal(CSV, "csv", library={**OURS, "authority": "nasa"}) == ("unknown_value", "library.authority")
    assert refusal(5, "defra") == ("wrong_type", "source")
    assert refusal(io.BytesIO(CSV), "csv") == ("wrong_type", "source")
    assert refusal(CSV, None) == ("wrong_type", "kind")
    with pytest.raises(FileNotFoundError):
        tierra.import_factors("no/such/file.xlsx", "defra")


def test_a_truncated_workbook_and_one_of_another_kind() -> None:
    defra = shared("defra/defra-2024-flat.xlsx").read_bytes()
    for length in (100, len(defra) // 2, len(defra) - 30):
        assert refusal(defra[:length], "defra")[0] == "invalid_workbook"
    with pytest.raises(tierra.TierraError, match=re.compile("hub|flat file", re.IGNORECASE)) as caught:
        tierra.import_factors(defra, "epa_hub")
    assert caught.value.code == "invalid_workbook"


def test_csv_rows_that_fail_are_told() -> None:
    made = tierra.import_factors(CSV, "csv", library=OURS)
    [aside] = made.report.set_aside
    assert (aside.row, aside.column, aside.code) == (3, "value", "invalid_number")
    assert "< 1" in aside.text
