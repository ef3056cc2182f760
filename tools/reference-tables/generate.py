#!/usr/bin/env python3
"""Writes the tables of the feature `reference-data`: core/src/emission/reference/tables/*.csv.

    python3 -m venv target/tables-env && target/tables-env/bin/pip install openpyxl==3.1.5 python-calamine==0.9.1
    target/tables-env/bin/python tools/reference-tables/generate.py

The figures of DEFRA, EPA and eGRID are read from the publishers' workbooks in ../shared/data beside the checkout, digit by
digit: at most 15 significant digits, as a spreadsheet shows them. Those of the IPCC stand in this file, with the table
each is from. A second run writes the same bytes. A blank figure is left out; a published zero is a zero.

The rules by which a row becomes a factor are those of the importers in `core/src/emission/`, and a test compares the two.
"""

import csv
import re
from pathlib import Path

import openpyxl
from python_calamine import CalamineWorkbook

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"
TABLES = ROOT / "core" / "src" / "emission" / "reference" / "tables"

FACTOR_COLUMNS = (
    "library category fuel_type technology region gas unit value lower upper biogenic scope external_id table row".split()
)


def squeezed(value):
    return re.sub(r"\s+", " ", str(value)).strip()


def digits(value):
    """The figure of a cell as a decimal text, or None for a blank cell or a text that is no number."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, str):
        value = value.strip()
        if not re.fullmatch(r"\d+(\.\d*)?", value):
            return None
        return plain(value)
    return plain(f"{value:.15g}")


def plain(text):
    """Without exponent and trailing zeros."""
    mantissa, _, exponent = text.partition("e")
    whole, _, fraction = mantissa.partition(".")
    shift = int(exponent or 0)
    if shift < 0:
        whole = whole.rjust(1 - shift, "0")
        whole, fraction = whole[:shift], whole[shift:] + fraction
    elif shift > 0:
        fraction = fraction.ljust(shift, "0")
        whole, fraction = whole + fraction[:shift], fraction[shift:]
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    return f"{whole}.{fraction}" if fraction else whole


def write(name, columns, rows):
    with open(TABLES / name, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([row.get(column) or "" for column in columns] for row in rows)
    print(f"{name}: {len(rows)} rows")


def factor(library, category, fuel_type, gas, unit, value, *, table, row, scope=None, technology=None, region=None,
           lower=None, upper=None, biogenic=False, external_id=None):
    return {
        "library": library, "category": category, "fuel_type": fuel_type, "technology": technology, "region": region,
        "gas": gas, "unit": unit, "value": value, "lower": lower, "upper": upper, "biogenic": "1" if biogenic else "",
        "scope": scope, "external_id": external_id, "table": table, "row": row,
    }


# ---------------------------------------------------------------------------------------------------------------------
# Libraries
# ---------------------------------------------------------------------------------------------------------------------

OGL, US, IPCC_TERMS = "Open Government Licence v3.0", "US public domain", "© IPCC, figures with attribution"
DEFRA_TITLE = "UK Government GHG Conversion Factors for Company Reporting {}, version {} (flat file)"
EPA_TITLE = "Emission Factors for Greenhouse Gas Inventories (EPA Emission Factors Hub) {}, last modified {}"
# Behind this stands what of the publication the tables hold, where that is not all of it (`EmissionFactorLibrary::excerpt`).
EXCERPTS = {
    "defra": "; excerpt: fuels, bioenergy and UK electricity with its losses, each with what is emitted before use (well to tank)",
    "epa": "; excerpt: tables 1 to 6, combustion and electricity",
    "ipcc": "; excerpt: defaults for stationary combustion",
}
LIBRARY_COLUMNS = (
    "library authority name version release_year is_default gwp_version calorific_basis publication licence created_at".split()
)
LIBRARIES = [
    ("defra-2022", "defra", "DEFRA 2022", "3.0", "2022", "", "ar4", "", DEFRA_TITLE.format(2022, "3.0"), OGL, "2022-09-08"),
    ("defra-2023", "defra", "DEFRA 2023", "1.1", "2023", "", "ar5", "", DEFRA_TITLE.format(2023, "1.1"), OGL, "2023-06-20"),
    ("defra-2024", "defra", "DEFRA 2024", "1.1", "2024", "1", "ar5", "", DEFRA_TITLE.format(2024, "1.1"), OGL, "2024-10-18"),
    ("epa-2024", "epa", "EPA Emission Factors Hub 2024", "2024", "2024", "", "ar4", "gross",
     EPA_TITLE.format(2024, "2024-06-05"), US, "2024-06-05"),
    ("epa-2025", "epa", "EPA Emission Factors Hub 2025", "2025", "2025", "1", "ar4", "gross",
     EPA_TITLE.format(2025, "2025-01-15"), US, "2025-01-15"),
    ("egrid2023", "egrid", "eGRID2023", "2025-03-27", "2025", "1", "ar5", "",
     "eGRID2023 Summary Tables, created 2025-03-27", US, "2025-03-27"),
    ("ipcc-2006", "ipcc", "IPCC 2006 Guidelines", "2006", "2006", "1", "", "net",
     "2006 IPCC Guidelines for National Greenhouse Gas Inventories, Volume 2: Energy", IPCC_TERMS, "2006-04-28"),
]
BIOGENIC_CATEGORIES = [
    ("Fuels / Liquid fuels", "Outside of scopes / Forecourt fuels containing biofuel"),
    ("Bioenergy / Biofuel", "Outside of scopes / Biofuel"),
    ("Bioenergy / Biomass", "Outside of scopes / Biomass"),
    ("Bioenergy / Biogas", "Outside of scopes / Biogas"),
    ("UK electricity / Electricity generated", "Outside of scopes / Electricity generated"),
]


def with_excerpt(library):
    return {**library, "publication": library["publication"] + EXCERPTS.get(library["authority"], "")}


def write_libraries():
    write("libraries.csv", LIBRARY_COLUMNS, [with_excerpt(dict(zip(LIBRARY_COLUMNS, library))) for library in LIBRARIES])
    columns = ("library", "category", "biogenic_category")
    rows = [
        {"library": library[0], "category": category, "biogenic_category": biogenic}
        for library in LIBRARIES
        if library[1] == "defra"
        for category, biogenic in BIOGENIC_CATEGORIES
    ]
    write("biogenic_categories.csv", columns, rows)


# ---------------------------------------------------------------------------------------------------------------------
# DEFRA: sheet `Factors by Category`
# ---------------------------------------------------------------------------------------------------------------------

DEFRA_SHEET = "Factors by Category"
# Level 1 of what is taken: fuels, bioenergy and UK electricity, with what was emitted before and on the way.
DEFRA_LEVELS = {
    "Fuels", "Bioenergy", "Outside of scopes", "UK electricity", "Transmission and distribution", "WTT- UK electricity",
    "WTT- UK & overseas elec", "WTT- fuels", "WTT- bioenergy",
}
# Under their present name, so that one query finds them in every edition.
DEFRA_RENAMED = {"WTT- UK & overseas elec": "WTT- UK electricity"}
DEFRA_SCOPES = {
    "Scope 1": "scope_1", "Scope 2": "scope_2", "Scope 3": "scope_3", "Outside of Scopes": "outside_of_scopes",
}


def defra_rows(file):
    """The sheet's data rows as dictionaries, with their numbers."""
    sheet = CalamineWorkbook.from_path(SHARED / "defra" / file).get_sheet_by_name(DEFRA_SHEET)
    rows = sheet.to_python(skip_empty_area=False)
    head = next(i for i, row in enumerate(rows) if "Scope" in row and "Level 1" in row)
    names = [squeezed(name) for name in rows[head]]
    value_name = next(name for name in names if name.startswith("GHG Conversion Factor"))
    for number, cells in enumerate(rows[head + 1:], start=head + 2):
        row = dict(zip(names, cells))
        row["value"] = row.pop(value_name)
        yield number, row


def defra_text(value):
    return digits(value) if isinstance(value, float) else squeezed(value)


def defra_factor(library, number, row):
    value = digits(row["value"])
    gas = re.fullmatch(r"kg CO2e(?: of (\w+))?(?: per unit)?", row["GHG/Unit"])
    if value is None or gas is None:
        return None
    gas = gas.group(1)
    level_1, level_2, level_3 = (defra_text(row[f"Level {n}"]) for n in (1, 2, 3))
    fuel_type, region = level_3 or level_2, None
    if fuel_type == "Electricity: UK":
        fuel_type, region = "Electricity", "UK"
    uom = squeezed(row["UOM"])
    # The unit or the year of the grid's data is no technology.
    details = [defra_text(row["Level 4"]), defra_text(row["Column Text"])]
    technology = [text for text in details if text and text != uom and not re.fullmatch(r"\d{4}", text)]
    scope = DEFRA_SCOPES[row["Scope"]]
    mass = f"kg CO2e of {gas}" if gas else "kg CO2e"
    return factor(
        library, f"{DEFRA_RENAMED.get(level_1, level_1)} / {level_2}", fuel_type, gas or "CO2e", f"{mass}/{uom}", value, scope=scope,
        technology=" / ".join(technology), region=region, biogenic=scope == "outside_of_scopes",
        external_id=row.get("ID"), table=DEFRA_SHEET, row=f"row {number}",
    )


def write_defra():
    factors = []
    for year, ending in ((2022, "xls"), (2023, "xlsx"), (2024, "xlsx")):
        for number, row in defra_rows(f"defra-{year}-flat.{ending}"):
            if row["Level 1"] in DEFRA_LEVELS:
                made = defra_factor(f"defra-{year}", number, row)
                factors.extend([made] if made else [])
    write("defra.csv", FACTOR_COLUMNS, factors)


# ---------------------------------------------------------------------------------------------------------------------
# EPA Emission Factors Hub: one sheet, tables below one another. Tables 1 to 5 are what an organisation
# burns itself, scope 1, as the sheet's own heading of Table 8 on ("Scope 3 Emission Factors") tells by contrast.
# ---------------------------------------------------------------------------------------------------------------------


class Hub:
    """The sheet of an edition, cut into its tables."""

    def __init__(self, year):
        self.library = f"epa-{year}"
        sheet = openpyxl.load_workbook(SHARED / "epa" / f"epa-hub-{year}.xlsx", data_only=True).worksheets[0]
        self.tables, name = {}, None
        for cells in sheet.iter_rows(min_col=2, max_col=11):
            row = [cell.value for cell in cells]
            if re.fullmatch(r"Table \d+", str(row[0] or "").strip()):
                name = row[0].strip()
                self.tables[name] = (squeezed(f"{name} {row[1]}"), [])
            elif name and re.match(r"(Source|Notes)\b", str(row[1] or "")):
                name = None
            elif name:
                self.tables[name][1].append((cells[0].row, row[1:]))

    def table(self, number):
        return self.tables[f"Table {number}"]


STATIONARY_MASS = {"CO2": "kg CO2", "CH4": "g CH4", "N2O": "g N2O"}


def epa_stationary(hub):
    """Table 1: by heat content and by amount, and the heat contents themselves."""
    title, rows = hub.table(1)
    group = basis = ""
    factors, properties = [], []
    for number, (name, heat, *figures) in ((number, cells[:8]) for number, cells in rows):
        if name is None:
            basis = re.fullmatch(r"mmBtu per (.+)", heat or "").group(1) if heat else basis
        elif squeezed(name) == "Fuel Type":
            continue
        elif not any(digits(figure) for figure in figures):
            group = squeezed(name)
        else:
            place = {"table": title, "row": f"row {number}: {squeezed(name)}"}
            for figure, (gas, unit) in zip(figures, [(gas, unit) for unit in ("mmBtu", basis) for gas in STATIONARY_MASS]):
                if digits(figure):
                    factors.append(factor(
                        hub.library, "Stationary combustion", squeezed(name), gas, f"{STATIONARY_MASS[gas]}/{unit}",
                        digits(figure), scope="scope_1", biogenic=group.startswith("Biomass Fuels"), **place,
                    ))
            if digits(heat):
                properties.append({
                    "library": hub.library, "fuel_type": squeezed(name), "property": "gcv", "value": digits(heat),
                    "unit": f"mmBtu/{basis}", **place,
                })
    return factors, properties


def epa_mobile_co2(hub):
    """Table 2."""
    title, rows = hub.table(2)
    for number, (name, figure, unit, *_) in rows:
        if digits(figure):
            yield factor(
                hub.library, "Mobile combustion", squeezed(name), "CO2", f"kg CO2/{squeezed(unit)}", digits(figure),
                scope="scope_1", biogenic=squeezed(name).startswith(("Biodiesel", "Ethanol")), table=title,
                row=f"row {number}: {squeezed(name)}",
            )


def epa_by_vehicle(hub, number, category, unit, labels):
    """Tables 3 to 5: `labels` texts, of which the first stands once for its rows, then CH4 and N2O."""
    title, rows = hub.table(number)
    vehicle = fuel = None
    for row, cells in rows:
        texts, figures = cells[:labels], cells[labels:labels + 2]
        if not any(digits(figure) for figure in figures):
            continue
        texts = [squeezed(text) if text is not None else None for text in texts]
        # What stands in brackets belongs to the vehicle type above it.
        if texts[0] and not texts[0].startswith("("):
            vehicle = re.sub(r"(?<=[a-z])[A-Z]$", "", texts[0])
        if number == 3:
            fuel, technology = "Gasoline", [vehicle, texts[1]]
        else:
            fuel = texts[1] or fuel
            technology = [vehicle, *(text for text in texts[2:] if text)]
        shown = technology if number == 3 else [vehicle, fuel, *technology[1:]]
        for gas, figure in zip(("CH4", "N2O"), figures):
            if digits(figure):
                yield factor(
                    hub.library, category, fuel, gas, f"g {gas}/{unit}", digits(figure), scope="scope_1",
                    technology=" / ".join(technology), table=title, row=f"row {row}: {' / '.join(shown)}",
                )


def grid_region(acronym):
    return "US" if acronym in ("US Average", "U.S.") else acronym


def epa_electricity(hub):
    """Table 6."""
    title, rows = hub.table(6)
    for number, (acronym, _, *figures) in rows:
        for technology, of_kind in ((None, figures[:3]), ("Non-baseload", figures[3:6])):
            for gas, figure in zip(STATIONARY_MASS, of_kind):
                if digits(figure):
                    yield factor(
                        hub.library, "Electricity", "Electricity", gas, f"lb {gas}/MWh", digits(figure), scope="scope_2",
                        technology=technology, region=grid_region(acronym), table=title, row=f"row {number}: {acronym}",
                    )


def write_epa():
    factors, properties = [], []
    for year in (2024, 2025):
        hub = Hub(year)
        stationary, heat_contents = epa_stationary(hub)
        properties += heat_contents
        factors += stationary
        factors += epa_mobile_co2(hub)
        factors += epa_by_vehicle(hub, 3, "Mobile combustion, on-road gasoline", "vehicle-mile", 2)
        factors += epa_by_vehicle(
            hub, 4, "Mobile combustion, on-road diesel and alternative fuels", "vehicle-mile", 3
        )
        factors += epa_by_vehicle(hub, 5, "Mobile combustion, non-road", "gallon", 2)
        factors += epa_electricity(hub)
    write("epa_hub.csv", FACTOR_COLUMNS, factors)
    return properties


# ---------------------------------------------------------------------------------------------------------------------
# eGRID summary tables
# ---------------------------------------------------------------------------------------------------------------------

EGRID_GASES = ("CO2", "CH4", "N2O", "CO2e")


def write_egrid():
    workbook = openpyxl.load_workbook(SHARED / "egrid" / "eGRID2023_Data.xlsx", data_only=True)
    kinds = {
        "Table 1": ("Electricity", {None: 2, "Non-baseload": 9}),
        "Table 3": ("Electricity, state output rates", {None: 1}),
    }
    factors = []
    for sheet, (category, starts) in kinds.items():
        rows = list(workbook[sheet].iter_rows(min_col=2, values_only=True))
        title = f"Table {squeezed(rows[0][0])}"
        for number, cells in enumerate(rows, start=1):
            for technology, start in starts.items():
                for gas, figure in zip(EGRID_GASES, cells[start:start + 4]):
                    if cells[0] and digits(figure):
                        factors.append(factor(
                            "egrid2023", category, "Electricity", gas, f"lb {gas}/MWh", digits(figure), scope="scope_2",
                            technology=technology, region=grid_region(cells[0]), table=title, row=f"row {number}: {cells[0]}",
                        ))
    write("egrid.csv", FACTOR_COLUMNS, factors)


# ---------------------------------------------------------------------------------------------------------------------
# 2006 IPCC Guidelines, Volume 2
# ---------------------------------------------------------------------------------------------------------------------

# Fuel as Table 2.2 names it | group | CO2 with its 95 % interval, kg/TJ (Chapter 1, Table 1.4; the same figures in Tables
# 2.2 to 2.5) | net calorific value, TJ/Gg (Table 1.2) | density, kg/m³, which the Guidelines do not state.
IPCC_FUELS = [line.split("|") for line in """
Crude Oil|oil|73300 71100 75500|42.3|800
Orimulsion|oil|77000 69300 85400|27.5|
Natural Gas Liquids|oil|64200 58300 70400|44.2|
Motor Gasoline|oil|69300 67500 73000|44.3|740
Aviation Gasoline|oil|70000 67500 73000|44.3|710
Jet Gasoline|oil|70000 67500 73000|44.3|
Jet Kerosene|oil|71500 69700 74400|44.1|790
Other Kerosene|oil|71900 70800 73700|43.8|800
Shale Oil|oil|73300 67800 79200|38.1|1000
Gas/Diesel Oil|oil|74100 72600 74800|43|840
Residual Fuel Oil|oil|77400 75500 78800|40.4|940
Liquefied Petroleum Gases|gas|63100 61600 65600|47.3|540
Ethane|gas|61600 56500 68600|46.4|1.3
Naphtha|oil|73300 69300 76300|44.5|770
Bitumen|oil|80700 73000 89900|40.2|
Lubricants|oil|73300 71900 75200|40.2|1000
Petroleum Coke|oil|97500 82900 115000|32.5|
Refinery Feedstocks|oil|73300 68900 76600|43|
Refinery Gas|gas|57600 48200 69000|49.5|
Paraffin Waxes|oil|73300 72200 74400|40.2|
White Spirit and SBP|oil|73300 72200 74400|40.2|
Other Petroleum Products|oil|73300 72200 74400|40.2|
Anthracite|coal|98300 94600 101000|26.7|
Coking Coal|coal|94600 87300 101000|28.2|
Other Bituminous Coal|coal|94600 89500 99700|25.8|
Sub-Bituminous Coal|coal|96100 92800 100000|18.9|
Lignite|coal|101000 90900 115000|11.9|
Oil Shale and Tar Sands|coal|107000 90200 125000|8.9|
Brown Coal Briquettes|coal|97500 87300 109000|20.7|
Patent Fuel|coal|97500 87300 109000|20.7|
Coke Oven Coke and Lignite Coke|coal|107000 95700 119000|28.2|
Gas Coke|gas|107000 95700 119000|28.2|
Coal Tar|coal|80700 68200 95300|28|
Gas Works Gas|gas|44400 37300 54100|38.7|
Coke Oven Gas|gas|44400 37300 54100|38.7|
Blast Furnace Gas|gas|260000 219000 308000|2.47|
Oxygen Steel Furnace Gas|gas|182000 145000 202000|7.06|
Natural Gas|gas|56100 54300 58300|48|0.7
Municipal Wastes (non-biomass fraction)|waste|91700 73300 121000|10|
Industrial Wastes|waste|143000 110000 183000||
Waste Oils|waste|73300 72200 74400|40.2|
Peat|peat|106000 100000 108000|9.76|
Wood/Wood Waste|biomass waste|112000 95000 132000|15.6|
Sulphite Lyes (Black Liquor)|biomass liquor|95300 80700 110000|11.8|
Other Primary Solid Biomass|biomass waste|100000 84700 117000|11.6|
Charcoal|biomass charcoal|112000 95000 132000|29.5|
Biogasoline|biomass oil|70800 59800 84300|27|
Biodiesels|biomass oil|70800 59800 84300|27|
Other Liquid Biofuels|biomass oil|79600 67100 95300|27.4|
Landfill Gas|biomass gas|54600 46200 66000|50.4|0.9
Sludge Gas|biomass gas|54600 46200 66000|50.4|
Other Biogas|biomass gas|54600 46200 66000|50.4|
Municipal Wastes (biomass fraction)|biomass waste|100000 84700 117000|11.6|
""".strip().splitlines()]

# Category of the 2006 Guidelines, table of Chapter 2 with its defaults, column of IPCC_TRACE.
IPCC_CATEGORIES = [("1.A.1", "2.2", 0), ("1.A.2", "2.3", 1), ("1.A.4.a", "2.4", 2), ("1.A.4.b", "2.5", 3), ("1.A.4.c", "2.5", 3)]

# CH4 and N2O by group, kg/TJ, in Tables 2.2, 2.3, 2.4 and 2.5; the 95 % interval of each figure follows below.
IPCC_TRACE = {
    "oil": (("3", "3", "10", "10"), ("0.6", "0.6", "0.6", "0.6")),
    "gas": (("1", "1", "5", "5"), ("0.1", "0.1", "0.1", "0.1")),
    "coal": (("1", "10", "10", "300"), ("1.5", "1.5", "1.5", "1.5")),
    "peat": (("1", "2", "10", "300"), ("1.5", "1.5", "1.4", "1.4")),
    "waste": (("30", "30", "300", "300"), ("4", "4", "4", "4")),
    "liquor": (("3", "3", "3", "3"), ("2", "2", "2", "2")),
    "charcoal": (("200", "200", "200", "200"), ("4", "4", "1", "1")),
}
CH4_INTERVALS = {
    "1": "0.3 3", "2": "0.6 6", "3": "1 10", "5": "1.5 15", "10": "3 30", "30": "10 100", "200": "70 600", "300": "100 900",
}
N2O_INTERVALS = {"0.1": "0.03 0.3", "0.6": "0.2 2", "1": "0.3 3", "1.4": "0.5 5", "1.5": "0.5 5", "4": "1.5 15"}
# Black liquor has intervals of its own.
LIQUOR_INTERVALS = {"CH4": "1 18", "N2O": "1 21"}


def ipcc_figures(group, co2, column):
    """Gas, value, lower and upper."""
    ch4, n2o = (figures[column] for figures in IPCC_TRACE[group])
    ch4_interval = LIQUOR_INTERVALS["CH4"] if group == "liquor" else CH4_INTERVALS[ch4]
    n2o_interval = LIQUOR_INTERVALS["N2O"] if group == "liquor" else N2O_INTERVALS[n2o]
    return [("CO2", *co2.split()), ("CH4", ch4, *ch4_interval.split()), ("N2O", n2o, *n2o_interval.split())]


def write_ipcc():
    factors, properties = [], []
    for category, table, column in IPCC_CATEGORIES:
        for fuel, group, co2, _, _ in IPCC_FUELS:
            for gas, value, lower, upper in ipcc_figures(group.split()[-1], co2, column):
                factors.append(factor(
                    "ipcc-2006", category, fuel, gas, f"kg {gas}/TJ", value, lower=lower, upper=upper, scope="scope_1",
                    biogenic=group.startswith("biomass"), external_id=category,
                    table=f"Volume 2, Chapter 2, Table {table}", row=fuel,
                ))
    for fuel, _, _, ncv, density in IPCC_FUELS:
        common = {"library": "ipcc-2006", "fuel_type": fuel, "row": fuel}
        if ncv:
            place = {"table": "Volume 2, Chapter 1, Table 1.2"}
            properties.append({**common, **place, "property": "ncv", "value": ncv, "unit": "TJ/Gg"})
        if density:
            place = {"table": "GHG Protocol, tool for stationary combustion (the Guidelines state no densities)"}
            properties.append({**common, **place, "property": "density", "value": density, "unit": "kg/m³"})
    write("ipcc_2006.csv", FACTOR_COLUMNS, factors)
    return properties


# ---------------------------------------------------------------------------------------------------------------------
# Global warming potentials over 100 years
# ---------------------------------------------------------------------------------------------------------------------

GWP_COLUMNS = "version gas species value published table row".split()
GWP_REPORTS = {
    "ar4": ("2007-02-02", "IPCC AR4 (2007), Working Group I, Table 2.14", "AR4GWP100"),
    "ar5": ("2014-01-30", "IPCC AR5 (2013), Working Group I, Table 8.A.1", "AR5GWP100"),
    "ar6": ("2021-08-09", "IPCC AR6 (2021), Working Group I, Table 7.SM.7", "AR6GWP100"),
}
# Methane by origin: with the CO2 it decays to where its carbon is fossil. The Fourth Report does not tell the two apart.
METHANE = [
    ("ar5", "CH4 fossil", "30", "IPCC AR5 (2013), Working Group I, Table 8.A.1", "Fossil methane"),
    ("ar5", "CH4 non-fossil", "28", "IPCC AR5 (2013), Working Group I, Table 8.A.1", "Methane"),
    ("ar6", "CH4 fossil", "29.8", "IPCC AR6 (2021), Working Group I, Table 7.15", "CH4-fossil"),
    ("ar6", "CH4 non-fossil", "27", "IPCC AR6 (2021), Working Group I, Table 7.15", "CH4-non fossil"),
]


def gas_of_species(species):
    """The gas as the factors and the trade write it: `HFC-134a`, `HFC-43-10mee`, `c-C4F8`."""
    match = re.fullmatch(r"(CFC|HCFC|HFC|HCFE|HFE|Halon)(4310)?(.*)", species)
    if match:
        return f"{match[1]}-{'43-10' if match[2] else ''}{match[3]}"
    return re.sub(r"^c(?=C\dF)", "c-", species)


def write_gwp():
    with open(SHARED / "gwp" / "globalwarmingpotentials.csv", encoding="utf-8", newline="") as file:
        species_rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    rows = []
    for version, (published, table, column) in GWP_REPORTS.items():
        common = {"version": version, "published": published}
        rows.append({**common, "gas": "CO2", "value": "1", "table": table, "row": "CO2"})
        for species in species_rows:
            if species[column]:
                gas = gas_of_species(species["Species"])
                rows.append({
                    **common, "gas": gas, "species": species["Species"], "value": plain(species[column]), "table": table,
                    "row": gas,
                })
        rows += [
            {**common, "gas": gas, "value": value, "table": table, "row": row}
            for report, gas, value, table, row in METHANE
            if report == version
        ]
    write("gwp.csv", GWP_COLUMNS, rows)


def main():
    write_libraries()
    write_defra()
    properties = write_epa()
    write_egrid()
    properties += write_ipcc()
    write("fuel_properties.csv", "library fuel_type property value unit region table row".split(), properties)
    write_gwp()


if __name__ == "__main__":
    main()
