"""Scenarios of one ledger: emission factors, loaded and asked. They stand in the file `ledger`, behind the registry's."""

from oracle.ledger_factors import QUERIES

from .emission import GWPS, SPEC, WHEN, factor, gwp, library, query, uid
from .ledger import NOBODY, TIMELESS, Scenario, cases

TIMELESS.update(f"factors.{name}" for name in QUERIES)
LOAD = "doc of Factors::load"
ALIKE = "doc of Factors: answers are those of EmissionFactors"
ANYBODY = ""


def prop(number, kind, value, unit, lib=1, fuel="Natural Gas"):
    return {
        "id": uid(3, number), "libraryId": uid(1, lib), "fuelType": fuel, "propertyType": kind, "value": value, "unit": unit,
        "region": None, "createdAt": WHEN,
    }


def electricity(number, value, region, **more):
    return factor(number, value, lib=3, fuel="Electricity", category="Electricity", region=region, **more)


# Two editions of DEFRA, and eGRID with a tree of regions.
DEFRA = {
    "libraries": [library(1, 2024, default=True, gwpVersion="ar5"), library(2, 2022)],
    "factors": [
        factor(1, 0.18396, external="1.A.1.a", oxidation=0.995),
        factor(2, 0.2, region="Europe"),
        factor(3, 0.17, region="Europe", technology="Catalyst"),
        factor(4, "0.00001", gas="CH4", scope="scope_1", lower="0.000005", upper="0.00003"),
        factor(5, 2, unit="kg/litres", fuel="Diesel"),
        factor(6, 2.5, unit="kg/litres", fuel="Diesel", source={"table": "Fuels", "row": "7"}),
        factor(7, 1, unit="furlongs", fuel="Peat"),
        factor(8, 0.19, lib=2),
    ],
    "fuelProperties": [prop(1, "ncv", "10.55", "kWh/m³"), prop(2, "density", 0.8, "kg/m³")],
    "gwpValues": GWPS[2:4],
}
EGRID = {
    "libraries": [library(3, 2023, "egrid", calorificBasis="net", publication="eGRID2023")],
    "factors": [
        electricity(20, 0.25, "NEWE"), electricity(21, "0.00002", "newe", gas="CH4"), electricity(22, 0.38, "US"),
        electricity(23, 0.3, "RFCE"), electricity(24, 0.31, "RFCW"),
    ],
    "regionParents": [
        {"libraryId": uid(1, 3), "region": child, "parent": parent}
        for child, parent in [("VT", "NEWE"), ("MD", "RFCE"), ("MD", "RFCW"), ("NEWE", "US"), ("RFCE", "US")]
    ],
}


def loaded(s, *loads):
    green = s.organization()
    for load in loads or (DEFRA, EGRID):
        s.ok("factors.load", data=load)
    return green.may(ANYBODY)


def grid(region, **more):
    return query(2024, "egrid", "Electricity", category="Electricity", region=region, **more)


with Scenario("factors-load", "a library is loaded whole and once; the log tells its digest", LOAD) as s:
    who = s.organization().may(ANYBODY)
    first = {"libraries": 2, "factors": 8, "fuelProperties": 2, "regionParents": 0, "gwpValues": 2}
    s.ok("factors.load", {"loaded": first, "already.libraries": 0, "libraries.0.already": False}, data=DEFRA)
    backwards = {kind: rows[::-1] for kind, rows in DEFRA.items()}
    s.ok("factors.load", {"already": first, "loaded.factors": 0, "libraries.0.name": "DEFRA 2022"}, data=backwards)
    s.ok("factors.load", {"loaded.libraries": 1, "already.libraries": 2}, data={kind: DEFRA.get(kind, []) + EGRID.get(kind, []) for kind in DEFRA | EGRID})
    s.ok("factors.load", {"loaded.gwpValues": 1, "already.gwpValues": 1}, data={"gwpValues": [gwp(9, "ar5", "ch4", "28.0"), GWPS[0]]})
    default = [DEFRA["libraries"][0] | {"isDefault": False}, DEFRA["libraries"][1]]
    s.ok("factors.load", {"already.libraries": 2}, data=DEFRA | {"libraries": default})
    s.ok("factors.libraries", {"0.isDefault": False, "#": 3}, caller=who)
    s.ok("factors.load", {"libraries.#": 0}, data={})
    s.ok("audit.entries", {"data.#": 7, "data.3.action": "gwp_values.load", "data.6.subject": uid(1, 1)})
    s.ok("audit.verify", {"ok": True, "records": 5})

with Scenario("factors-load-refused", "what is refused is refused whole", LOAD) as s:
    who = loaded(s)
    new = {"libraries": [library(4, 2024, "iea")], "factors": [factor(40, 0.4, lib=4)]}
    other = [factor(1, 0.18397, external="1.A.1.a", oxidation=0.995), *DEFRA["factors"][1:]]
    s.no("duplicate", "libraries[0].id", "factors.load", data=DEFRA | {"factors": other})
    s.no("duplicate", "libraries[0].id", "factors.load", data=DEFRA | {"fuelProperties": []})
    s.no("duplicate", "factors[1].id", "factors.load", data=new | {"factors": [*new["factors"], factor(8, 0.4, lib=4)]})
    s.no("duplicate", "fuelProperties[0].id", "factors.load", data=new | {"fuelProperties": [prop(2, "ncv", 1, "kWh/kg", 4)]})
    s.no("duplicate", "gwpValues[1].value", "factors.load", data=new | {"gwpValues": [GWPS[0], gwp(9, "ar5", "CH4", 29)]})
    s.no("duplicate", "gwpValues[0].id", "factors.load", data=new | {"gwpValues": [gwp(3, "ar6", "SF6", 25200)]})
    s.no("unknown_reference", "factors[0].libraryId", "factors.load", data={"factors": [factor(41, 1)]})
    s.no("missing_field", "factors[0].unit", "factors.load", data=new | {"factors": [factor(40, 0.4, None, lib=4)]})
    s.no("unknown_field", "libraries[0].year", "factors.load", data={"libraries": [library(4, 2024) | {"year": 2024}]})
    s.no("unknown_field", "rows", "factors.load", data={"rows": []})
    s.no("wrong_type", "factors", "factors.load", data={"factors": {}})
    s.no("missing_field", "data", "factors.load")
    s.no("missing_field", "now", "factors.load", data=new, now=...)
    s.ok("factors.libraries", {"#": 3}, caller=who)
    s.ok("audit.verify", {"ok": True, "audit_rows": 5})
    s.ok("factors.load", {"loaded.factors": 1}, data=new)

with Scenario("factors-lists", "the contract's lists, for a caller of whatever scopes", f"{SPEC}, endpoints") as s:
    who = loaded(s)
    defra = {"libraryId": uid(1, 1)}
    s.ok("factors.libraries", {"#": 3, "2.publication": "eGRID2023"}, caller=who)
    s.ok("factors.libraries", {"#": 1, "0.name": "DEFRA 2022"}, caller=who, query={"authority": "defra", "releaseYear": "2022"})
    s.no("unknown_value", "authority", "factors.libraries", caller=who, query={"authority": "unknown"})
    s.no("out_of_range", "releaseYear", "factors.libraries", caller=who, query={"releaseYear": 1800})
    s.ok("factors.search", {"total": 7, "totalPages": 3, "items.#": 3, "items.0.value": 0.00001}, caller=who, query={**defra, "page": "2", "pageSize": 3})
    s.ok("factors.search", {"total": 2}, caller=who, query={**defra, "fuelType": " natural  GAS", "region": "europe"})
    s.ok("factors.search", {"total": 1, "items.0.technology": "Catalyst"}, caller=who, query={**defra, "technology": "catalyst", "gas": "co2", "category": "1.a.1", "unit": "KG/KWH"})
    s.ok("factors.search", {"total": 0, "totalPages": 0}, caller=who, query={"libraryId": NOBODY})
    s.no("missing_field", "libraryId", "factors.search", caller=who)
    s.no("invalid_uuid", "libraryId", "factors.search", caller=who, query={"libraryId": "not-a-uuid", "pageSize": 101})
    s.ok("factors.fuel_properties", {"#": 2}, caller=who, query=defra)
    s.ok("factors.fuel_properties", {"#": 1, "0.value": 10.55}, caller=who, query={**defra, "fuelType": "natural gas", "propertyType": "ncv"})
    s.ok("factors.fuel_properties", {"#": 0}, caller=who, query={**defra, "fuelType": "Diesel"})
    s.no("unknown_value", "propertyType", "factors.fuel_properties", caller=who, query={**defra, "propertyType": "mass"})
    s.ok("factors.gwp_values", {"#": 2}, caller=who, query={"version": "ar5"})
    s.ok("factors.gwp_values", {"#": 0}, caller=who, query={"version": "ar6"})
    s.no("unknown_value", "version", "factors.gwp_values", caller=who, query={"version": "ar7"})
    s.ok("factors.digest", caller=who, query=defra)
    s.no("unknown_reference", "libraryId", "factors.digest", caller=who, query={"libraryId": NOBODY})
    s.no("invalid_uuid", "libraryId", "factors.digest", caller=who, query={"libraryId": "1"})

with Scenario("factors-empty", "without factors the lists are empty and a query finds nothing", f"{SPEC}, test scenario 1") as s:
    who = s.organization().may(ANYBODY)
    s.ok("factors.libraries", {"#": 0}, caller=who)
    s.ok("factors.resolve", {"factor": None, "library": None, "usedFallback": False}, caller=who, query=query())
    s.ok("factors.explain", {"libraries.#": 0}, caller=who, query=query())
    s.no("factor_not_found", "", "factors.co2e", caller=who, query=query(activity={"amount": 1, "unit": "kWh"}, gwpVersion="ar5"))
    s.ok("factors.inventory", {"totals.rows": 0}, caller=who, query={"rows": [], "gwpVersion": "ar5"})
    s.ok("audit.verify", {"ok": True, "records": 1})

with Scenario("factors-resolve", "libraries, tiers and the tree of regions as in memory", ALIKE) as s:
    who = loaded(s)
    s.ok("factors.resolve", {"tier": "specific", "factor.value": 0.17}, caller=who, query=query(region="Europe", technology="catalyst"))
    s.ok("factors.resolve", {"tier": "regional", "usedFallback": False}, caller=who, query=query(region="europe"))
    s.ok("factors.resolve", {"usedFallback": True, "library.name": "DEFRA 2022", "libraryMatch": "earlier"}, caller=who, query=query(2023))
    s.ok("factors.resolve", {"usedFallback": True, "libraryMatch": "default"}, caller=who, query=query(2000))
    s.ok("factors.resolve", {"usedFallback": True, "library.releaseYear": 2024}, caller=who, query=query(2100))
    s.ok("factors.resolve", {"factor": None, "tier": None}, caller=who, query=query(fuel="Coal"))
    s.ok("factors.resolve", {"factor.region": "NEWE", "tier": "regional"}, caller=who, query=grid("vt"))
    s.no("ambiguous_factor", "", "factors.resolve", caller=who, query=grid("MD"))
    s.no("ambiguous_factor", "", "factors.resolve", caller=who, query=query(fuel="Diesel"))
    s.no("unknown_value", "authority", "factors.resolve", caller=who, query=query(authority="unknown"))
    s.no("out_of_range", "reportingYear", "factors.resolve", caller=who, query=query(1800))
    s.no("missing_field", "authority", "factors.resolve", caller=who)
    s.ok("factors.explain", {"tiers.1.regions.0": "NEWE", "candidates.#": 4}, caller=who, query=grid("VT"))
    s.ok("factors.explain", {"refused.code": "ambiguous_factor"}, caller=who, query=grid("MD", technology="Wind"))
    s.ok("factors.explain", {"libraries.0.outcome": "chosen", "libraries.1.outcome": "older_edition"}, caller=who, query=query())
    s.no("missing_field", "gas", "factors.explain", caller=who, query=query(gas=None))
    pinned = s.ok("factors.digest", caller=who, query={"libraryId": uid(1, 2)})
    s.ok("factors.resolve", {"library.name": "DEFRA 2022", "libraryMatch": "earlier"}, caller=who, query=query(libraryDigest=pinned["digest"]))
    s.ok("factors.explain", {"libraryMatch": "pinned", "libraries.0.outcome": "not_pinned"}, caller=who, query=query(2020, libraryDigest=pinned["digest"]))
    s.no("digest_not_found", "libraryDigest", "factors.resolve", caller=who, query=query(libraryDigest="0" * 64))
    s.ok("factors.explain", {"refused.code": "digest_not_found"}, caller=who, query=query(libraryDigest="0" * 64))

with Scenario("factors-emissions", "calculations as in memory; a factor is named by its id", ALIKE) as s:
    who = loaded(s)
    burned = {"activity": {"amount": 2, "unit": "MWh"}, "gwpVersion": "ar5"}
    s.ok("factors.co2e", {"co2eKg": 367.92, "warnings": ["global_average"]}, caller=who, query=query(**burned))
    s.ok("factors.co2e", {"gwp": 28}, caller=who, query=query(gas="CH4", **burned))
    s.no("gwp_not_found", "gwpVersion", "factors.co2e", caller=who, query=query(gas="CH4", **burned | {"gwpVersion": "ar4"}))
    s.no("unit_mismatch", "activity.unit", "factors.co2e", caller=who, query=query(**burned | {"activity": {"amount": 1, "unit": "km"}}))
    s.no("factor_not_found", "", "factors.co2e", caller=who, query=query(category="1.A.2", **burned))
    s.no("unknown_value", f"factors[{uid(2, 7)}].unit", "factors.co2e", caller=who, query=query(fuel="Peat", **burned))
    row = {"authority": "defra", "reportingYear": 2024, "category": "1.A.1", "fuelType": "natural gas", "amount": 1000, "unit": "kWh"}
    s.ok("factors.emissions", {"co2eKg": 184.24, "gases.#": 2}, caller=who, query={**row, "gwpVersion": "ar5"})
    s.no("unknown_unit", "unit", "factors.emissions", caller=who, query={**row, "gwpVersion": "ar5", "unit": "furlongs"})
    s.no("missing_field", "gwpVersion", "factors.emissions", caller=who, query=row)
    bought = {"authority": "egrid", "reportingYear": 2024, "category": "Electricity", "fuelType": "Electricity", "scope": "scope_2"}
    rows = [
        row | {"id": "boiler"}, bought | {"amount": 10, "unit": "MWh", "region": "VT"}, bought | {"amount": 1, "unit": "MWh", "region": "MD"},
        row | {"fuelType": "Peat"}, row | {"authority": "nobody"}, row | {"authority": "iea", "id": 7},
    ]
    s.ok("factors.inventory", {"totals.rows": 2, "totals.failedRows": 4, "failed.1.row": 3, "failed.2.error.code": "unknown_value"}, caller=who, query={"rows": rows, "gwpVersion": "ar5"})
    s.ok("factors.inventory", {"rows.#": 1}, caller=who, query={"rows": [{"amount": 3, "region": "US"}], "gwpVersion": "ar5", "defaults": bought | {"unit": "kWh"}})
    s.no("missing_field", "rows", "factors.inventory", caller=who, query={"gwpVersion": "ar5"})

with Scenario("factors-callers", "whoever is known may ask; nobody else", f"{SPEC}, test scenario 11") as s:
    green = s.organization()
    s.ok("factors.load", data=EGRID)
    s.no("invalid_token", "token", "access.verify", token="")
    s.no("invalid_token", "token", "access.verify", token="Bearer tk_unknown")
    key = s.ok("access.issue_key", organization=green["public_id"], name="Reader", scopes="lookup")
    known = s.ok("access.verify", token=key["secret"])
    s.ok("factors.libraries", {"#": 1}, caller=known.whole)
    s.no("missing_field", "caller", "factors.libraries")
    for name in QUERIES:
        s.no("missing_field", "caller", f"factors.{name}", query={})
    s.no("not_found", "caller.organization", "factors.libraries", caller={"organization": NOBODY, "scopes": "lookup"})
    s.no("not_found", "caller.organization", "factors.resolve", caller={"organization": NOBODY, "scopes": "lookup"}, query=grid("VT"))
    s.no("unknown_field", "limit", "factors.libraries", caller=green.may(ANYBODY), limit=3)
    s.no("unknown_field", "name", "factors.libraries", caller=green.may(ANYBODY), query={"name": "eGRID"})
    s.ok("close")
    s.no("closed", "", "factors.libraries", caller=green.may(ANYBODY))
    s.no("closed", "", "factors.resolve", caller=green.may(ANYBODY), query=grid("VT"))
    s.no("closed", "", "factors.load", data={})

# What several cases share, named once in the file.
cases.fixtures |= {
    "library": library(1, 2024),
    "factor": factor(1, 0.2),
    "defra": DEFRA,
    "egrid": EGRID,
    "query": query(),
}
