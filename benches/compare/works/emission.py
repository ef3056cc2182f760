"""Emission factors: resolving, inventories, loading reference data and official workbooks."""

from __future__ import annotations

import json
import random
import uuid
from decimal import Decimal
from pathlib import Path
from typing import Any

from harness import Bench, Side, work

_GASES = ("CO2", "CH4", "N2O")
_UNITS = {"kWh": "kWh", "MWh": "kWh", "litres": "litres", "US gallon": "litres", "tonnes": "tonnes", "kg": "tonnes"}


def _library(source: random.Random, factors: int) -> dict[str, Any]:
    """Three editions of one authority. Each fuel has three gases in six regions and for everywhere, some by technology."""
    editions = (2022, 2023, 2024)
    data: dict[str, Any] = {"libraries": [], "factors": [], "gwpValues": []}
    stamp = "2024-01-15T00:00:00.000Z"

    def new_id() -> str:
        return str(uuid.UUID(int=source.getrandbits(128), version=4))

    for gas, value in (("CH4", 28), ("N2O", 265)):
        data["gwpValues"].append({"id": new_id(), "version": "ar5", "gas": gas, "value": value, "createdAt": stamp})
    regions = (None, "UK", "France", "Germany", "United States", "Japan", "Brazil")
    fuels = max(1, factors // (len(editions) * len(regions) * len(_GASES)))
    for year in editions:
        library = new_id()
        data["libraries"].append({
            "id": library, "name": f"DEFRA {year}", "authority": "defra", "version": "1.0", "releaseYear": year,
            "isDefault": year == 2024, "createdAt": stamp,
        })  # fmt: skip
        for fuel in range(fuels):
            unit = ("kWh", "litres", "tonnes")[fuel % 3]
            for region in regions:
                technology = "Turbine" if fuel % 5 == 0 and region else None
                for gas in _GASES:
                    data["factors"].append({
                        "id": new_id(), "libraryId": library, "externalId": None, "category": f"Fuels / Group {fuel % 20}",
                        "fuelType": f"Fuel number {fuel}", "gas": gas, "isBiogenic": False,
                        "value": source.randint(1, 300000) / 100000, "oxidationFactor": 1, "unit": f"kg {gas}/{unit}",
                        "region": region, "technology": technology, "createdAt": stamp, "scope": "scope_1",
                    })  # fmt: skip
    return data


def _written(bench: Bench, factors: int) -> tuple[random.Random, dict[str, Any]]:
    source = random.Random(bench.seed)
    data = _library(source, factors)
    (bench.dir / "factors.json").write_text(json.dumps(data), encoding="utf-8")
    return source, data


@work("resolve", peer="the same query prepared in SQLite, in memory")
def resolve(bench: Bench) -> tuple[Side, Side]:
    """Seconds of one query, of 20,000 asked one after the other; a tenth of them find nothing."""
    source, data = _written(bench, bench.size(30_000))
    rows = []
    for _ in range(bench.size(20_000)):
        factor = source.choice(data["factors"])
        kind = source.random()
        fuel = factor["fuelType"].lower() if kind < 0.3 else factor["fuelType"]
        region = factor["region"] if kind < 0.8 else source.choice(("Spain", "UK", ""))
        technology = "Turbine" if kind > 0.5 else ""
        category = "Fuels / Group 99" if kind > 0.9 else factor["category"]
        year = source.choice((2022, 2023, 2024, 2026))
        rows.append("\t".join(("defra", str(year), fuel, factor["gas"], category, region or "", technology)))
    (bench.dir / "queries").write_text("\n".join(rows), encoding="utf-8")
    ours = bench.ours("resolve")
    queries = ours.more.pop("queries")
    peer = Side(ours.more.pop("peer_seconds"), ours.more.pop("peer_answer"))
    ours.seconds, peer.seconds = ([second / queries for second in side.seconds] for side in (ours, peer))
    ours.more["ours_ns"] = round(ours.median * 1e9)
    return ours, peer


def _rows(source: random.Random, data: dict[str, Any], count: int) -> dict[str, list[Any]]:
    """Activities of a few thousand kinds, in units that convert for a half of them."""
    factors = [factor for factor in data["factors"] if factor["gas"] == "CO2"]
    kinds = [source.choice(factors) for _ in range(min(4000, count))]
    columns: dict[str, list[Any]] = {
        name: [] for name in ("authority", "reporting_year", "category", "fuel_type", "region", "amount", "unit", "scope")
    }
    years = {library["id"]: library["releaseYear"] for library in data["libraries"]}
    for _ in range(count):
        factor = source.choice(kinds)
        own = factor["unit"].rpartition("/")[2]
        unit = source.choice([unit for unit, of in _UNITS.items() if of == own])
        cells = ("defra", years[factor["libraryId"]], factor["category"], factor["fuelType"], factor["region"],
                 source.randint(1, 10_000_000) / 100, unit, f"scope_{1 + len(factor['fuelType']) % 3}")  # fmt: skip
        for column, cell in zip(columns.values(), cells):
            column.append(cell)
    return columns


@work("inventory", peer="tierra's emissions, row by row")
def inventory(bench: Bench) -> tuple[Side, Side]:
    """In Rust, where the simple way is a loop of calls."""
    source, data = _written(bench, bench.size(30_000))
    columns = _rows(source, data, bench.size(1_000_000))
    lines = ("\t".join("" if cell is None else str(cell) for cell in row) for row in zip(*columns.values()))
    (bench.dir / "rows").write_text("\n".join(lines), encoding="utf-8")
    ours = bench.ours("inventory")
    peer = Side(ours.more.pop("peer_seconds"), ours.more.pop("peer_answer"))
    ours.more["rows_per_second"] = round(ours.more.pop("rows") / ours.median)
    return ours, peer


@work("inventory-python", peer="pandas merge, multiply and group, in binary floats")
def inventory_python(bench: Bench) -> tuple[Side, Side]:
    """From columns to totals by scope. The peer converts units by a table of its own and keeps no trace."""
    import pandas as pd
    import tierra

    source, data = _written(bench, bench.size(30_000))
    columns = _rows(source, data, bench.size(1_000_000))
    factors = tierra.EmissionFactors(data)

    def ours() -> list[Any]:
        found = factors.inventory(columns, gwp_version="ar5")
        assert not found.failed
        return [found.totals.rows, {group.scope: _shown(group.co2e_kg) for group in found.totals.by_scope}]

    years = {library["id"]: library["releaseYear"] for library in data["libraries"]}
    gwp = {"CO2": 1.0, "CH4": 28.0, "N2O": 265.0}
    frame = pd.DataFrame(data["factors"])
    frame["reporting_year"] = frame["libraryId"].map(years)
    frame["kg"] = frame["value"] * frame["gas"].map(gwp)
    frame["own_unit"] = frame["unit"].str.rpartition("/")[2]
    frame = frame.rename(columns={"fuelType": "fuel_type"})
    sizes = pd.DataFrame(
        [("kWh", "kWh", 1.0), ("MWh", "kWh", 1000.0), ("litres", "litres", 1.0), ("US gallon", "litres", 3.785411784),
         ("tonnes", "tonnes", 1.0), ("kg", "tonnes", 0.001)],
        columns=["unit", "own_unit", "size"],
    )  # fmt: skip
    # A merge matches None with None.
    keys = ["reporting_year", "category", "fuel_type", "region"]
    per_activity = frame.groupby([*keys, "own_unit"], dropna=False, as_index=False)["kg"].sum()
    rows = pd.DataFrame(columns)

    def merge() -> list[Any]:
        merged = rows.merge(per_activity, on=keys, how="left").merge(sizes, on=["unit", "own_unit"], how="left")
        merged["co2e"] = merged["amount"] * merged["size"] * merged["kg"]
        totals = merged.groupby("scope")["co2e"].sum()
        return [int(merged["co2e"].notna().sum()), {str(scope): _shown(kg) for scope, kg in totals.items()}]

    mine = bench.timed(ours)
    mine.more["rows_per_second"] = round(len(rows) / mine.median)
    return mine, bench.timed(merge, 3)


def _shown(kg: Decimal | float) -> str:
    """A total to the digits that a sum of a million binary floats has."""
    return f"{float(kg):.8e}"


@work("reference-load", peer="Python's json.loads of the same data")
def reference_load(bench: Bench) -> tuple[Side, Side]:
    ours = bench.ours("reference-load")
    text = (bench.dir / "reference.json").read_text(encoding="utf-8")

    def sums(data: dict[str, Any]) -> list[Any]:
        total = sum(factor["value"] for factor in data["factors"])
        return [len(data["factors"]), f"{round(Decimal(total), 6).normalize():f}"]

    peer = bench.timed(lambda: json.loads(text, parse_float=Decimal))
    peer.answer = sums(peer.answer)
    return ours, peer


@work("import-defra", peer="pandas.read_excel with openpyxl")
def import_defra(bench: Bench) -> tuple[Side, Side]:
    """The DEFRA 2024 flat file of ../shared, or a workbook of its shape where that is absent."""
    import pandas as pd

    shared = Path(__file__).resolve().parents[4] / "shared" / "data" / "defra" / "defra-2024-flat.xlsx"
    workbook = bench.dir / "workbook"
    if shared.is_file() and bench.scale == 1:
        workbook.write_bytes(shared.read_bytes())
    else:
        _write_flat_file(workbook, bench.size(8740))
    ours = bench.ours("import-defra")

    def read() -> list[Any]:
        frame = pd.read_excel(workbook, sheet_name="Factors by Category", header=5, engine="openpyxl")
        figures = frame[frame["GHG/Unit"].astype(str).str.startswith("kg ")]["GHG Conversion Factor 2024"]
        figures = pd.to_numeric(figures, errors="coerce").dropna()
        # As a spreadsheet shows them.
        total = sum(Decimal(f"{figure:.15g}") for figure in figures)
        return [len(figures), f"{round(total, 6).normalize():f}"]

    return ours, bench.timed(read, min(3, bench.runs))


def _write_flat_file(path: Path, rows: int) -> None:
    """A workbook with the headings of a DEFRA flat file."""
    from openpyxl import Workbook

    book = Workbook()
    front = book.active
    front.title = "Front page"
    front.append(["UK Government GHG Conversion Factors for Company Reporting"])
    for cells in (["Version:", 1.1, "Year:", 2024], ["Updated:", "2024-10-18"]):
        front.append([None, *cells])
    sheet = book.create_sheet("Factors by Category")
    for _ in range(5):
        sheet.append(["Made up"])
    sheet.append(["ID", "Scope", "Level 1", "Level 2", "Level 3", "Level 4", "Column Text", "UOM", "GHG/Unit",
                  "GHG Conversion Factor 2024"])  # fmt: skip
    source = random.Random(rows)
    for row in range(rows):
        figure = None if row % 6 == 5 else source.randint(1, 10**7) / 10**5
        sheet.append([f"1_{row}", "Scope 1", "Fuels", "Gaseous fuels", f"Gas {row}", None, None, "tonnes", "kg CO2e", figure])
    sheet.append([None, "END"])
    book.save(path)
