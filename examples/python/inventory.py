#!/usr/bin/env python3
"""From a CSV file of a company's energy use to an inventory of emissions, with a chart.

    python examples/python/inventory.py [FILE.csv] [--chart CHART.svg]

Without a file it takes examples/data/inventory.csv. The factors are the library's own reference data. Printed are the
totals by scope and site, the rows that could not be counted and why, and one row's way from its amount to its figure, which
an auditor can follow to the publication's table. The chart needs matplotlib. `examples/node/inventory.mjs` and
`examples/browser/` do the same; what is printed is the same to the letter.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import tierra

HERE = Path(__file__).resolve().parent
SHOWN = "A097"
"""The row whose way is shown."""


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def activity(row: dict[str, str]) -> dict[str, Any]:
    """A row of the file as tierra takes it: what is empty is absent, a contract is an instrument."""
    fields: dict[str, Any] = {
        name: row[name] for name in ("id", "authority", "category", "fuel_type", "region", "amount", "unit") if row[name]
    }
    if row["contract"]:
        rate = {"name": row["contract"], "value": row["contract_kg_per_kwh"], "unit": "kg CO2e/kWh"}
        fields["instruments"] = [rate]
    return fields


def tonnes(kg: Decimal | None) -> str:
    return "not stated" if kg is None else f"{kg / 1000:,.3f} t"


def by_site(rows: list[dict[str, str]], inventory: tierra.Inventory) -> dict[str, dict[str, Decimal]]:
    """kg CO2e of each site by scope, and by the market-based method for what it bought."""
    sites: dict[str, dict[str, Decimal]] = {}
    columns = zip(rows, inventory.co2e_kg, inventory.market_based_co2e_kg, inventory.scope)
    for row, co2e, market, scope in columns:
        # A row that failed is not zero: a site of which none was counted is not here, but named with its rows.
        if co2e is not None and scope is not None:
            site = sites.setdefault(row["site"], dict.fromkeys(("scope_1", "scope_2", "market"), Decimal(0)))
            site[scope] += co2e
            site["market"] += market or Decimal(0)
    return sites


def report(rows: list[dict[str, str]], inventory: tierra.Inventory) -> Iterator[str]:
    totals = inventory.totals
    yield f"{totals.rows} of {len(rows)} rows counted, {totals.failed_rows} not; GWP values of {inventory.gwp_version.upper()}"
    yield ""
    for group in totals.by_scope:
        market = f"   market-based {tonnes(group.market_based_co2e_kg)}" if group.market_based_co2e_kg is not None else ""
        yield f"  {group.scope or 'no scope':<18} {tonnes(group.co2e_kg):>14}{market}"
    yield f"  {'total':<18} {tonnes(totals.co2e_kg):>14}   market-based {tonnes(totals.market_based_co2e_kg)}"
    yield f"  {'biogenic CO2':<18} {tonnes(totals.biogenic_co2_kg):>14}   apart from the total"
    yield ""
    yield f"  {'site':<18} {'scope 1':>14} {'scope 2':>14} {'market-based':>14}"
    for name, site in by_site(rows, inventory).items():
        yield f"  {name:<18} {tonnes(site['scope_1']):>14} {tonnes(site['scope_2']):>14} {tonnes(site['market']):>14}"
    yield ""
    for failed in inventory.failed:
        yield f"  not counted: {failed.id}, {rows[failed.row]['site']}: {failed.error.message}"
    yield ""
    yield from trace(rows, inventory)


def trace(rows: list[dict[str, str]], inventory: tierra.Inventory) -> Iterator[str]:
    """How one row was counted."""
    at = next((at for at, row in enumerate(rows) if row["id"] == SHOWN), 0)
    row, found = rows[at], inventory.row(at)
    method = inventory.methods[found.method]
    yield f"How {row['id']} was counted: {row['amount']} {row['unit']} of {row['fuel_type']}, {row['site']}, {row['month']}"
    if method.library is not None:
        yield f"  library   {method.library.publication}"
        yield f"            {method.library_match} for the reporting year; content {(method.library_digest or '')[:16]}…"
    for used, gas in zip(method.factors, found.gases):
        source = used.factor.source
        where = f"{source.table}, {source.row}" if source else "no source"
        yield f"  {gas.gas:<9} {used.factor.value} {used.factor.unit}, {used.tier}: {where}"
        for step in used.conversions:
            ratio = f"× {step.multiplier}" if step.divisor == 1 else f"× {step.multiplier} ÷ {step.divisor}"
            yield f"            {step.from_unit} → {step.to_unit}: {ratio}, by {step.basis}"
        gwp = "CO2e already" if used.gwp is None else f"GWP {used.gwp.value}"
        yield f"            {gas.emitted_kg} kg, {gwp}: {gas.co2e_kg} kg CO2e, {gas.role}"
    yield f"  together  {found.co2e_kg} kg CO2e; {', '.join(found.warnings) or 'no warnings'}"


def draw(rows: list[dict[str, str]], inventory: tierra.Inventory, path: Path) -> None:
    """Each site's tonnes by scope; a line marks where the market-based method would end."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    sites = by_site(rows, inventory)
    names = list(sites)[::-1]  # the first at the top
    direct = [float(sites[name]["scope_1"]) / 1000 for name in names]
    bought = [float(sites[name]["scope_2"]) / 1000 for name in names]
    market = [float(sites[name]["scope_1"] + sites[name]["market"]) / 1000 for name in names]
    figure, axes = pyplot.subplots(figsize=(9, 4), layout="constrained")
    axes.barh(names, direct, color="#b5542c", label="Scope 1, direct")
    axes.barh(names, bought, left=direct, color="#2f6f9f", label="Scope 2, location-based")
    axes.plot(market, names, linestyle="none", marker="|", markersize=26, markeredgewidth=3, color="#111111",
              label="Total, market-based")  # fmt: skip
    axes.set_xlabel("t CO2e, 2024")
    failed = inventory.totals.failed_rows
    axes.set_title(f"Emissions by site ({failed} rows could not be counted)", loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="lower right")
    figure.savefig(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path, default=HERE.parent / "data" / "inventory.csv")
    parser.add_argument("--chart", type=Path, help="where to write a chart, as .svg or .png")
    arguments = parser.parse_args()
    rows = read_rows(arguments.file)
    factors = tierra.EmissionFactors.reference()
    activities = [activity(row) for row in rows]
    inventory = factors.inventory(activities, gwp_version="ar5", defaults={"reporting_year": 2024})
    print(*report(rows, inventory), sep="\n")
    if arguments.chart:
        draw(rows, inventory, arguments.chart)


if __name__ == "__main__":
    main()
