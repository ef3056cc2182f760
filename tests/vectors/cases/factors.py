"""Calls on factors: the contract's lists and its test scenarios, explanations, emissions of all gases, inventories."""

from oracle import factordata, jsontext

from . import Cases
from .emission import (
    AR6, D12, D13, D15, DEFRA24, GWPS, ISSUE, ONE, SAMPLE, SAMPLE_FACTOR, SAMPLE_GWP, SAMPLE_LIBRARY, SAMPLE_PROPERTY, SPEC,
    WHEN, factor, gwp, library, query, uid,
)

cases = Cases("factors")
D14 = "DECISIONS 14"
RULES = f"{SPEC}, validation rules"
LIB = uid(1, 1)


def data(libraries=ONE, factors=(), properties=None, gwps=None, parents=None):
    answer = {"libraries": list(libraries), "factors": list(factors)}
    for name, rows in (("fuelProperties", properties), ("gwpValues", gwps), ("regionParents", parents)):
        if rows is not None:
            answer[name] = rows
    return answer


def answered(name, call, given, asked, note, source, states=None, pending=None, needs=None):
    question = {"data": given, "call": call, "query": asked}
    cases.good(name, "factors", question, note, source, states, pending=pending, needs=needs)


def refused(name, call, given, asked, code, path, note, source, issues=None, names=None):
    question = {"data": given, "call": call, "query": asked}
    cases.bad(name, "factors", question, code, path, note, source, issues=issues, names=names)


def ids(factors):
    return {f"items.{at}.id": one["id"] for at, one in enumerate(factors)}


def prop(number, kind, value, unit, fuel="Natural Gas", lib=1, region=None, **more):
    return {
        "id": uid(3, number), "libraryId": uid(1, lib), "fuelType": fuel, "propertyType": kind, "value": value, "unit": unit,
        "region": region, "createdAt": WHEN, **more,
    }


def parent(region, above, lib=1):
    return {"libraryId": uid(1, lib), "region": region, "parent": above}


def digest_of(given, number=1):
    """By the oracle: what a query is pinned to."""
    shaped = factordata.read(jsontext.read(jsontext.write(given)))
    return factordata.digest(shaped, next(one for one in shaped["libraries"] if one["id"] == uid(1, number)))


# Libraries.
LIBRARIES = [library(1, 2023), library(2, 2024, default=True), library(3, 2024, "epa"), library(4, 2023, "egrid", version="2023 rev 2")]
ENDPOINT = f"{SPEC}, GET /emission-factor-libraries"
answered("libraries-sample", "libraries", SAMPLE, {"authority": "defra", "releaseYear": "2024"}, "the contract's request and answer", ENDPOINT, {"": [SAMPLE_LIBRARY]})
answered("libraries-all", "libraries", data(LIBRARIES), {}, "without filters all of them, in the order of the data", f"{SPEC}, test scenario 1", {"#": 4})
answered("libraries-none", "libraries", {}, {}, "an empty list where nothing is loaded", f"{SPEC}, test scenario 1", {"": []})
answered("libraries-authority", "libraries", data(LIBRARIES), {"authority": "defra"}, "only DEFRA's libraries", f"{SPEC}, test scenario 2", {"#": 2, "0.id": uid(1, 1), "1.id": uid(1, 2)})
answered("libraries-year", "libraries", data(LIBRARIES), {"releaseYear": 2024}, "only those of the year", ENDPOINT, {"#": 2, "0.authority": "defra", "1.authority": "epa"})
answered("libraries-both", "libraries", data(LIBRARIES), {"authority": "epa", "releaseYear": 2023}, "both filters must hold", ENDPOINT, {"": []})
answered("libraries-null-filter", "libraries", data(LIBRARIES), {"authority": None, "releaseYear": None}, "null is as absent", ENDPOINT, {"#": 4})
answered(
    "libraries-additions", "libraries",
    data([library(1, 2024, valuesExcludeOxidation=True, gwpVersion="ar5", calorificBasis="gross", biogenicCategories=[{"category": "Fuels", "biogenicCategory": "Outside of scopes"}], publication="Conversion Factors 2024, version 1.1", licence="Open Government Licence v3.0")]),
    {}, "what is added to the contract stands behind its fields", "doc of EmissionFactorLibrary",
    {"0.calorificBasis": "gross", "0.biogenicCategories.0.biogenicCategory": "Outside of scopes", "0.licence": "Open Government Licence v3.0"},
)
answered("libraries-additions-silent", "libraries", data([library(1, 2024, valuesExcludeOxidation=False, gwpVersion=None, biogenicCategories=[])]), {}, "what says nothing is left out", "doc of EmissionFactorLibrary", {"0": library(1, 2024)})
ONE_ISSUE = "doc of Error::issues; contract, error response shape"
refused("libraries-authority-unknown", "libraries", {}, {"authority": "unknown"}, "unknown_value", "query.authority", "an authority that the contract does not have", RULES, [("invalid_enum_value", ["authority"])])
refused("libraries-year-early", "libraries", {}, {"releaseYear": 1989}, "out_of_range", "query.releaseYear", "before the first year", RULES, [("too_small", ["releaseYear"])])
refused("libraries-year-late", "libraries", {}, {"releaseYear": 2101}, "out_of_range", "query.releaseYear", "after the last year", RULES, [("too_big", ["releaseYear"])])
refused("libraries-year-beyond-64-bits", "libraries", {}, {"releaseYear": "99999999999999999999"}, "out_of_range", "query.releaseYear", "a year that no integer holds", RULES, [("too_big", ["releaseYear"])])
refused("libraries-year-below-64-bits", "libraries", {}, {"releaseYear": "-99999999999999999999"}, "out_of_range", "query.releaseYear", "far below the first year is too small", RULES, [("too_small", ["releaseYear"])])
refused("libraries-year-fraction", "libraries", {}, {"releaseYear": 2024.5}, "invalid_number", "query.releaseYear", "a year and a half", RULES, [("invalid_type", ["releaseYear"])])
refused("libraries-unknown-field", "libraries", {}, {"year": 2024}, "unknown_field", "query.year", "a parameter that the call does not have", ISSUE, [("unrecognized_keys", ["year"])])
refused("libraries-two-issues", "libraries", {}, {"releaseYear": True, "authority": "DEFRA"}, "unknown_value", "query.authority", "all that is wrong is told at once, in the order of the contract's table", ONE_ISSUE, [("invalid_enum_value", ["authority"]), ("invalid_type", ["releaseYear"])])
refused("libraries-query-list", "libraries", {}, [], "wrong_type", "query", "a list of no parameters", ISSUE)

# Search.
MANY = [factor(n, n, fuel=f"Fuel {n % 3}", gas=("CO2", "CH4")[n % 2], region=("US", None)[n % 2], technology=("Boiler", None)[n % 2], category=f"{n % 5}") for n in range(1, 24)]
MANY_DATA = data([*ONE, library(2, 2023)], [*MANY, factor(50, 1, lib=2)])
SEARCH = f"{SPEC}, GET /emission-factors"
answered("search-sample", "search", SAMPLE, {"libraryId": SAMPLE_LIBRARY["id"], "fuelType": "Natural Gas", "gas": "CO2", "page": 1, "pageSize": 20}, "the contract's request, with its item", SEARCH, {"items": [SAMPLE_FACTOR], "total": "1", "totalPages": "1"})
answered("search-first-page", "search", MANY_DATA, {"libraryId": LIB}, "20 a page where nothing is said", SEARCH, {"total": "23", "page": "1", "pageSize": "20", "totalPages": "2", "items.#": 20, "items.0.id": uid(2, 1)})
answered("search-second-page", "search", MANY_DATA, {"libraryId": LIB, "pageSize": "5", "page": "2"}, "page 2 of 5 each, as a query string has it", f"{SPEC}, test scenario 3", {"totalPages": "5", "items.#": 5, **ids(MANY[5:10])})
answered("search-last-page", "search", MANY_DATA, {"libraryId": LIB, "pageSize": 5, "page": 5}, "the last page is not full", SEARCH, {"items.#": 3})
answered("search-beyond-the-end", "search", MANY_DATA, {"libraryId": LIB, "pageSize": 5, "page": 6}, "a page beyond the end is empty, and the total stays", SEARCH, {"items": [], "total": "23", "page": "6", "totalPages": "5"})
answered("search-far-beyond-the-end", "search", MANY_DATA, {"libraryId": LIB, "page": 9999999999}, "the page's number comes back as it was asked, however large", SEARCH, {"items": [], "page": "9999999999"})
answered("search-hundred", "search", MANY_DATA, {"libraryId": LIB, "pageSize": 100}, "the largest page", RULES, {"items.#": 23, "totalPages": "1"})
answered("search-one-a-page", "search", MANY_DATA, {"libraryId": LIB, "pageSize": 1, "page": 23}, "the smallest page", RULES, {"items.#": 1, "totalPages": "23"})
answered("search-id-upper", "search", data([{**library(1, 2024), "id": "abcdef00-0000-4000-8000-00000000000a"}], [{**factor(1, 0.2), "libraryId": "abcdef00-0000-4000-8000-00000000000a"}]), {"libraryId": "ABCDEF00-0000-4000-8000-00000000000A"}, "a UUID's case does not matter", "RFC 9562, section 4", {"total": "1"})
answered("search-unknown-library", "search", MANY_DATA, {"libraryId": uid(1, 9)}, "a library that is not there has no factors", "doc of search", {"items": [], "total": "0", "totalPages": "0"})
answered("search-other-library", "search", MANY_DATA, {"libraryId": uid(1, 2)}, "only the library's own factors", SEARCH, {"total": "1"})
for name, value in [("fuelType", "fuel 1"), ("gas", "ch4"), ("category", "3"), ("region", "us"), ("technology", "BOILER"), ("unit", "KG/kwh")]:
    answered(f"search-by-{name.lower()}", "search", MANY_DATA, {"libraryId": LIB, name: value}, f"only those of the {name}, in any case", f"{SEARCH}; {D13}")
answered("search-by-all", "search", MANY_DATA, {"libraryId": LIB, "fuelType": "Fuel  2", "gas": "CO2", "category": "3", "region": "US", "technology": "Boiler", "unit": " kg/kWh "}, "all filters must hold; repeated blanks do not matter", f"{SEARCH}; {D13}", {"total": "1", "items.0.id": uid(2, 8)})
answered("search-no-region", "search", MANY_DATA, {"libraryId": LIB, "region": "Europe"}, "a factor without a region is of no region", SEARCH, {"total": "0"})
answered("search-part-of-word", "search", MANY_DATA, {"libraryId": LIB, "fuelType": "Fuel"}, "never parts of words", D13, {"total": "0"})
answered("search-total-pages", "search", MANY_DATA, {"libraryId": LIB, "gas": "CH4", "pageSize": 4}, "12 in pages of 4 are 3 pages, not 4", SEARCH, {"total": "12", "totalPages": "3"})
refused("search-no-library", "search", MANY_DATA, {}, "missing_field", "query.libraryId", "no library", f"{SPEC}, test scenario 7", [("invalid_type", ["libraryId"])])
refused("search-bad-library", "search", SAMPLE, {"libraryId": "not-a-uuid"}, "invalid_uuid", "query.libraryId", "the contract's own refusal", f"{SPEC}, test scenario 8; error response shape", [("invalid_string", ["libraryId"])])
refused("search-library-number", "search", {}, {"libraryId": 5}, "wrong_type", "query.libraryId", "a number is no UUID", RULES, [("invalid_type", ["libraryId"])])
refused("search-page-zero", "search", {}, {"libraryId": LIB, "page": 0}, "out_of_range", "query.page", "pages count from 1", RULES, [("too_small", ["page"])])
refused("search-page-negative", "search", {}, {"libraryId": LIB, "page": "-1"}, "out_of_range", "query.page", "no page before the first", RULES, [("too_small", ["page"])])
refused("search-page-text", "search", {}, {"libraryId": LIB, "page": "two"}, "invalid_number", "query.page", "a word is no number", RULES, [("invalid_type", ["page"])])
refused("search-page-size-zero", "search", {}, {"libraryId": LIB, "pageSize": 0}, "out_of_range", "query.pageSize", "a page of nothing", RULES, [("too_small", ["pageSize"])])
refused("search-page-size-101", "search", {}, {"libraryId": LIB, "pageSize": 101}, "out_of_range", "query.pageSize", "more than a page holds", RULES, [("too_big", ["pageSize"])])
refused("search-gas-empty", "search", {}, {"libraryId": LIB, "gas": ""}, "empty", "query.gas", "at least one character", SEARCH, [("too_small", ["gas"])])
refused("search-region-long", "search", {}, {"libraryId": LIB, "region": "x" * 501}, "too_long", "query.region", "501 characters", "doc of EmissionFactors::new", [("too_big", ["region"])])
refused("search-unit-nul", "search", {}, {"libraryId": LIB, "unit": "kg\u0000"}, "invalid_character", "query.unit", "NUL", ISSUE, [("invalid_string", ["unit"])])
refused("search-technology-number", "search", {}, {"libraryId": LIB, "technology": 1}, "wrong_type", "query.technology", "a number is no text", ISSUE, [("invalid_type", ["technology"])])
refused(
    "search-many-issues", "search", {}, {"sort": "gas", "libraryId": "x", "gas": "", "page": 0, "pageSize": 1000}, "unknown_field", "query.sort",
    "all that is wrong at once: unknown parameters, then the others in the order of the contract's table", ONE_ISSUE,
    [("unrecognized_keys", ["sort"]), ("invalid_string", ["libraryId"]), ("too_small", ["gas"]), ("too_small", ["page"]), ("too_big", ["pageSize"])],
)

# Fuel properties.
PROPERTIES = [
    prop(1, "ncv", 10.55, "kWh/m³"), prop(2, "density", 0.7434, "kg/m3"), prop(3, "gcv", 11.7, "kWh/m³", region="GB"),
    prop(4, "ncv", 43, "GJ/tonne", fuel="Diesel", source={"table": "Fuel properties", "row": "42"}), prop(5, "ncv", 1, "GJ/tonne", lib=2),
]
PROPERTY_DATA = data([*ONE, library(2, 2023)], [], PROPERTIES)
FUELS = f"{SPEC}, GET /fuel-properties"
answered("properties-sample", "fuel_properties", SAMPLE, {"libraryId": SAMPLE_LIBRARY["id"], "fuelType": "Natural Gas", "propertyType": "ncv"}, "the contract's answer", FUELS, {"": [SAMPLE_PROPERTY]})
answered("properties-none", "fuel_properties", SAMPLE, {"libraryId": SAMPLE_LIBRARY["id"], "fuelType": "Natural Gas", "propertyType": "density"}, "the contract's request: its sample has no density", FUELS, {"": []})
answered("properties-all", "fuel_properties", PROPERTY_DATA, {"libraryId": LIB}, "all of the library, in the order of the data", FUELS, {"#": 4, "3.source.row": "42"})
answered("properties-ncv", "fuel_properties", PROPERTY_DATA, {"libraryId": LIB, "propertyType": "ncv"}, "only NCV", f"{SPEC}, test scenario 13", {"#": 2, "0.id": uid(3, 1), "1.id": uid(3, 4)})
answered("properties-gcv", "fuel_properties", PROPERTY_DATA, {"libraryId": LIB, "propertyType": "gcv"}, "gross calorific value, beyond the contract", D15, {"#": 1, "0.region": "GB"})
answered("properties-fuel", "fuel_properties", PROPERTY_DATA, {"libraryId": LIB, "fuelType": " natural  GAS"}, "in any case, whatever the blanks", D13, {"#": 3})
answered("properties-unknown-library", "fuel_properties", PROPERTY_DATA, {"libraryId": uid(1, 9)}, "a library that is not there has none", FUELS, {"": []})
refused("properties-no-library", "fuel_properties", SAMPLE, {"propertyType": "ncv"}, "missing_field", "query.libraryId", "no library", RULES, [("invalid_type", ["libraryId"])])
refused("properties-bad-library", "fuel_properties", SAMPLE, {"libraryId": SAMPLE_LIBRARY["id"][:-1]}, "invalid_uuid", "query.libraryId", "a UUID that lost its last digit", RULES, [("invalid_string", ["libraryId"])])
refused("properties-type", "fuel_properties", SAMPLE, {"libraryId": LIB, "propertyType": "heat"}, "unknown_value", "query.propertyType", "a property that is not known", RULES, [("invalid_enum_value", ["propertyType"])])
refused("properties-fuel-empty", "fuel_properties", SAMPLE, {"libraryId": LIB, "fuelType": " "}, "empty", "query.fuelType", "a fuel of blanks", FUELS, [("too_small", ["fuelType"])])
refused("properties-two-issues", "fuel_properties", SAMPLE, {"fuelType": "", "propertyType": 1}, "missing_field", "query.libraryId", "three things are wrong", ONE_ISSUE, [("invalid_type", ["libraryId"]), ("too_small", ["fuelType"]), ("invalid_type", ["propertyType"])])

# GWP values.
GWP = f"{SPEC}, GET /gwp-values"
answered("gwp-sample", "gwp_values", SAMPLE, {"version": "ar5"}, "the contract's request and answer", GWP, {"": [SAMPLE_GWP]})
answered("gwp-all", "gwp_values", data([], [], None, GWPS), {}, "all reports", GWP, {"#": len(GWPS)})
answered("gwp-ar5", "gwp_values", data([], [], None, GWPS), {"version": "ar5"}, "only AR5", f"{SPEC}, test scenario 12", {"#": 3, "0.value": 28, "1.value": 265, "2.value": 30})
answered("gwp-ar4", "gwp_values", data([], [], None, GWPS), {"version": "ar4"}, "only AR4", AR6, {"#": 2})
answered("gwp-none", "gwp_values", SAMPLE, {"version": "ar6"}, "none loaded of the report", GWP, {"": []})
answered("gwp-source", "gwp_values", data([], [], None, [{**gwp(1, "ar6", "CH4", 27.9), "source": {"table": "7.15", "row": "CH4"}}]), {}, "where in the report the figure stands", "doc of GwpValue", {"0.source.table": "7.15"})
refused("gwp-unknown", "gwp_values", SAMPLE, {"version": "ar7"}, "unknown_value", "query.version", "a report that there is not", RULES, [("invalid_enum_value", ["version"])])
refused("gwp-case", "gwp_values", SAMPLE, {"version": "AR5"}, "unknown_value", "query.version", "enum values are matched by case", RULES, [("invalid_enum_value", ["version"])])
refused("gwp-number", "gwp_values", SAMPLE, {"version": 5}, "wrong_type", "query.version", "a number is no report", RULES, [("invalid_type", ["version"])])
refused("gwp-unknown-field", "gwp_values", SAMPLE, {"gas": "CH4"}, "unknown_field", "query.gas", "no filter by gas", GWP, [("unrecognized_keys", ["gas"])])

# Resolve, with what is beyond the contract.
RESOLVE = f"{SPEC}, GET /emission-factors/resolve"
REGIONAL = [factor(1, 0.2, region="Europe", technology="Catalyst"), factor(2, 0.3, region="Europe"), factor(3, 0.4)]
YEARS = [library(1, 2022), library(2, 2023), library(3, 2024)]
answered("resolve-sample", "resolve", SAMPLE, query(region="Europe", technology="Catalyst"), "the contract's request and answer, with libraryMatch added", RESOLVE, {"factor": SAMPLE_FACTOR, "tier": "global", "library": SAMPLE_LIBRARY, "usedFallback": False, "libraryMatch": "exact"})
answered("resolve-specific", "resolve", data(ONE, REGIONAL), query(region="Europe", technology="Catalyst"), "region and technology match", f"{SPEC}, test scenario 4", {"tier": "specific", "factor.id": uid(2, 1)})
answered("resolve-fallback", "resolve", data(YEARS, [factor(1, 0.2, lib=3)]), query(2031), "a year beyond all libraries", f"{SPEC}, test scenario 5", {"usedFallback": True, "libraryMatch": "earlier", "library.releaseYear": "2024"})
answered("resolve-nothing", "resolve", SAMPLE, query(fuel="Unobtainium"), "a fuel that is not there", f"{SPEC}, test scenario 6", {"factor": None, "tier": None, "library": None, "usedFallback": False})
answered(
    "resolve-additions", "resolve",
    data(ONE, [factor(1, 0.2, scope="scope_1", lower=0.1, upper=0.30, source={"table": "Fuels", "row": "17"})]), query(),
    "scope, bounds and source row stand behind the contract's fields", "doc of EmissionFactor",
    {"factor.scope": "scope_1", "factor.lower": 0.1, "factor.upper": 0.3, "factor.source": {"table": "Fuels", "row": "17"}},
)
TWO_UNITS = [factor(1, 0.2, "kg/kWh (Gross CV)"), factor(2, 0.22, "kg/kWh (Net CV)"), factor(3, 2.5, "kg/litres")]
answered("resolve-unit-whole", "resolve", data(ONE, TWO_UNITS), query(factorUnit="KG/kWh (net cv)"), "the factor's whole unit, in any case", "doc of ResolveQuery", {"factor.id": uid(2, 2)})
answered("resolve-unit-behind-slash", "resolve", data(ONE, TWO_UNITS), query(factorUnit="kWh (Gross CV)"), "what stands behind the slash", "doc of ResolveQuery", {"factor.id": uid(2, 1)})
answered("resolve-unit-other-name", "resolve", data(ONE, TWO_UNITS), query(factorUnit="Liter"), "another name of the same unit", "doc of ResolveQuery", {"factor.id": uid(2, 3)})
answered("resolve-unit-none", "resolve", data(ONE, TWO_UNITS), query(factorUnit="kWh"), "energy as such is neither gross nor net", "doc of ResolveQuery", {"factor": None})
answered("resolve-unit-before-region", "resolve", data(ONE, [factor(1, 0.2, region="Europe"), factor(2, 2.5, "kg/litres")]), query(region="Europe", factorUnit="litres"), "a factor in another unit is none, however near its region", "doc of ResolveQuery", {"factor.id": uid(2, 2), "tier": "global"})
TREE = [parent("VT", "NEWE"), parent("NEWE", "US"), parent("US", "World")]
answered("tree-own", "resolve", data(ONE, [factor(1, 1, region="VT"), factor(2, 2, region="NEWE")], None, None, TREE), query(region="VT"), "the region's own factor", D14, {"factor.id": uid(2, 1)})
answered("tree-one-up", "resolve", data(ONE, [factor(2, 2, region="NEWE"), factor(3, 3, region="US"), factor(4, 4)], None, None, TREE), query(region="vt"), "the region above it, before the worldwide one", D14, {"factor.id": uid(2, 2), "tier": "regional"})
answered("tree-three-up", "resolve", data(ONE, [factor(3, 3, region="World"), factor(4, 4)], None, None, TREE), query(region="VT"), "three steps up", D14, {"factor.id": uid(2, 3)})
answered("tree-specific-up", "resolve", data(ONE, [factor(1, 1, region="NEWE"), factor(2, 2, region="NEWE", technology="Peak"), factor(3, 3, region="US", technology="Peak")], None, None, TREE), query(region="VT", technology="Peak"), "region and technology one step up", D14, {"factor.id": uid(2, 2), "tier": "specific"})
answered("tree-regional-before-specific-above", "resolve", data(ONE, [factor(1, 1, region="VT"), factor(2, 2, region="NEWE", technology="Peak")], None, None, TREE), query(region="VT", technology="Peak"), "the region itself goes before one above it that has the technology", "doc of resolve", {"factor.id": uid(2, 1), "tier": "regional"})
answered("tree-not-down", "resolve", data(ONE, [factor(1, 1, region="VT")], None, None, TREE), query(region="NEWE"), "a part does not stand for the whole", D14, {"factor": None})
answered("tree-order", "resolve", data(ONE, [factor(2, 2, region="US")], None, None, TREE[::-1]), query(region="VT"), "the order of the steps does not matter", D14, {"factor.id": uid(2, 2)})
answered("tree-other-library", "resolve", data([*ONE, library(2, 2023)], [factor(2, 2, region="NEWE")], None, None, [parent("VT", "NEWE", 2)]), query(region="VT"), "another library's tree does not count", D14, {"factor": None})
answered("tree-unknown-region", "resolve", data(ONE, [factor(2, 2, region="US"), factor(3, 3)], None, None, TREE), query(region="ON"), "a region outside the tree: the worldwide factor", D14, {"tier": "global"})
FORKED = [parent("NY", "NYUP"), parent("NY", "NYCW"), parent("NYUP", "US"), parent("NYCW", "US")]
answered("tree-two-parents-agree", "resolve", data(ONE, [factor(2, 2, region="NYUP"), factor(1, 2, region="NYCW")], None, None, FORKED), query(region="NY"), "two parents that say the same: the smallest id", D14, {"factor.id": uid(2, 1)})
answered("tree-two-parents-one-has", "resolve", data(ONE, [factor(2, 2, region="NYCW"), factor(3, 3, region="US")], None, None, FORKED), query(region="NY"), "only one of two parents has a factor", D14, {"factor.id": uid(2, 2)})
answered("tree-two-ways", "resolve", data(ONE, [factor(3, 3, region="US")], None, None, [*FORKED, parent("NY", "US")]), query(region="NY"), "two ways lead to the region above: the shorter counts", D14, {"factor.id": uid(2, 3)})
refused("tree-two-parents-differ", "resolve", data(ONE, [factor(1, 1, region="NYUP"), factor(2, 2, region="NYCW")], None, None, FORKED), query(region="NY"), "ambiguous_factor", "query", "two parents that say different things: never a silent pick", f"{D14}; {D13}", names="one of the regions")
refused("tree-of-itself", "resolve", data(ONE, [], None, None, [parent("VT", "vt")]), query(), "out_of_range", "data.regionParents[0].parent", "a region that is its own parent", "doc of EmissionFactors::new")
refused("tree-circle", "resolve", data(ONE, [], None, None, [parent("X", "A"), parent("A", "B"), parent("B", "C"), parent("C", "A")]), query(), "out_of_range", "data.regionParents[1].parent", "three regions in a circle", "doc of EmissionFactors::new")
refused("tree-orphan", "resolve", data(ONE, [], None, None, [parent("VT", "NEWE", 7)]), query(), "unknown_reference", "data.regionParents[0].libraryId", "a tree of a library that is not there", "doc of EmissionFactors::new")
refused("tree-empty", "resolve", data(ONE, [], None, None, [parent("VT", "")]), query(), "empty", "data.regionParents[0].parent", "a parent without a name", "doc of EmissionFactors::new")
REVISED = data(
    [library(1, 2023, "egrid", created="2025-01-15T00:00:00.000Z"), library(2, 2023, "egrid", version="2023 rev 1", created="2025-03-15T00:00:00.000Z"), library(3, 2024, "egrid")],
    [factor(1, 740.81, "lb/MWh", lib=1), factor(2, 703.7, "lb/MWh", lib=2), factor(3, 700, "lb/MWh", lib=3)],
)
PIN = "doc of EmissionFactors::digest"
for name, number, year, match in [("exact", 1, 2023, "exact"), ("earlier", 1, 2024, "earlier"), ("later", 3, 2023, "pinned")]:
    answered(f"pin-{name}", "resolve", REVISED, query(year, "egrid", libraryDigest=digest_of(REVISED, number)), "pinned to a content: that library alone", PIN, {"library.id": uid(1, number), "libraryMatch": match, "usedFallback": match != "exact"})
answered("pin-without-factor", "resolve", REVISED, query(2023, "egrid", fuel="Coal", libraryDigest=digest_of(REVISED, 1)), "the pinned library lacks the factor: no other is looked into", PIN, {"factor": None})
refused("pin-unknown", "resolve", REVISED, query(2023, "egrid", libraryDigest="0" * 64), "digest_not_found", "query.libraryDigest", "no library has this content", PIN, names="2023 rev 1")
refused("pin-other-authority", "resolve", REVISED, query(2023, "defra", libraryDigest=digest_of(REVISED, 1)), "digest_not_found", "query.libraryDigest", "another authority's library is not taken", PIN, names="none is loaded")
refused("pin-short", "resolve", REVISED, query(2023, "egrid", libraryDigest="0" * 63), "unknown_value", "query.libraryDigest", "63 digits: a text of another form", PIN, [("invalid_string", ["libraryDigest"])])
refused("pin-upper", "resolve", REVISED, query(2023, "egrid", libraryDigest="A" * 64), "unknown_value", "query.libraryDigest", "upper case", PIN, [("invalid_string", ["libraryDigest"])])
refused("resolve-authority", "resolve", SAMPLE, query(authority="unknown"), "unknown_value", "query.authority", "an unknown authority", f"{SPEC}, test scenario 9", [("invalid_enum_value", ["authority"])])
refused("resolve-year", "resolve", SAMPLE, query(1800), "out_of_range", "query.reportingYear", "the year 1800", f"{SPEC}, test scenario 10", [("too_small", ["reportingYear"])])
refused("resolve-unit-empty", "resolve", SAMPLE, query(factorUnit=""), "empty", "query.factorUnit", "an empty unit: leave it out instead", "doc of ResolveQuery", [("too_small", ["factorUnit"])])
refused("resolve-nothing-asked", "resolve", SAMPLE, {}, "missing_field", "query.authority", "all five required parameters are told", RULES, [("invalid_type", [name]) for name in ("authority", "reportingYear", "fuelType", "gas", "category")])
refused("resolve-null", "resolve", SAMPLE, {**query(), "gas": None}, "missing_field", "query.gas", "null is as absent", RULES, [("invalid_type", ["gas"])])
refused(
    "resolve-every-issue", "resolve", SAMPLE, {"year": 1, "authority": "esa", "reportingYear": "soon", "fuelType": 1, "gas": "", "category": "\u0007x", "region": "x" * 501, "technology": [], "factorUnit": " ", "libraryDigest": "00"},
    "unknown_field", "query.year", "every parameter is wrong in another way", ONE_ISSUE,
    [("unrecognized_keys", ["year"]), ("invalid_enum_value", ["authority"]), ("invalid_type", ["reportingYear"]), ("invalid_type", ["fuelType"]), ("too_small", ["gas"]), ("invalid_string", ["category"]), ("too_big", ["region"]), ("invalid_type", ["technology"]), ("too_small", ["factorUnit"]), ("invalid_string", ["libraryDigest"])],
)

# Digest.
FULL = data(
    [
        library(1, 2024, valuesExcludeOxidation=True, gwpVersion="ar5", calorificBasis="net", biogenicCategories=[{"category": "Bioenergy", "biogenicCategory": "Outside of scopes"}, {"category": "Fuels", "biogenicCategory": "Outside of scopes"}], publication="P", licence="L"),
        library(2, 2023),
    ],
    [
        factor(2, "0.20", external="1.A", region="GB", technology="Boiler", scope="scope_1", lower="0.10", upper="0.300", source={"table": "T", "row": "9"}, oxidation="0.990"),
        factor(1, "1.0", biogenic=True, fuel="Bïogas – ünfiltered"), factor(9, 7, lib=2),
    ],
    [prop(1, "ncv", "10.50", "kWh/m³", source={"table": "T", "row": "1"}), prop(2, "density", 0.7, "kg/m3", lib=2)],
    [{**gwp(1, "ar5", "CH4", 28), "source": {"table": "8.7", "row": "CH4"}}],
    [parent("GB", "Europe"), parent("Europe", "World"), parent("A", "B", 2)],
)


def digested(name, given, note, number=1, **states):
    answered(f"digest-{name}", "digest", given, {"libraryId": uid(1, number)}, note, PIN, states)


def changed(**lists):
    return {**FULL, **lists}


digested("bare", data([library(1, 2024)]), "a library alone")
digested("full", FULL, "every field of every kind of line")
digested("other-library", FULL, "only what belongs to the library", 2)
digested("order", {name: rows[::-1] for name, rows in FULL.items()}, "the order of the data does not matter", digest=digest_of(FULL))
digested("default-not-hashed", changed(libraries=[{**FULL["libraries"][0], "isDefault": True}, FULL["libraries"][1]]), "which is the default is the host's to say", digest=digest_of(FULL))
digested("trailing-zeros", changed(factors=[{**FULL["factors"][0], "value": 0.2, "oxidationFactor": 0.99, "upper": 0.3}, *FULL["factors"][1:]]), "0.20 and 0.2 are one value", digest=digest_of(FULL))
digested("instant-offset", changed(libraries=[{**FULL["libraries"][0], "createdAt": "2024-06-01T02:00:00+02:00"}, FULL["libraries"][1]]), "an instant is hashed in UTC", digest=digest_of(FULL))
digested("gwp-not-hashed", changed(gwpValues=[]), "GWP values belong to no library", digest=digest_of(FULL))
for name, given in {
    "value": changed(factors=[{**FULL["factors"][0], "value": 0.21}, *FULL["factors"][1:]]),
    "source-row": changed(factors=[{**FULL["factors"][0], "source": {"table": "T", "row": "10"}}, *FULL["factors"][1:]]),
    "region-parent": changed(regionParents=FULL["regionParents"][1:]),
    "property": changed(fuelProperties=[{**FULL["fuelProperties"][0], "value": 10.6}, FULL["fuelProperties"][1]]),
    "oxidation-said": changed(libraries=[{**FULL["libraries"][0], "valuesExcludeOxidation": False}, FULL["libraries"][1]]),
    "created": changed(libraries=[{**FULL["libraries"][0], "createdAt": "2024-06-01T00:00:00.001Z"}, FULL["libraries"][1]]),
}.items():
    digested(f"changes-{name}", given, "another content has another digest")
refused("digest-unknown", "digest", FULL, {"libraryId": uid(1, 9)}, "unknown_reference", "query.libraryId", "a library that is not there", PIN)
refused("digest-no-library", "digest", FULL, {}, "missing_field", "query.libraryId", "no library", PIN)
refused("digest-no-uuid", "digest", FULL, {"libraryId": "DEFRA 2024"}, "invalid_uuid", "query.libraryId", "a name is no id", PIN)
refused("digest-unknown-field", "digest", FULL, {"libraryId": LIB, "algorithm": "md5"}, "unknown_field", "query.algorithm", "there is one algorithm", PIN)

# Data.
answered("data-sample", "data", SAMPLE, {}, "the contract's data come back, with every list", SPEC, {**SAMPLE, "regionParents": []})
answered("data-full", "data", FULL, {}, "all that can be said comes back", "doc of EmissionFactors::data")
answered("data-empty", "data", {}, {}, "nothing loaded: five empty lists", "doc of EmissionFactors::data", {"libraries": [], "factors": [], "fuelProperties": [], "gwpValues": [], "regionParents": []})
answered("data-null-lists", "data", {"libraries": None, "factors": [], "reference": False}, {}, "null is as absent", "doc of emission_factors_from_json", {"libraries": []})
answered("data-bounds-of-zero", "data", data(ONE, [factor(1, 0, lower=0, upper="0.0")]), {}, "a bound of zero is one", "doc of EmissionFactor", {"factors.0.lower": 0, "factors.0.upper": 0})
refused("data-query-field", "data", {}, {"libraryId": LIB}, "unknown_field", "query.libraryId", "all or nothing", "doc of EmissionFactors::data")
refused("data-query-text", "data", {}, "all", "wrong_type", "query", "a text is no query", ISSUE)
refused("data-lower-above", "data", data(ONE, [factor(1, 0.2, lower=0.3)]), {}, "out_of_range", "data.factors[0].lower", "a lower bound above the figure", "doc of EmissionFactors::new")
refused("data-upper-below", "data", data(ONE, [factor(1, 0.2, upper=0.1)]), {}, "out_of_range", "data.factors[0].upper", "an upper bound below the figure", "doc of EmissionFactors::new")
refused("data-scope", "data", data(ONE, [factor(1, 0.2, scope="scope 1")]), {}, "unknown_value", "data.factors[0].scope", "a scope that there is not", "doc of EmissionScope")
refused("data-source-row", "data", data(ONE, [factor(1, 0.2, source={"table": "T"})]), {}, "missing_field", "data.factors[0].source.row", "a table without its row", "doc of SourceRow")
refused("data-source-empty", "data", data(ONE, [factor(1, 0.2, source={"table": "", "row": "1"})]), {}, "empty", "data.factors[0].source.table", "a table without a name", "doc of EmissionFactors::new")
refused("data-calorific-basis", "data", data([library(1, 2024, calorificBasis="hhv")]), {}, "unknown_value", "data.libraries[0].calorificBasis", "gross or net", "doc of CalorificBasis")
refused("data-biogenic-category", "data", data([library(1, 2024, biogenicCategories=[{"category": "Fuels", "biogenicCategory": ""}])]), {}, "empty", "data.libraries[0].biogenicCategories[0].biogenicCategory", "a category without a name", "doc of EmissionFactors::new")
refused("data-property-twice", "data", data(ONE, [], [prop(1, "ncv", 1, "kWh/m3"), prop(1, "gcv", 1, "kWh/m3")]), {}, "duplicate", "data.fuelProperties[1].id", "one id names two properties", "doc of EmissionFactors::new")
refused("data-reference-text", "data", {"reference": "true"}, {}, "wrong_type", "data.reference", "a text is no boolean", "doc of emission_factors_from_json")

# The call itself.
cases.bad("call-unknown", "factors", {"data": {}, "call": "delete", "query": {}}, "unknown_op", "call", "the domain is read-only", SPEC, names="`resolve`")
cases.bad("call-case", "factors", {"data": {}, "call": "Resolve", "query": {}}, "unknown_op", "call", "names are matched by case", "doc of FactorCall::named")
cases.bad("call-missing", "factors", None, "missing_field", "call", "no call", ISSUE, text='{"data":{},"query":{}}')
cases.bad("call-number", "factors", None, "wrong_type", "call", "a number is no call", ISSUE, text='{"data":{},"call":1,"query":{}}')
cases.bad("query-missing", "factors", None, "missing_field", "query", "no query", ISSUE, text='{"data":{},"call":"libraries"}')
cases.bad("data-missing", "factors", None, "missing_field", "data", "no data", ISSUE, text='{"call":"libraries","query":{}}')

# Explain.
EXPLAIN = "doc of EmissionFactors::explain"


def explained(name, given, asked, note, source=EXPLAIN, libraries=None, tiers=None, candidates=None, **states):
    """Outcomes in the order of the answer; a tier as (tier, regions, matched)."""
    stated = dict(states)
    for at, outcome in enumerate(libraries or []):
        stated[f"libraries.{at}.outcome"] = outcome
    for at, (tier, regions, matched) in enumerate(tiers or []):
        stated |= {f"tiers.{at}.tier": tier, f"tiers.{at}.regions": regions, f"tiers.{at}.matched": matched}
    for at, outcome in enumerate(candidates or []):
        stated[f"candidates.{at}.outcome"] = outcome
    for part, given_list in (("libraries", libraries), ("tiers", tiers), ("candidates", candidates)):
        if given_list is not None:
            stated[f"{part}.#"] = len(given_list)
    answered(f"explain-{name}", "explain", given, asked, note, source, stated)


explained("sample", SAMPLE, query(region="Europe", technology="Catalyst"), "the contract's sample: three tiers tried", libraries=["chosen"], tiers=[("specific", ["Europe"], 0), ("regional", ["Europe"], 0), ("global", [], 1)], candidates=["chosen"], refused=None, libraryMatch="exact")
EDITIONS = data(
    [library(1, 2022, "egrid"), library(2, 2023, "egrid", version="rev 9", created="2025-01-15T00:00:00.000Z"), library(3, 2023, "egrid", version="rev 10", created="2025-01-15T00:00:00.000Z"), library(4, 2024, "egrid"), library(5, 2023, "epa")],
    [factor(1, 1, lib=3)],
)
explained("libraries", EDITIONS, query(2023, "egrid"), "the newest first: later, chosen, older revision, older edition; another authority's is not listed", libraries=["later", "chosen", "older_revision", "older_edition"], libraryMatch="exact", **{"libraries.1.version": "rev 10"})
explained("pinned", EDITIONS, query(2023, "egrid", libraryDigest=digest_of(EDITIONS, 2)), "pinned to the older revision", libraries=["not_pinned", "not_pinned", "chosen", "not_pinned"], tiers=[("global", [], 0)], candidates=[], **{"resolved.factor": None})
explained("pinned-later", EDITIONS, query(2022, "egrid", libraryDigest=digest_of(EDITIONS, 4)), "pinned to a later edition", libraries=["chosen", "not_pinned", "not_pinned", "not_pinned"], libraryMatch="pinned")
explained("pinned-to-nothing", EDITIONS, query(2023, "egrid", libraryDigest="0" * 64), "no library has the content: said in the answer", libraries=["not_pinned"] * 4, tiers=[], candidates=[], refused=("digest_not_found", "libraryDigest"), libraryMatch=None)
explained("default", data([library(1, 2023, default=True), library(2, 2024)], [factor(1, 1)]), query(2020), "the default is a later edition, and chosen all the same", libraries=["later", "chosen"], libraryMatch="default")
explained("all-later", data([library(1, 2023), library(2, 2024)], [factor(1, 1)]), query(2020), "no edition early enough and no default", libraries=["later", "later"], tiers=[], candidates=[], libraryMatch=None, refused=None)
explained("no-library", {}, query(), "nothing loaded", libraries=[], tiers=[], candidates=[], libraryMatch=None)
explained("no-candidate", data(ONE, [factor(1, 1, fuel="Coal")]), query(region="Europe"), "no factor for the fuel: the tiers were tried in vain", libraries=["chosen"], tiers=[("regional", ["Europe"], 0), ("global", [], 0)], candidates=[])
EVERY = [
    factor(1, 1, region="Europe", technology="Catalyst"), factor(2, 1, region="Europe", technology="Catalyst"), factor(3, 2, region="Europe"),
    factor(4, 3, region="Europe", technology="Lean Burn"), factor(5, 4), factor(6, 5, region="Asia"), factor(7, 6, "kg/litres", region="Europe", technology="Catalyst"),
]
explained("candidates-specific", data(ONE, EVERY[:6]), query(region="Europe", technology="Catalyst"), "chosen, agreeing, of a lower tier, of another technology, of another region", tiers=[("specific", ["Europe"], 2)], candidates=["chosen", "agrees", "lower_tier", "other_technology", "lower_tier", "other_region"])
explained("candidates-unit", data(ONE, [EVERY[6], EVERY[0], factor(8, 7, "kg/litres", region="Asia")]), query(region="Europe", technology="Catalyst", factorUnit="kWh"), "of another unit; of another region whatever its unit", candidates=["other_unit", "chosen", "other_region"], tiers=[("specific", ["Europe"], 1)])
explained("candidates-technology", data(ONE, [EVERY[2], EVERY[3], EVERY[4]]), query(region="Europe", technology="Turbine"), "a factor for any technology answers, one for another is no match", candidates=["chosen", "other_technology", "lower_tier"], tiers=[("specific", ["Europe"], 0), ("regional", ["Europe"], 1)])
explained("candidates-tied", data(ONE, [factor(1, 1, source={"table": "T", "row": "3"}), factor(2, 2), factor(3, 1)]), query(), "which factors tie, with their source rows", candidates=["tied", "tied", "tied"], tiers=[("global", [], 3)], refused=("ambiguous_factor", ""), **{"resolved.factor": None, "candidates.0.source.row": "3", "candidates.1.source": None})
explained("tiers-tree", data(ONE, [factor(1, 1, region="US", technology="Peak"), factor(2, 2)], None, None, TREE), query(region="vt", technology="Peak"), "each step up the tree is shown: the region as it was asked for, those above as the tree writes them", D14, tiers=[("specific", ["vt"], 0), ("regional", ["vt"], 0), ("specific", ["NEWE"], 0), ("regional", ["NEWE"], 0), ("specific", ["US"], 1)], candidates=["chosen", "lower_tier"])
explained("tiers-two-parents", data(ONE, [factor(1, 1, region="US"), factor(2, 2)], None, None, FORKED), query(region="NY"), "two parents in one step", D14, tiers=[("regional", ["NY"], 0), ("regional", ["NYUP", "NYCW"], 0), ("regional", ["US"], 1)], candidates=["chosen", "lower_tier"])
explained("tiers-in-vain", data(ONE, [factor(1, 1, region="CAMX")], None, None, TREE), query(region="VT"), "all the way up, and worldwide, in vain", D14, tiers=[("regional", ["VT"], 0), ("regional", ["NEWE"], 0), ("regional", ["US"], 0), ("regional", ["World"], 0), ("global", [], 0)], candidates=["other_region"])
explained("tiers-no-region", data(ONE, [factor(1, 1), factor(2, 2, technology="Peak")]), query(technology="Peak"), "no region asked for: worldwide alone", tiers=[("global", [], 2)], candidates=["other_technology", "chosen"])
explained("tied-agree", data(ONE, [factor(7, 1), factor(3, 1)]), query(), "equal values are no tie: the smallest id is chosen", candidates=["agrees", "chosen"])
refused("explain-authority", "explain", SAMPLE, query(authority="esa"), "unknown_value", "query.authority", "a query that is none is refused", EXPLAIN, [("invalid_enum_value", ["authority"])])
refused("explain-year", "explain", SAMPLE, query(2101), "out_of_range", "query.reportingYear", "after the last year", EXPLAIN, [("too_big", ["reportingYear"])])
refused("explain-two-issues", "explain", SAMPLE, {**query(gas=""), "reportingYear": None}, "missing_field", "query.reportingYear", "what is wrong is told at once", ONE_ISSUE, [("invalid_type", ["reportingYear"]), ("too_small", ["gas"])])
refused("explain-number", "explain", SAMPLE, 2024, "wrong_type", "query", "a year is no query", ISSUE)

# Many queries at once.
BATCH = "doc of EmissionFactors::resolve_batch"
TIED = data(ONE, [factor(1, 1), factor(2, 2), factor(3, 3, fuel="Coal")])
answered("batch-each", "resolve_batch", TIED, {"queries": [query(fuel="Coal"), query(fuel="Peat"), query(), query(1800), {"authority": "defra"}, 5]}, "each its own answer or error, in order; none found is an answer", BATCH, {"results.0.factor.id": uid(2, 3), "results.1.factor": None, "results.2.error": ("ambiguous_factor", "queries[2]"), "results.3.error": ("out_of_range", "queries[3].reportingYear"), "results.4.error": ("missing_field", "queries[4].reportingYear"), "results.5.error": ("wrong_type", "queries[5]")})
answered("batch-none", "resolve_batch", TIED, {"queries": []}, "no query, no answer", BATCH, {"results": []})
refused("batch-missing", "resolve_batch", TIED, {}, "missing_field", "query.queries", "the queries are needed", BATCH)
refused("batch-type", "resolve_batch", TIED, {"queries": query()}, "wrong_type", "query.queries", "one query is no list", BATCH)
refused("batch-field", "resolve_batch", TIED, {"queries": [], "year": 2024}, "unknown_field", "query.year", "a field that is none of the call's", BATCH)

# CO2e: from the activity's unit to the factor's.
CO2E = "doc of EmissionFactors::co2e"
CONVERSION = f"{D15}; {CO2E}"


def asked(amount, unit, report="ar5", **more):
    return {**query(**more), "activity": {"amount": amount, "unit": unit}, "gwpVersion": report}


def converts(name, unit, amount, given, note, source=CONVERSION, properties=None, library_says=None, fuel="Natural Gas", region=None, steps=None, **states):
    """By a factor of 1 kg a `unit`: what is emitted is the amount in the factor's unit. Steps as (from, to, basis)."""
    given_data = data([library(1, 2024, **(library_says or {}))], [factor(1, 1, f"kg/{unit}", fuel=fuel)], properties)
    for at, (before, after, basis) in enumerate(steps or []):
        states |= {f"conversions.{at}.from": before, f"conversions.{at}.to": after, f"conversions.{at}.basis": basis}
    if steps is not None:
        states["conversions.#"] = len(steps)
    more = {"region": region} if region else {}
    answered(f"co2e-{name}", "co2e", given_data, asked(amount, given, fuel=fuel, **more), note, source, states)


for dimension, unit, given, amount, answer in [
    ("mass", "tonne", "short tons", 10, "9.0718474"), ("mass", "lb", "kg", 1, None), ("volume", "litres", "oil barrels", 2, "317.974589856"),
    ("volume", "US gallon", "m3", 1, None), ("standard-volume", "scf", "Mcf", "1.5", "1500"), ("energy", "kWh", "MWh", 10, "10000"),
    ("energy", "mmBtu", "kWh", "1234.5", None), ("energy", "Btu", "TWh", 3, None), ("energy-gross", "kWh (Gross CV)", "GJ HHV", 36, "10000"),
    ("energy-net", "MJ (Net CV)", "kWh LHV", 10, "36"), ("distance", "km", "miles", 100, "160.9344"), ("distance", "vehicle-mile", "km", 1, None),
    ("passenger-distance", "passenger.km", "passenger-mile", 100, "160.9344"), ("tonne-distance", "tonne.km", "short ton-mile", 100, "145.997231821056"),
    ("room-nights", "Room per night", "room-nights", 3, "3"), ("working-hours", "FTE Working Hour", "per FTE working hour", 3, "3"),
]:
    slug = f"{dimension}-{given}-{unit}".lower().translate(str.maketrans({" ": "-", ".": "-", "(": None, ")": None}))
    states = {"co2eKg": answer} if answer else {}
    converts(f"by-size-{slug}", unit, amount, given, f"{given} into {unit}: by the sizes of the units, rounded at most once", **states)
converts("same-unit-other-name", "litres", 10, "Liter", "another name of the same unit needs no step", steps=[], co2eKg=10)
DIESEL = [prop(1, "density", "0.8406", "kg/litre", fuel="Diesel"), prop(2, "ncv", "42.9", "GJ/tonne", fuel="Diesel"), prop(3, "gcv", "45.6", "GJ/tonne", fuel="Diesel")]
converts("volume-mass", "tonne", 1000, "litres", "volume to mass by the library's own density", properties=DIESEL, fuel="Diesel", steps=[("litre", "kg", "density"), ("kg", "tonne", "unit")], co2eKg="0.8406")
converts("mass-volume", "litres", 1, "tonne", "and back: divided by it", properties=DIESEL, fuel="Diesel", steps=[("tonne", "kg", "unit"), ("kg", "litre", "density")])
converts("mass-net", "kWh (Net CV)", 1, "tonnes", "mass to net energy", properties=DIESEL, fuel="Diesel", steps=[("tonne", "GJ (Net CV)", "ncv"), ("GJ (Net CV)", "kWh (Net CV)", "unit")])
converts("volume-mass-net", "kWh (Net CV)", 1000, "litres", "volume to mass to net energy", properties=DIESEL, fuel="Diesel", steps=[("litre", "kg", "density"), ("kg", "tonne", "unit"), ("tonne", "GJ (Net CV)", "ncv"), ("GJ (Net CV)", "kWh (Net CV)", "unit")])
converts("gross-volume", "litres", 1000, "kWh (Gross CV)", "gross energy back to volume", properties=DIESEL, fuel="Diesel")
converts("gross-net", "MJ (Net CV)", 456, "MJ (Gross CV)", "gross into net, by the fuel's own two calorific values", properties=DIESEL, fuel="Diesel", steps=[("MJ (Gross CV)", "GJ (Gross CV)", "unit"), ("GJ (Gross CV)", "tonne", "gcv"), ("tonne", "GJ (Net CV)", "ncv"), ("GJ (Net CV)", "MJ (Net CV)", "unit")], co2eKg=429)
converts("net-gross", "GJ HHV", 429, "GJ (Net CV)", "net into gross", properties=DIESEL, fuel="Diesel", co2eKg=456)
BY_BOTH = [*DIESEL, prop(4, "ncv", "36", "MJ/litre", fuel="Diesel"), prop(5, "gcv", "38.4", "MJ/litre", fuel="Diesel")]
converts("fewest-properties", "MJ (Net CV)", 10, "litres", "a calorific value by volume leads there in one step", properties=BY_BOTH, fuel="Diesel", steps=[("litre", "MJ (Net CV)", "ncv")], co2eKg=360)
converts("mass-before-volume", "MJ (Net CV)", 456, "MJ (Gross CV)", "of two ways as short the one over mass", properties=BY_BOTH[::-1], fuel="Diesel", co2eKg=429)
converts("qualified-property", "MJ (Net CV)", 10, "m3", "a property that says net itself", properties=[prop(1, "ncv", "10", "kWh (Net CV)/m³")], steps=[("m³", "kWh (Net CV)", "ncv"), ("kWh (Net CV)", "MJ (Net CV)", "unit")], co2eKg=360)
converts("property-per", "kg", 10, "US gallon", "a density by `per`", properties=[prop(1, "density", "7", "lb per US gallon")], co2eKg="31.7514659")
converts("standard-volume-energy", "mmBtu HHV", 1000, "scf", "a gas at standard conditions by its heat content", properties=[prop(1, "gcv", "0.001026", "mmBtu/scf")], co2eKg="1.026")
converts("property-case-of-fuel", "kg", 10, "litres", "the fuel's name in any case", properties=[prop(1, "density", 2, "kg/litre", fuel="NATURAL  gas")], co2eKg=20)
REGIONS = [prop(1, "density", 2, "kg/litre"), prop(2, "density", 3, "kg/litre", region="GB"), prop(3, "density", 4, "kg/litre", region="US")]
converts("property-of-region", "kg", 10, "litres", "the region's own figure wins", properties=REGIONS, region="gb", co2eKg=30)
converts("property-of-everywhere", "kg", 10, "litres", "no figure of the region: the one for everywhere", properties=REGIONS, region="FR", co2eKg=20)
converts("property-no-region-asked", "kg", 10, "litres", "no region asked for: the figure for everywhere", properties=REGIONS[::-1], co2eKg=20)
converts("property-of-region-after-two", "kg", 10, "litres", "two figures for everywhere do not matter where the region has its own, whatever the order", properties=[prop(1, "density", 2, "kg/litre"), prop(2, "density", 5, "kg/litre"), REGIONS[1] | {"id": uid(3, 3)}], region="GB", co2eKg=30)
converts("property-twice-same", "kg", 10, "litres", "two figures that say the same", properties=[prop(2, "density", 2000, "kg/m3"), prop(1, "density", "2.0", "kg/litre")], co2eKg=20)
converts("property-of-no-kind", "kg", 10, "litres", "a property whose unit is none of its kind is passed over", properties=[prop(1, "density", 5, "litre/kg"), prop(2, "ncv", 5, "kg/litre"), prop(3, "gcv", 5, "kWh (Net CV)/litre"), prop(4, "density", 2, "kg/litre")], co2eKg=20)
converts("basis-gross", "kWh (Gross CV)", 10, "MWh", "the library says that energy as such is gross", library_says={"calorificBasis": "gross"}, steps=[("MWh", "MWh (Gross CV)", "calorific_basis"), ("MWh (Gross CV)", "kWh (Gross CV)", "unit")], co2eKg=10000, warnings=["library_calorific_basis", "global_average"])
converts("basis-net", "TJ (Net CV)", 10, "TJ", "or net; the sizes are equal", library_says={"calorificBasis": "net"}, steps=[("TJ", "TJ (Net CV)", "calorific_basis")], co2eKg=10)
converts("basis-backwards", "kWh", 10, "kWh (Net CV)", "a factor's energy as such is taken as net", library_says={"calorificBasis": "net"}, steps=[("kWh (Net CV)", "kWh", "calorific_basis")], co2eKg=10)
converts("basis-other", "GJ (Net CV)", 456, "GJ", "energy as such is gross; from there into net by the fuel's calorific values", library_says={"calorificBasis": "gross"}, properties=DIESEL, fuel="Diesel", co2eKg=429)
converts("basis-volume", "kWh", 1000, "litres", "volume to mass to net energy, which is energy as such", library_says={"calorificBasis": "net"}, properties=DIESEL, fuel="Diesel", warnings=["global_average"])
NEAREST = [factor(1, 1, "kg/kWh (Gross CV)"), factor(2, 2, "kg/MJ (Net CV)"), factor(3, 3, "kg/litres"), factor(4, 4, "kg/tonne"), factor(5, 5, "kg/bale")]
GAS = [prop(1, "density", 2, "kg/litre"), prop(2, "ncv", 10, "MJ/kg"), prop(3, "gcv", 11, "MJ/kg")]


def nearest(name, factors, given, note, **states):
    answered(f"co2e-nearest-{name}", "co2e", data(ONE, factors, GAS), asked(10, given), note, CONVERSION, states)


nearest("own", NEAREST, "litres", "of five units the activity's own", co2eKg=30)
nearest("unknown", NEAREST, "bale", "its own though it is not known", co2eKg=50)
nearest("dimension", NEAREST, "kWh (Net CV)", "then one of its dimension", co2eKg=72)
nearest("dimension-not-property", NEAREST, "lb", "the same dimension before any property", **{"resolved.factor.id": uid(2, 4)})
nearest("properties", [NEAREST[3], NEAREST[0]], "litres", "then the one that the fewest properties lead to", **{"resolved.factor.id": uid(2, 4)})
nearest("order", NEAREST[::-1], "kWh (Net CV)", "the order of the data does not matter", co2eKg=72)
nearest("agree", [factor(2, 2, "kg/MJ (Net CV)"), factor(1, 2, "kg/MJ (Net CV)")], "kWh (Net CV)", "two that say the same: the smallest id", **{"resolved.factor.id": uid(2, 1)})
nearest("unreachable", [factor(1, 1, "kg/km"), factor(2, 2, "kg/tonne")], "kg", "one that cannot be reached does not stand in the way", co2eKg="0.02")
for name, given, known, factors in [("tied", "litres", GAS, [NEAREST[0], NEAREST[1]]), ("tied-dimension", "kWh (Net CV)", GAS, [factor(1, 1, "kg/MJ (Net CV)"), factor(2, 3, "kg/GJ (Net CV)")])]:
    refused(f"co2e-{name}", "co2e", data(ONE, factors, known), asked(10, given), "ambiguous_factor", "query", "two factors as near that say different things", CONVERSION, names="factorUnit")
answered("co2e-nearest-before-basis", "co2e", data([library(1, 2024, calorificBasis="net")], [factor(1, 1, "kg/MJ (Net CV)"), factor(2, 2, "kg/kcal")]), asked(10, "kWh"), "energy as such before what the library takes it for", CONVERSION, {"resolved.factor.id": uid(2, 2), "warnings": ["library_calorific_basis", "global_average"]})
answered("co2e-basis-before-property", "co2e", data([library(1, 2024, calorificBasis="net")], [factor(1, 1, "kg/kg"), factor(2, 2, "kg/MJ (Net CV)")], GAS), asked(10, "kWh"), "what the library takes it for needs no property", CONVERSION, {"resolved.factor.id": uid(2, 2)})
answered("co2e-unit-named", "co2e", data(ONE, [NEAREST[0], NEAREST[1]], GAS), asked(10, "litres", factorUnit="kWh (Gross CV)"), "the query names the factor's unit: no tie is left", CO2E, {"resolved.factor.id": uid(2, 1)})
answered("co2e-parent-region", "co2e", data(ONE, [factor(1, 1, region="NEWE")], None, None, TREE), asked(10, "kWh", region="VT"), "the factor of the region above is said to be one", D14, {"warnings": ["parent_region"]})
answered("co2e-other-technology", "co2e", data(ONE, [factor(1, 1, region="Europe", technology="Lean Burn")]), asked(10, "kWh", region="Europe"), "a factor for a technology though none was asked for", "doc of Co2eWarning", {"warnings": ["other_technology"]})
answered("co2e-other-gwp", "co2e", data([library(1, 2024, gwpVersion="ar5")], [factor(1, 1, "kg CO2e/kWh", "CO2e", region="GB")]), asked(10, "kWh", "ar6", gas="CO2e", region="GB"), "made with AR5, asked for AR6", "doc of Co2eWarning", {"warnings": ["other_gwp_version"]})
answered("co2e-same-gwp", "co2e", data([library(1, 2024, gwpVersion="ar5")], [factor(1, 1, "kg CO2e/kWh", "CO2e", region="GB")]), asked(10, "kWh", "ar5", gas="CO2e", region="GB"), "made with the report asked for", "doc of Co2eWarning", {"warnings": []})
answered("co2e-gwp-multiplied", "co2e", data([library(1, 2024, gwpVersion="ar5")], [factor(1, "0.001", gas="CH4", region="GB")], None, GWPS), asked(10, "kWh", "ar6", gas="CH4", region="GB"), "a GWP that is multiplied is the one asked for", "doc of Co2eWarning", {"warnings": [], "gwp": "29.8"})
PINNED = data([library(1, 2024)], [factor(1, 1, region="GB")])
answered("co2e-pinned", "co2e", PINNED, asked(10, "kWh", region="GB", year=2020, libraryDigest=digest_of(PINNED)), "pinned to a later edition", PIN, {"warnings": ["pinned_library"]})
answered(
    "co2e-every-warning", "co2e",
    data([library(1, 2023, gwpVersion="ar4", calorificBasis="gross")], [factor(1, 1, "kg CO2e/kWh (Gross CV)", "CO2e", technology="Boiler")]),
    asked(10, "kWh", "ar6", gas="CO2e", region="GB"), "all that is to say, the gravest first", "doc of Co2eWarning",
    {"warnings": ["other_technology", "other_gwp_version", "library_calorific_basis", "earlier_library", "global_average"], "severity": "caution"},
)
FOSSIL = [gwp(1, "ar5", "CH4", 30), gwp(2, "ar5", "CH4 non-fossil", 28), gwp(3, "ar6", "CH4", 29.8), gwp(4, "ar6", "CH4 non-fossil", 27), gwp(5, "ar4", "CH4", 25)]
WOOD = data(ONE, [factor(1, "0.01", "kg/kg", "CH4", fuel="Wood", biogenic=True), factor(2, "0.01", "kg/kg", "CH4", fuel="Coal")], None, FOSSIL)
for report, fuel, answer in [("ar4", "Wood", 25), ("ar5", "Wood", 28), ("ar6", "Wood", 27), ("ar5", "Coal", 30), ("ar6", "Coal", 29.8)]:
    answered(f"co2e-ch4-{fuel.lower()}-{report}", "co2e", WOOD, asked(100, "kg", report, fuel=fuel, gas="CH4"), "biogenic CH4 is not fossil, where the report tells them apart", f"{D15}; {AR6}", {"co2eKg": answer, "gwp": answer})
answered("co2e-oxidation-after-conversion", "co2e", data([library(1, 2024, valuesExcludeOxidation=True)], [factor(1, 2, "lb/MWh", oxidation="0.99")]), asked(1000, "kWh"), "amount × conversion × factor × kg × oxidation factor", D15, {"activityAmount": 1, "emittedKg": "0.8981128926", "oxidationFactor": "0.99"})
for name, given, asked_for, answer, warned in [
    ("fossil-ar5", {}, ("ar5", {}), 28, []), ("fossil-ar5-by-origin", {}, ("ar5", {"methane": "by_origin"}), 30, []),
    ("fossil-ar5-by-report", {}, ("ar5", {"methane": "by_report"}), 28, []), ("fossil-ar6", {}, ("ar6", {}), "29.8", []),
    ("biogenic-ar6", {"biogenic": True}, ("ar6", {}), 27, []), ("bought-ar6", {"scope": "scope_2"}, ("ar6", {}), "27.9", ["methane_origin_unknown"]),
    ("bought-ar5", {"scope": "scope_2"}, ("ar5", {}), 28, []), ("bought-ar5-by-origin", {"scope": "scope_2"}, ("ar5", {"methane": "by_origin"}), 28, ["methane_origin_unknown"]),
    ("ar4-by-origin", {}, ("ar4", {"methane": "by_origin"}), 25, []),
]:
    values = [gwp(1, "ar4", "CH4", 25), gwp(2, "ar5", "CH4", 28), gwp(3, "ar5", "CH4 fossil", 30), gwp(4, "ar5", "CH4 non-fossil", 28), gwp(5, "ar6", "CH4", "27.9"), gwp(6, "ar6", "CH4 fossil", "29.8"), gwp(7, "ar6", "CH4 non-fossil", 27)]
    question = {**asked(1000, "kWh", asked_for[0], gas="CH4", region="GB"), **asked_for[1]}
    answered(f"co2e-methane-{name}", "co2e", data(ONE, [factor(1, "0.001", gas="CH4", region="GB", **given)], None, values), question, "methane by its origin", f"{D15}; {AR6}", {"co2eKg": answer, "gwp": answer, "warnings": warned})
answered("co2e-methane-general-alone", "co2e", data(ONE, [factor(1, "0.001", gas="CH4", region="GB")], None, [gwp(1, "ar6", "CH4", "27.9")]), asked(1000, "kWh", "ar6", gas="CH4", region="GB"), "the values at hand do not tell the origins apart: said", D15, {"gwp": "27.9", "warnings": ["methane_origin_unknown"]})
refused("co2e-methane-unknown", "co2e", data(ONE, [factor(1, 1)]), {**asked(1, "kWh"), "methane": "fossil"}, "unknown_value", "query.methane", "which GWP counts methane is one of two", D15)
D38 = "DECISIONS 38"
PART = data([library(1, 2024, publication="Conversion Factors 2024, version 1.1; excerpt: fuels")], [factor(1, 1, region="GB")])
refused("co2e-not-in-excerpt", "co2e", PART, asked(1, "kWh", fuel="Glass", category="Waste"), "not_in_excerpt", "query", "a name that an excerpt lacks may be in the publication", D38, names="excerpt of `DEFRA 2024`")
refused("co2e-in-excerpt", "co2e", PART, asked(1, "kWh", region="US"), "factor_not_found", "query", "the fuel is in the excerpt, for another region", D38, names="`GB`")
refused("emissions-not-in-excerpt", "emissions", PART, {**query(fuel="Glass"), "amount": 1, "unit": "kWh", "gwpVersion": "ar5", "gas": None}, "not_in_excerpt", "query", "the same for all gases", D38)
answered("resolve-not-in-excerpt", "resolve", PART, query(fuel="Glass"), "the contract's nulls: no factor is no error there", SPEC, {"factor": None})
answered("explain-not-in-excerpt", "explain", PART, query(fuel="Glass"), "the explanation says why", D38, {"resolved.factor": None, "refused": ("not_in_excerpt", "")})
D35, D36 = "DECISIONS 35", "DECISIONS 36"
LITRES = data(ONE, [factor(1, "2.5", "kg/litres", fuel="Diesel")])
for word in ("gallons", "gallon", "gal", "barrels", "bbl"):
    refused(f"co2e-two-meanings-{word}", "co2e", LITRES, asked(100, word, fuel="Diesel"), "unknown_unit", "query.activity.unit", "which of the two? It is asked", D35)
for slug, unit, word, given, answer in [
    ("gallons-of-epa", "gallon", "gallons", {}, 100), ("gallons-as-us", "US gallon", "gallons", {}, 100), ("gallons-as-imperial", "imperial gallon", "gal", {"authority": "defra"}, 100),
    ("tons-of-epa", "short ton", "tons", {}, 100), ("tons-as-long", "long ton", "tons", {"authority": "defra"}, 100), ("ton-miles-of-epa", "short ton-mile", "ton-mile", {}, 100),
    ("own-word", "gallon", "gallons", {"authority": "iea"}, 100), ("imperial-to-epa", "gallon", "imperial gallons", {}, "120.09499255048549296744092346"),
    ("litres-to-epa", "gallon", "litres", {}, None),
]:
    authority = given.get("authority", "epa")
    states = {"co2eKg": answer} if answer else {}
    answered(f"co2e-meaning-{slug}", "co2e", data([library(1, 2024, authority)], [factor(1, 1, f"kg/{unit}", fuel="Diesel")]), asked(100, word, fuel="Diesel", authority=authority), "the factor's own unit is one of the two, or the unit says which", D35, states)
refused("co2e-word-of-nobody", "co2e", data([library(1, 2024, "iea")], [factor(1, 1, "kg/gallon", fuel="Diesel")]), asked(100, "litres", fuel="Diesel", authority="iea"), "unit_mismatch", "query.activity.unit", "a factor per gallon that does not say which takes gallons alone", D35)
converts("therms-gross", "kWh (Gross CV)", 1, "therm", "gas is sold by gross calorific value", f"{D35}; UK Gas (Calculation of Thermal Energy) Regulations 1996", steps=[("therm", "therm (Gross CV)", "calorific_basis"), ("therm (Gross CV)", "kWh (Gross CV)", "unit")], warnings=["library_calorific_basis", "global_average"])
converts("therms-as-such", "mmBtu", 25, "therms", "ten therms are a mmBtu", D35, library_says={"calorificBasis": "gross"}, co2eKg="2.5")
refused("co2e-therms-net", "co2e", data([library(1, 2024, calorificBasis="net")], [factor(1, 1, "kg/TJ")]), asked(1, "therms"), "unit_mismatch", "query.activity.unit", "a library that counts net: a therm is gross, and nothing joins the two", D35)
WATER = [factor(1, "0.1913", "kg CO2e/cubic metres", "CO2e", fuel="Water"), factor(2, "191.30156", "kg CO2e/million litres", "CO2e", fuel="Water")]
answered("co2e-one-figure-rounded", "co2e", data(ONE, WATER), asked(1000, "litres", fuel="Water", gas="CO2e"), "one figure in two units: the one with more digits", f"{D36}; DEFRA 2025, Water supply", {"co2eKg": "0.19130156", "resolved.factor.id": uid(2, 2)})
answered("co2e-one-figure-asked", "co2e", data(ONE, WATER), asked(1, "cubic metres", fuel="Water", gas="CO2e"), "the unit that was asked first", D36, {"co2eKg": "0.1913"})
answered("resolve-one-figure", "resolve", data(ONE, WATER), query(fuel="Water", gas="CO2e"), "without a unit the one with more digits", D36, {"factor.id": uid(2, 2)})
answered("explain-one-figure", "explain", data(ONE, WATER), query(fuel="Water", gas="CO2e"), "the coarser one agrees", D36, {"candidates.0.outcome": "agrees", "candidates.1.outcome": "chosen"})
for slug, second in [
    ("apart", {**WATER[1], "value": "191.36"}), ("technology", {**WATER[1], "technology": "Pumped"}), ("dimension", {**WATER[1], "unit": "kg CO2e/tonnes", "value": "0.1913"}),
    ("same-unit", {**WATER[1], "unit": "kg CO2e/m3", "value": "0.19130156"}), ("zero", {**WATER[1], "value": "0"}),
]:
    call, question = ("resolve", query(fuel="Water", gas="CO2e"))
    if slug == "technology":
        given = [{**WATER[0], "technology": "Gravity"}, second]
    else:
        given = [WATER[0], second]
    refused(f"resolve-two-figures-{slug}", call, data(ONE, given), question, "ambiguous_factor", "query", "not one figure rounded twice: two values", D36)
THIRD = "0.3333333333333333333333333333"
answered("co2e-rounded-products", "co2e", data(ONE, [factor(1, THIRD, "lb/kWh", "CH4")], None, [gwp(1, "ar6", "CH4", "29.8")]), asked("7.77777777777777", "kWh", "ar6", gas="CH4"), "each product is rounded where it no longer fits", CO2E)
answered("co2e-rounded-small", "co2e", data(ONE, [factor(1, "0.0000000000000000000000000005")]), asked("0.5", "kWh"), "half of the last place, to the even one", CO2E, {"co2eKg": "0.0000000000000000000000000002"})
answered("co2e-rounded-quotient", "co2e", data(ONE, [factor(1, 3, "kg/mile")]), asked(1, "km"), "the quotient is rounded once, then multiplied", CO2E, {"activityAmount": "0.6213711922373339696174341844", "co2eKg": "1.8641135767120019088523025532"})

refused("co2e-unknown-unit", "co2e", data(ONE, [factor(1, 1)]), asked(10, "smoots"), "unknown_unit", "query.activity.unit", "no unit of this name", CO2E)
refused("co2e-ton", "co2e", data(ONE, [factor(1, 1, "kg/tonne")]), asked(10, "tons"), "unknown_unit", "query.activity.unit", "tons may be three things", "DECISIONS 35", names="short ton")
refused("co2e-factor-unit-unknown", "co2e", data(ONE, [factor(1, 1, "kg/bale")]), asked(10, "kg"), "unit_mismatch", "query.activity.unit", "a factor per a unit that is not known takes that unit alone", CO2E)
for name, given, unit, known, note in [
    ("no-density", "litres", "tonne", [], "volume into mass without a density"),
    ("no-ncv", "litres", "kWh (Net CV)", [prop(1, "density", 2, "kg/litre")], "a density, but no calorific value"),
    ("no-ratio", "kWh (Gross CV)", "kWh (Net CV)", [prop(1, "ncv", 2, "kWh/litre")], "net, but no gross calorific value"),
    ("no-basis", "kWh", "kWh (Net CV)", GAS, "the library does not say what energy as such means"),
    ("other-fuel", "litres", "tonne", [prop(1, "density", 2, "kg/litre", fuel="Diesel")], "another fuel's density is not taken"),
    ("other-region", "litres", "tonne", [prop(1, "density", 2, "kg/litre", region="US")], "another region's density is not taken"),
    ("distance", "km", "passenger.km", GAS, "a way is not its passengers'"),
    ("standard-volume", "m3", "scf", GAS, "a gas at other conditions: not guessed"),
]:
    refused(f"co2e-mismatch-{name}", "co2e", data(ONE, [factor(1, 1, f"kg/{unit}")], known), asked(10, given), "unit_mismatch", "query.activity.unit", note, D15)
refused("co2e-two-densities", "co2e", data(ONE, [factor(1, 1, "kg/tonne")], [prop(1, "density", 2, "kg/litre"), prop(2, "density", "2.1", "kg/litre")]), asked(10, "litres"), "ambiguous_factor", "query.activity.unit", "two densities of one fuel: never a silent pick", D13, names="`2.1` kg/litre")
refused("co2e-two-densities-of-region", "co2e", data(ONE, [factor(1, 1, "kg/tonne")], [prop(1, "density", 2, "kg/litre", region="GB"), prop(2, "density", "2.1", "kg/litre", region="gb"), prop(3, "density", 3, "kg/litre")]), asked(10, "litres", region="GB"), "ambiguous_factor", "query.activity.unit", "two densities of the region", D13)
refused("co2e-conversion-too-large", "co2e", data(ONE, [factor(1, 1, "kg/mg")]), asked("79228162514264337593543", "t"), "out_of_range", "query", "the converted amount does not fit", CO2E)
refused("co2e-no-factor", "co2e", SAMPLE, asked(10, "kWh", fuel="Unobtainium"), "factor_not_found", "query", "a missing factor is an error, never zero", D15, names="Unobtainium")
refused("co2e-no-library", "co2e", data([library(1, 2024)], [factor(1, 1)]), asked(10, "kWh", year=2020), "factor_not_found", "query", "no edition early enough", D12, names="covers the year")
refused("co2e-other-category", "co2e", SAMPLE, asked(10, "kWh", category="1.A.2"), "factor_not_found", "query", "the fuel in another category: the sentence names those that there are", D13, names="`1.A.1`")
refused("co2e-factor-unit-none", "co2e", data(ONE, TWO_UNITS), asked(10, "kWh (Net CV)", factorUnit="TJ"), "factor_not_found", "query", "no factor in the unit that the query names", CO2E, names="factorUnit")
refused("co2e-year-and-gas", "co2e", SAMPLE, {**asked(10, "kWh", gas=""), "reportingYear": 1}, "out_of_range", "query.reportingYear", "what is wrong with the query is told at once", ONE_ISSUE, [("too_small", ["reportingYear"]), ("too_small", ["gas"])])

# Emissions of an activity: all gases.
EMISSIONS = "doc of EmissionFactors::emissions"
REPORT = "GHG Protocol Scope 2 Guidance, chapter 6"


def row(amount, unit="kWh", report="ar5", year=2024, authority="defra", fuel="Natural Gas", category="1.A.1", **more):
    answer = {"authority": authority, "reportingYear": year, "category": category, "fuelType": fuel, **more, "amount": amount, "unit": unit}
    return answer if report is None else {**answer, "gwpVersion": report}


def emits(name, given, asked, note, source=EMISSIONS, **states):
    answered(f"emissions-{name}", "emissions", given, asked, note, source, states)


def of_gases(*triples):
    """What the answer holds for gases: (gas, role, co2eKg)."""
    found = {"gases.#": len(triples)}
    for at, (gas, role, kg) in enumerate(triples):
        found |= {f"gases.{at}.gas": gas, f"gases.{at}.role": role, f"gases.{at}.co2eKg": kg}
    return found


CO2, CH4, N2O = factor(1, 2, region="GB"), factor(2, "0.01", gas="CH4", region="GB"), factor(3, "0.001", gas="N2O", region="GB")
TOTAL = factor(4, "2.6", "kg CO2e/kWh", "CO2e", region="GB")
PARTS = [factor(5, 2, "kg CO2e of CO2 per unit/kWh", "CO2", region="GB"), factor(6, "0.3", "kg CO2e of CH4 per unit/kWh", "CH4", region="GB"), factor(7, "0.3", "kg CO2e of N2O per unit/kWh", "N2O", region="GB")]
GASES = data(ONE, [CO2, CH4, N2O], None, GWPS)
emits("sum-of-gases", GASES, row(10, region="GB"), "no factor for all gases: each counts with its GWP", co2eKg="25.45", biogenicCo2Kg=0, marketBasedCo2eKg=None, scope=None, warnings=[], **of_gases(("CO2", "counted", 20), ("CH4", "counted", 2.8), ("N2O", "counted", 2.65)))
emits("sum-ar4", GASES, row(10, report="ar4", region="GB"), "by AR4", AR6, co2eKg="25.48")
emits("sum-ar6", GASES, row(10, report="ar6", region="GB"), "by AR6, its methane of fossil origin", AR6, co2eKg="25.71")
emits("one-gas", GASES, row(10, region="GB", gas="ch4"), "one gas alone, where it is asked for", co2eKg="2.8", **of_gases(("CH4", "counted", 2.8)))
emits("gas-null", GASES, row(10, region="GB", gas=None), "null asks for all", co2eKg="25.45")
emits("total-with-parts", data(ONE, [*PARTS, TOTAL]), row(10, region="GB"), "the factor of all gases counts, its parts are shown beside it", co2eKg=26, **of_gases(("CO2e", "counted", 26), ("CO2", "part_of_total", 20), ("CH4", "part_of_total", 3), ("N2O", "part_of_total", 3)))
emits("total-parts-rounded", data(ONE, [TOTAL, PARTS[0], {**PARTS[1], "value": "0.5"}]), row(10, region="GB"), "published parts need not add up to the published total", co2eKg=26)
emits("total-without-a-part", data(ONE, [TOTAL, PARTS[0], {**PARTS[1], "region": "US"}]), row(10, region="GB"), "a part that is stated elsewhere is in the total all the same: no warning", warnings=[], **of_gases(("CO2e", "counted", 26), ("CO2", "part_of_total", 20)))
emits("total-part-without-gwp", data(ONE, [TOTAL, factor(2, "0.01", gas="CH4", region="GB")], None, []), row(10, region="GB"), "a part whose GWP is missing does not stand in the way", co2eKg=26, **of_gases(("CO2e", "counted", 26)))
emits("gas-not-stated", data(ONE, [CO2, {**CH4, "region": "US"}, factor(8, 1, gas="SF6")], None, [*GWPS, gwp(9, "ar5", "SF6", 23500)]), row(10, region="GB"), "the library has a gas for the fuel, but not for the region: said, and SF6 worldwide counts", warnings=["gas_not_stated", "global_average"], **{"method.gasesNotStated": ["CH4"], "gases.#": 2})
D34 = "DECISIONS 34"
CARS = [
    factor(1, "0.0051", "g CH4/vehicle-mile", "CH4", fuel="Gasoline", category="Mobile combustion, on-road", technology="Passenger Cars / 2020", region="US"),
    factor(2, "0.0014", "g N2O/vehicle-mile", "N2O", fuel="Gasoline", category="Mobile combustion, on-road", technology="Passenger Cars / 2020", region="US"),
]
MOTOR = [
    factor(3, "8.78", "kg CO2/US gallon", "CO2", fuel="Motor Gasoline", category="Mobile combustion", region="US"),
    factor(4, "70.22", "kg CO2/mmBtu", "CO2", fuel="Motor Gasoline", category="Stationary combustion", region="US"),
    factor(5, "10.21", "kg CO2/US gallon", "CO2", fuel="Diesel Fuel", category="Mobile combustion", region="US"),
]
ON_ROAD = {"fuel": "Gasoline", "category": "Mobile combustion, on-road", "technology": "Passenger Cars / 2020", "region": "US"}
emits("co2-not-stated", data(ONE, [*CARS, *MOTOR], None, GWPS), row(10000, "miles", **ON_ROAD), "CH4 and N2O of a car, without its CO2: said, with where it stands", f"{D34}; EPA Emission Factors Hub 2025, tables 2 and 3", co2eKg="5.138", warnings=["co2_not_stated"], severity="incomplete", **{"method.gasesStated": ["CH4", "N2O"], "method.co2StatedIn": [{"category": "Mobile combustion", "fuelType": "Motor Gasoline"}]})
emits("co2-not-stated-anywhere", data(ONE, CARS, None, GWPS), row(1, "miles", **ON_ROAD), "burning gives CH4 and N2O beside CO2: missing, wherever it is", D34, warnings=["co2_not_stated"], **{"method.co2StatedIn": []})
emits("co2-of-first-word", data(ONE, [{**one, "fuelType": "Gasoline Off-Road Trucks"} for one in CARS] + MOTOR, None, GWPS), row(1, "miles", **{**ON_ROAD, "fuel": "Gasoline Off-Road Trucks"}), "no name has all words: those with the first one", D34, **{"method.co2StatedIn": [{"category": "Mobile combustion", "fuelType": "Motor Gasoline"}]})
emits("co2-in-another-unit", data(ONE, [{**CO2, "unit": "kg/litres"}, {**CH4, "fuelType": "Natural Gas"}], None, GWPS), row(10, region="GB", gas="CH4"), "one gas asked for: nothing is missing", D34, warnings=[])
emits("co2-of-other-technology", data(ONE, [{**CO2, "technology": "Boiler"}, CH4, N2O], None, GWPS), row(10, region="GB", technology="Turbine"), "the CO2 of another technology is none of this one", f"{D34}; {D13}", warnings=["co2_not_stated", "gas_not_stated", "technology_ignored"], co2eKg="5.45", **{"method.gasesNotStated": ["CO2"]})
emits("ch4-alone", data(ONE, [factor(1, "0.5", gas="CH4", fuel="Landfill", region="GB", unit="kg/tonne")], None, GWPS), row(10, "tonne", fuel="Landfill", region="GB"), "one of the two alone, and no CO2 of it elsewhere: nothing says that any is missing", D34, warnings=[])
emits("technology-ignored", data(ONE, [TOTAL]), row(10, region="GB", technology="Turbine"), "the technology that was asked for is not there: said", D13, warnings=["technology_ignored"], severity="caution")
emits("methane-by-origin", GASES, row(10, region="GB", methane="by_origin"), "methane of fossil origin by AR5", D15, co2eKg="25.65")
emits("order-of-gases", data(ONE, [N2O, CH4, CO2, {**CH4, "id": uid(2, 9), "region": "US", "gas": "ch4"}], None, GWPS), row(10, region="GB"), "gases in the order in which the data first have them", **of_gases(("N2O", "counted", 2.65), ("CH4", "counted", 2.8), ("CO2", "counted", 20)))
WOODY = [factor(1, "1.5", fuel="Wood", biogenic=True, scope="outside_of_scopes"), factor(2, "0.01", gas="CH4", fuel="Wood", biogenic=True, scope="scope_1"), factor(3, "0.001", gas="N2O", fuel="Wood", biogenic=True, scope="scope_1")]
emits("biogenic", data(ONE, WOODY, None, [*GWPS, gwp(9, "ar6", "CH4 non-fossil", 27), gwp(10, "ar5", "CH4 non-fossil", 28)]), row(10, fuel="Wood"), "biogenic CO2 apart; the scope is that of the factors that count", co2eKg="5.45", biogenicCo2Kg=15, scope="scope_1", **of_gases(("CO2", "biogenic", 15), ("CH4", "counted", 2.8), ("N2O", "counted", 2.65)))
emits("biogenic-alone", data(ONE, WOODY[:1]), row(10, fuel="Wood", gas="CO2"), "biogenic CO2 alone: nothing counts", co2eKg=0, biogenicCo2Kg=15, scope="outside_of_scopes")
emits("biogenic-beside-total", data(ONE, [factor(1, "0.2", "kg CO2e/kWh", "CO2e", fuel="Wood"), factor(2, "1.5", fuel="Wood", biogenic=True)]), row(10, fuel="Wood"), "biogenic CO2 beside a total is no part of it", co2eKg=2, biogenicCo2Kg=15, **of_gases(("CO2e", "counted", 2), ("CO2", "biogenic", 15)))
APART = [library(1, 2024, biogenicCategories=[{"category": "Bioenergy", "biogenicCategory": "Outside of scopes"}])]
BIO = [
    factor(1, "0.01", "kg CO2e/litres", "CO2e", fuel="Biodiesel", category="Bioenergy", scope="scope_1", region="UK"),
    factor(2, "2.4", "kg CO2/litres", "CO2", fuel="Biodiesel", category="Outside of scopes", scope="outside_of_scopes", biogenic=True, region="UK"),
]
emits("biogenic-category", data(APART, BIO), row(1000, "litres", fuel="Biodiesel", category="bioenergy", region="UK"), "the CO2 of biofuels stands in another category of the library", "doc of BiogenicCategory", co2eKg=10, biogenicCo2Kg=2400, scope="scope_1", warnings=[], **of_gases(("CO2e", "counted", 10), ("CO2", "biogenic", 2400)))
emits("biogenic-category-one-gas", data(APART, BIO), row(1000, "litres", fuel="Biodiesel", category="Bioenergy", gas="CO2e", region="UK"), "one gas asked for: no other category is looked into", biogenicCo2Kg=0)
emits("biogenic-category-none", data(APART, BIO[:1]), row(1000, "litres", fuel="Biodiesel", category="Bioenergy", region="UK"), "the fuel has none there", biogenicCo2Kg=0, warnings=[])
emits("biogenic-category-other-region", data(APART, [BIO[0], {**BIO[1], "region": "US"}]), row(1000, "litres", fuel="Biodiesel", category="Bioenergy", region="UK"), "stated for another region alone: not stated is not zero", "doc of Co2eWarning", co2eKg=10, biogenicCo2Kg=None, warnings=["biogenic_not_stated"])
emits("biogenic-category-converted", data(APART, [BIO[0], {**BIO[1], "unit": "kg CO2/m3", "value": 2400}]), row(1000, "litres", fuel="Biodiesel", category="Bioenergy", region="UK"), "its unit is another of the same dimension", biogenicCo2Kg=2400)
emits("biogenic-category-other-unit", data(APART, [BIO[0], {**BIO[1], "unit": "kg CO2/tonne"}]), row(1000, "litres", fuel="Biodiesel", category="Bioenergy", region="UK"), "its unit cannot be reached: not stated is not zero", "doc of Co2eWarning", co2eKg=10, biogenicCo2Kg=None, warnings=["biogenic_not_stated"])
emits("biogenic-category-two", data(APART, [BIO[0], BIO[1], {**BIO[1], "id": uid(2, 3), "value": "2.5"}]), row(1000, "litres", fuel="Biodiesel", category="Bioenergy", region="UK"), "two figures for it: none is picked", biogenicCo2Kg=None, warnings=["biogenic_not_stated"])
emits("biogenic-category-unknown-unit", data(APART, [{**BIO[0], "unit": "kg CO2e/bale"}, BIO[1]]), row(1000, "bale", fuel="Biodiesel", category="Bioenergy", region="UK"), "a unit that is not known reaches the counted factor, and not the other", "doc of Emissions", co2eKg=10, biogenicCo2Kg=None, warnings=["biogenic_not_stated"])
emits("biogenic-category-unit-asked", data(APART, BIO), row(1, "m3", fuel="Biodiesel", category="Bioenergy", factorUnit="kg CO2e/litres", region="UK"), "the unit asked for is that of the counted factor", co2eKg=10, biogenicCo2Kg=2400)
emits("uncertainty", data(ONE, [factor(1, 2, lower="1.9", upper="2.2", region="GB"), {**CH4, "lower": "0.001", "upper": "0.1"}], None, GWPS), row(10, region="GB"), "the ends of the 95 % confidence interval, gas by gas", **{"gases.0.lowerCo2eKg": 19, "gases.0.upperCo2eKg": 22, "gases.1.lowerCo2eKg": "0.28", "gases.1.upperCo2eKg": 28})
emits("uncertainty-one-end", data(ONE, [factor(1, 2, upper="2.2", region="GB")]), row("1000", "Wh", region="GB"), "one end alone, of a converted amount", **{"gases.0.upperCo2eKg": "2.2"})
SCOPED = data(ONE, [factor(1, 2, scope="scope_3", region="GB")])
emits("scope-of-library", SCOPED, row(10, region="GB"), "the scope under which the library states the factor", scope="scope_3", marketBasedCo2eKg=None)
emits("scope-of-row", SCOPED, row(10, region="GB", scope="scope_1"), "the row's own scope wins", scope="scope_1")
emits("converted", data([library(1, 2024, calorificBasis="gross")], [factor(1, 2, "kg/kWh (Gross CV)", region="GB"), factor(2, "0.01", "kg/MWh (Gross CV)", "CH4", region="GB")], None, GWPS), row(10, "MWh", region="GB"), "each gas by its own unit", co2eKg="20002.8", warnings=["library_calorific_basis"])
emits("warnings-of-all", data([library(1, 2023, gwpVersion="ar4", calorificBasis="net")], [TOTAL | {"unit": "kg CO2e/kWh (Net CV)", "region": "NEWE", "technology": "Boiler"}], None, None, TREE), row(10, region="VT"), "what is to say of the factor", "doc of Co2eWarning", warnings=["other_technology", "other_gwp_version", "library_calorific_basis", "earlier_library", "parent_region"])
emits("warnings-once", data(ONE, [factor(1, 2), factor(2, "0.01", gas="CH4")], None, GWPS), row(10, region="GB"), "two worldwide factors, one warning", warnings=["global_average"])
emits("default-library", data([library(1, 2024, default=True)], [CO2]), row(10, year=2020, region="GB"), "the default is a later edition", D12, warnings=["default_library"], **{"method.libraryMatch": "default"})
emits("pinned", data([library(1, 2024)], [CO2]), row(10, year=2020, region="GB", libraryDigest=digest_of(data([library(1, 2024)], [CO2]))), "pinned to a later edition", PIN, warnings=["pinned_library"], **{"method.libraryDigest": digest_of(data([library(1, 2024)], [CO2]))})
emits("negative", GASES, row(-10, region="GB"), "a correction", "doc of ActivityRow", co2eKg="-25.45")
emits("zero", GASES, row(0, region="GB"), "nothing used", D15, co2eKg=0)
emits("oxidation", data([library(1, 2024, valuesExcludeOxidation=True)], [factor(1, 2, oxidation="0.99", region="GB")]), row(10, region="GB"), "the library's values leave oxidation out", D15, co2eKg="19.8", **{"method.factors.0.oxidationFactor": "0.99"})
emits("gwp-source", data(ONE, [CH4], None, [{**gwp(1, "ar5", "CH4", 28), "source": {"table": "8.7", "row": "CH4"}}]), row(10, region="GB"), "where the GWP stands is in the trace", EMISSIONS, **{"method.factors.0.gwp": {"value": 28, "gas": "CH4", "source": {"table": "8.7", "row": "CH4"}}})
LONG = [factor(1, "4.0000000000000000000000000005", gas="CO2"), factor(2, 4, "kg CO2e of CH4/kWh", "CH4"), factor(3, "0.0000000000000000000000000001", "kg CO2e of N2O/kWh", "N2O")]
emits("sum-rounded-once", data(ONE, LONG), row(1), "three gases are added exactly and rounded once: not 8", EMISSIONS, co2eKg="8.000000000000000000000000001")
emits("id-is-not-echoed", GASES, {"id": "row 7", **row(10, region="GB")}, "an id is for inventories", EMISSIONS, co2eKg="25.45")

# Bought energy, by location and by market.
POWER = {"fuel": "Electricity", "category": "UK electricity"}
GRID = factor(1, "0.2", "kg CO2e/kWh", "CO2e", fuel="Electricity", category="UK electricity", region="GB", scope="scope_2")
MIX = factor(2, "0.4", "kg CO2e/kWh", "CO2e", fuel="Electricity", category="UK electricity", region="GB", technology="residual mix", scope="scope_2")
BOUGHT, MIXED = data(ONE, [GRID]), data(ONE, [GRID, MIX])


def bought(amount, *instruments, unit="kWh", **more):
    return row(amount, unit, region="GB", **POWER, **more, **({"instruments": list(instruments)} if instruments else {}))


def contract(value, amount=None, unit="kg CO2e/kWh", name="PPA"):
    return {"name": name, "value": value, "unit": unit, **({} if amount is None else {"amount": amount})}


emits("market-none", BOUGHT, bought(1000), "no contract and no residual mix: by location, and said", REPORT, co2eKg=200, marketBasedCo2eKg=200, scope="scope_2", warnings=["no_residual_mix"], **{"method.warnings": []})
emits("market-residual", MIXED, bought(1000), "no contract: the residual mix", REPORT, co2eKg=200, marketBasedCo2eKg=400, warnings=[], **{"method.residualMix.#": 1})
emits("market-full", BOUGHT, bought(1000, contract(0)), "one contract covers all: no residual mix is needed", REPORT, co2eKg=200, marketBasedCo2eKg=0, warnings=[])
emits("market-full-by-amount", BOUGHT, bought(1000, contract("0.05", 600), contract(0, "400")), "two contracts cover all", REPORT, marketBasedCo2eKg=30, warnings=[])
emits("market-partial", MIXED, bought(1000, contract("0.05", 600)), "the rest by the residual mix", REPORT, marketBasedCo2eKg=190, warnings=[])
emits("market-partial-no-mix", BOUGHT, bought(1000, contract("0.05", 600)), "the rest by location, and said", REPORT, marketBasedCo2eKg=110, warnings=["no_residual_mix"])
emits("market-rest", MIXED, bought(1000, contract("0.05", 600), contract("0.1", name="Supplier")), "a contract without an amount covers what is left", REPORT, marketBasedCo2eKg=70)
emits("market-other-unit", BOUGHT, bought(1000, contract(100, 500, "g CO2e/kWh"), contract("0.1", 500, "t CO2e/MWh")), "contracts in grams and per MWh", REPORT, marketBasedCo2eKg=100)
emits("market-row-unit", BOUGHT, bought(1, contract("0.1", "0.5"), unit="MWh"), "a contract's amount is in the row's unit", REPORT, co2eKg=200, marketBasedCo2eKg=150)
emits("market-rounded", BOUGHT, bought(1, contract("0.7", None, "lb/mmBtu")), "a contract per mmBtu: rounded once, then multiplied", REPORT)
emits("market-no-label", BOUGHT, bought(1000, contract("0.1", None, "kg/kWh")), "a mass without a label is taken as CO2e", REPORT, marketBasedCo2eKg=100)
emits("market-negative", MIXED, bought(-1000, contract("0.05", -600)), "a correction with its contract", REPORT, co2eKg=-200, marketBasedCo2eKg=-190)
emits("market-zero", BOUGHT, bought(0, contract("0.05")), "nothing bought, all of it covered", REPORT, marketBasedCo2eKg=0, warnings=[])
emits("market-scope-of-row", data(ONE, [{key: value for key, value in GRID.items() if key != "scope"}]), bought(1000, scope="scope_2"), "the row says that it is bought energy", REPORT, scope="scope_2", marketBasedCo2eKg=200)
emits("market-residual-gases", data(ONE, [
    factor(1, "0.3", fuel="Electricity", category="UK electricity", region="GB", scope="scope_2"), factor(2, "0.001", gas="CH4", fuel="Electricity", category="UK electricity", region="GB", scope="scope_2"),
    factor(3, "0.5", fuel="Electricity", category="UK electricity", region="GB", technology="Residual mix"), factor(4, "0.002", gas="CH4", fuel="Electricity", category="UK electricity", region="GB", technology="Residual mix"),
], None, GWPS), bought(100), "a residual mix of several gases", REPORT, co2eKg="32.8", marketBasedCo2eKg="55.6", **{"method.residualMix.#": 2})
emits("market-residual-total-first", data(ONE, [{**GRID, "gas": "N2O", "unit": "kg CO2e of N2O/tonne", "technology": "Residual mix", "id": uid(2, 3)}, GRID, MIX]), bought(1000), "beside a residual mix of all gases its parts are not looked at, whatever the order", REPORT, marketBasedCo2eKg=400)
emits("market-residual-other-region", data(ONE, [GRID, {**MIX, "region": "FR"}]), bought(1000), "another region's residual mix is none", REPORT, marketBasedCo2eKg=200, warnings=["no_residual_mix"])
emits("market-two-technologies", data(ONE, [{**GRID, "technology": "Day"}, {**GRID, "id": uid(2, 9), "technology": "Night", "value": "0.1"}]), bought(1000, technology="Day"), "factors of two technologies are no residual mix, and not ambiguous as one", EMISSIONS, co2eKg=200, marketBasedCo2eKg=200, warnings=["no_residual_mix"])
emits("market-technology-asked", data(ONE, [{**GRID, "technology": "Day"}, MIX]), bought(1000, technology="Day"), "the technology asked for by location, the residual mix by market", EMISSIONS, co2eKg=200, marketBasedCo2eKg=400)
emits("market-rounded-once", BOUGHT, bought(3, contract("4.0000000000000000000000000005", 1), contract(4, 1), contract("0.0000000000000000000000000001", 1)), "contracts are added exactly and rounded once", EMISSIONS, marketBasedCo2eKg="8.000000000000000000000000001")
emits("heat", data(ONE, [factor(1, "0.17", "kg CO2e/kWh", "CO2e", fuel="District heat", category="Heat and steam", region="GB", scope="scope_2")]), row(100, fuel="District heat", category="Heat and steam", region="GB", instruments=[contract("0.1")]), "heat and steam are bought energy too", REPORT, co2eKg=17, marketBasedCo2eKg=10)


def row_refused(name, given, asked, code, path, note, source=EMISSIONS, names=None):
    refused(f"emissions-{name}", "emissions", given, asked, code, path, note, source, names=names)


row_refused("no-factor", GASES, row(10, fuel="Coal"), "factor_not_found", "query", "a missing factor is an error, never zero", D15)
row_refused("no-factor-of-region", GASES, row(10), "factor_not_found", "query", "the gases that there are stand under a region alone", D15)
row_refused("no-library", GASES, row(10, year=2020), "factor_not_found", "query", "no edition early enough", D12)
row_refused("gas-asked-missing", GASES, row(10, gas="SF6", region="GB"), "factor_not_found", "query", "the gas asked for is not there", D15)
row_refused("total-elsewhere", data(ONE, [*PARTS, {**TOTAL, "region": "US"}]), row(10, region="GB"), "factor_not_found", "query", "the factor of all gases is for another region: its parts are not counted in its place")
row_refused("gwp-missing", data(ONE, [CO2, CH4]), row(10, region="GB"), "gwp_not_found", "query.gwpVersion", "a gas without a GWP is an error, never zero", D15)
row_refused("unit-unknown", GASES, row(10, "smoots", region="GB"), "unknown_unit", "query.unit", "no unit of this name")
row_refused("unit-mismatch", GASES, row(10, "litres", region="GB"), "unit_mismatch", "query.unit", "litres are no energy", D15)
row_refused("one-gas-in-other-unit", data(ONE, [CO2, {**CH4, "unit": "kg/tonne"}], None, GWPS), row(10, region="GB"), "unit_mismatch", "query.unit", "a gas that the unit does not reach is not left out in silence", D15)
row_refused("ambiguous", data(ONE, [CO2, {**CO2, "id": uid(2, 9), "value": 3}]), row(10, region="GB"), "ambiguous_factor", "query", "two values for one gas", D13)
row_refused("pin-unknown", GASES, row(10, region="GB", libraryDigest="0" * 64), "digest_not_found", "query.libraryDigest", "no library has this content", PIN)
row_refused("factor-unit", data(ONE, [factor(1, 1, "ton/kWh")]), row(10), "unknown_value", "data.factors[0].unit", "a factor's unit that is not understood", "doc of co2e")
row_refused("too-large", data(ONE, [factor(1, "7900000000000000000000000000")]), row(1000), "out_of_range", "query", "the product does not fit", "doc of co2e")
row_refused("gwp-version-missing", GASES, row(10, report=None, region="GB"), "missing_field", "query.gwpVersion", "no report is guessed", ISSUE)
row_refused("gwp-version", GASES, row(10, report="ar7", region="GB"), "unknown_value", "query.gwpVersion", "a report that there is not", ISSUE)
row_refused("amount-missing", GASES, {key: value for key, value in row(10).items() if key != "amount"}, "missing_field", "query.amount", "nothing is not zero", D15)
row_refused("amount-nan", GASES, row("NaN"), "not_finite", "query.amount", "NaN is no amount", ISSUE)
row_refused("scope", GASES, row(10, scope="scope 1"), "unknown_value", "query.scope", "a scope that there is not", "doc of EmissionScope")
row_refused("year", GASES, row(10, year=1800), "out_of_range", "query.reportingYear", "the year 1800", RULES)
row_refused("fuel-empty", GASES, row(10, fuel=""), "empty", "query.fuelType", "an empty fuel", RULES)
row_refused("unknown-field", GASES, row(10, activity=1), "unknown_field", "query.activity", "a field that a row does not have", ISSUE)
row_refused("number", GASES, 10, "wrong_type", "query", "an amount alone is no row", ISSUE)
row_refused("instruments-scope-1", data(ONE, [{**CO2, "scope": "scope_1"}]), row(10, region="GB", instruments=[contract(0)]), "unknown_value", "query.instruments", "contracts on what is burned", REPORT)
row_refused("instruments-row-scope", data(ONE, [{**CO2, "scope": "scope_1"}]), row(10, region="GB", scope="scope_2", instruments=[contract(0)]), "unknown_value", "query.instruments", "a row that calls it bought does not make burned fuel bought energy", REPORT)
row_refused("instruments-below-zero", BOUGHT, bought(1000, contract("-0.5")), "out_of_range", "query.instruments[0].value", "a contract removes nothing", REPORT)
row_refused("instruments-no-scope", GASES, row(10, region="GB", instruments=[contract(0)]), "unknown_value", "query.instruments", "contracts where no scope is stated", REPORT)
row_refused("instruments-too-much", BOUGHT, bought(1000, contract(0, 600), contract(0, "400.001")), "out_of_range", "query.instruments[1].amount", "contracts for more than was bought", REPORT)
row_refused("instruments-after-rest", BOUGHT, bought(1000, contract(0), contract(0, 1)), "out_of_range", "query.instruments[1].amount", "nothing is left for the second", REPORT)
row_refused("instruments-negative", BOUGHT, bought(1000, contract("0.5", -100)), "out_of_range", "query.instruments[0].amount", "less than nothing is no part of what was bought", "doc of ActivityRow")
row_refused("instruments-of-nothing", BOUGHT, bought(0, contract(0, 1)), "out_of_range", "query.instruments[0].amount", "nothing was bought", REPORT)
row_refused("instruments-unit", BOUGHT, bought(1000, contract("0.1", None, "kg CO2e/litre")), "unit_mismatch", "query.instruments[0].unit", "a contract per litre", REPORT)
row_refused("instruments-label", BOUGHT, bought(1000, contract("0.1", None, "kg CO2/kWh")), "unknown_value", "query.instruments[0].unit", "CO2 alone is not CO2e", REPORT)
row_refused("instruments-no-mass", BOUGHT, bought(1000, contract("0.1", None, "kWh")), "unknown_value", "query.instruments[0].unit", "no mass per energy", REPORT)
row_refused("instruments-name", BOUGHT, bought(1000, contract("0.1", name="")), "empty", "query.instruments[0].name", "a contract without a name", EMISSIONS)
row_refused("instruments-no-value", BOUGHT, bought(1000, {"name": "PPA", "unit": "kg/kWh"}), "missing_field", "query.instruments[0].value", "a contract's factor is not guessed", REPORT)
row_refused("residual-unit", data(ONE, [GRID, {**MIX, "unit": "kg CO2e/tonne"}]), bought(1000), "unit_mismatch", "query.unit", "a residual mix that the unit does not reach is not passed over", D15)

# Inventories.
INVENTORY = "doc of InventoryBuilder"
STORE = data(
    [library(1, 2024, biogenicCategories=[{"category": "Bioenergy", "biogenicCategory": "Outside of scopes"}])],
    [
        factor(1, 2, region="GB", scope="scope_1"), factor(2, "0.01", gas="CH4", region="GB", scope="scope_1"),
        {**GRID, "id": uid(2, 3)}, {**MIX, "id": uid(2, 4)},
        factor(5, "2.5", "kg CO2e/litres", "CO2e", fuel="Diesel", category="Fuels", scope="scope_1"), factor(6, "2.4", "kg CO2e of CO2/litres", "CO2", fuel="Diesel", category="Fuels", scope="scope_1"),
        factor(7, "0.1", "kg CO2e of ch4/litres", "ch4", fuel="Diesel", category="Fuels", scope="scope_1"),
        factor(8, "0.01", "kg CO2e/litres", "CO2e", fuel="Biodiesel", category="Bioenergy", scope="scope_1"), factor(9, "2.4", "kg CO2/tonne", "CO2", fuel="Biodiesel", category="Outside of scopes", biogenic=True),
        factor(10, "0.2", "kg CO2e/passenger.km", "CO2e", fuel="Flights", category="Travel", scope="scope_3"),
        factor(11, 1, "kg CO2e/kg", "CO2e", fuel="Sludge", category="Other"),
        factor(12, "1.5", "kg/kg", fuel="Wood", category="Wood", biogenic=True, scope="outside_of_scopes"),
    ],
    None, GWPS,
)
DEFAULTS = {"authority": "defra", "reportingYear": "2024", "region": "GB", "unit": "kWh", "category": "1.A.1"}


def inventoried(name, given_rows, note, source=INVENTORY, defaults=DEFAULTS, given=STORE, report="ar5", **states):
    asked = {"rows": given_rows, "gwpVersion": report, **({} if defaults is None else {"defaults": defaults})}
    answered(f"inventory-{name}", "inventory", given, asked, note, source, states)


def burned(amount, fuel="Natural Gas", **more):
    return {"fuelType": fuel, "amount": amount, **more}


KINDS = [
    burned(10, id="boiler"),
    {"id": 2, "fuelType": "Electricity", "category": "UK electricity", "amount": 1000, "instruments": [contract(0, 400)]},
    {"id": "van", "fuelType": "Diesel", "category": "Fuels", "amount": "20", "unit": "litres"},
    {"fuelType": "Biodiesel", "category": "Bioenergy", "amount": 100, "unit": "l"},
    {"id": None, "fuelType": "Flights", "category": "Travel", "amount": 500, "unit": "passenger-mile"},
    {"fuelType": "Sludge", "category": "Other", "amount": 3, "unit": "kg"},
    {"fuelType": "Wood", "category": "Wood", "amount": 4, "unit": "kg", "gas": "CO2"},
    burned("2.5", unit="MWh"),
    burned(30, id="second boiler"),
]
inventoried(
    "kinds", KINDS, "rows of every kind: by scope, those without one last, by category and by gas", defaults=DEFAULTS,
    **{
        "totals.rows": 9, "totals.failedRows": 0, "totals.rowsWithoutBiogenic": 1, "totals.biogenicCo2Kg": 6, "totals.byScope.#": 5,
        "totals.byScope.0.scope": "scope_1", "totals.byScope.1.co2eKg": 200, "totals.byScope.1.marketBasedCo2eKg": 240, "totals.byScope.4.scope": None,
        "totals.byGas.#": 3, "rows.8.method": 0, "methods.#": 8, "rows.1.id": "2", "rows.3.id": None,
    },
)
inventoried("none", [], "no rows: nothing is emitted", **{"totals.rows": 0, "totals.co2eKg": 0, "totals.byScope": [], "totals.byGas": [], "methods": []})
inventoried("one-kind", [burned(n) for n in range(1, 6)], "rows that ask for the same share one method", **{"methods.#": 1, "totals.co2eKg": "34.2", "totals.rows": 5})
inventoried("no-defaults", [row(10, report=None, region="GB")], "a row that says all itself", defaults=None, **{"totals.co2eKg": "22.8"})
inventoried("defaults-overridden", [burned(10, region="US"), burned(10)], "the row wins over the defaults", **{"failed.#": 1, "failed.0.row": 0, "rows.0.row": 1})
inventoried("defaults-null", [burned(10, region=None)], "null in a row is as absent: the default holds", **{"totals.rows": 1})
inventoried("defaults-scope", [burned(10), burned(10, scope="scope_1")], "a scope for all rows", defaults={**DEFAULTS, "scope": "scope_3"}, **{"rows.0.scope": "scope_3", "rows.1.scope": "scope_1", "methods.#": 2})
inventoried("report", [burned(10)], "by AR6, its methane of fossil origin", AR6, report="ar6", **{"totals.co2eKg": "22.98", "gwpVersion": "ar6"})
FAILING = [
    burned(10), burned(10, fuel="Coal", id="coal"), burned(10, unit="smoots"), burned(10, unit="litres"), burned("NaN"), burned(None), burned(10, scope="scope_9"),
    burned(10, reportingYear=1800), burned(10, reportingYear=2020), burned(10, colour="blue", id=7), burned(10, category=""), burned(10, region=5), burned(10, instruments=0), burned(10, gas=""), burned(10, libraryDigest="0" * 64),
    burned(10, instruments=[contract(0)]), burned(10, authority="epa"), burned(10, fuel="Biodiesel", category="Bioenergy", unit="litres", gas="CH4"), burned("79228162514264337593543950335"),
    {"id": True, "amount": 1}, burned(20, id="last"),
]
inventoried(
    "failed", FAILING, "a row that cannot be counted is listed with its reason, is in no total, and leaves the others", D15,
    **{
        "totals.rows": 2, "totals.failedRows": 19, "totals.co2eKg": "68.4", "rows.1.row": 20, "rows.1.id": "last", "failed.0.id": "coal", "failed.8.id": "7", "failed.18.id": None,
        "failed.0.error": ("factor_not_found", "rows[1]"), "failed.1.error": ("unknown_unit", "rows[2].unit"), "failed.2.error": ("unit_mismatch", "rows[3].unit"), "failed.3.error": ("not_finite", "rows[4].amount"),
        "failed.4.error": ("missing_field", "rows[5].amount"), "failed.5.error": ("unknown_value", "rows[6].scope"), "failed.6.error": ("out_of_range", "rows[7].reportingYear"), "failed.7.error": ("factor_not_found", "rows[8]"),
        "failed.8.error": ("unknown_field", "rows[9].colour"), "failed.9.error": ("empty", "rows[10].category"), "failed.10.error": ("wrong_type", "rows[11].region"), "failed.11.error": ("wrong_type", "rows[12].instruments"),
        "failed.12.error": ("empty", "rows[13].gas"), "failed.13.error": ("digest_not_found", "rows[14].libraryDigest"), "failed.14.error": ("unknown_value", "rows[15].instruments"),
        "failed.15.error": ("factor_not_found", "rows[16]"), "failed.16.error": ("factor_not_found", "rows[17]"), "failed.17.error": ("out_of_range", "rows[18]"), "failed.18.error": ("missing_field", "rows[19].fuelType"),
    },
)
cases.good(
    "inventory-rows-that-are-none", "factors", None, "what is no object is a row that failed", INVENTORY,
    {"totals.failedRows": 3, "failed.0.error": ("wrong_type", "rows[0]"), "failed.1.error": ("wrong_type", "rows[1]"), "failed.2.error": ("wrong_type", "rows[2]"), "failed.2.id": None},
    text='{"data":{},"call":"inventory","query":{"rows":[5,[],null],"gwpVersion":"ar5"}}',
)
inventoried("all-failed", [burned(10, fuel="Coal")], "nothing could be counted", D15, **{"totals.rows": 0, "totals.failedRows": 1, "rows": [], "methods": []})
inventoried("method-of-failed-row", [burned(10, instruments=[contract(0)]), burned(10)], "how a row that failed would have been counted serves the next one", **{"methods.#": 1, "rows.0.method": 0})
inventoried("market", [{"fuelType": "Electricity", "category": "UK electricity", "amount": n, "instruments": [contract("0.1", 50)]} for n in (100, 50, 200)], "market-based totals beside location-based ones", REPORT, **{"totals.co2eKg": 70, "totals.marketBasedCo2eKg": 95})
inventoried("market-of-others", [burned(10), {"fuelType": "Electricity", "category": "UK electricity", "amount": 100}], "in the market-based total other rows count as they are", REPORT, **{"totals.co2eKg": "42.8", "totals.marketBasedCo2eKg": "62.8", "totals.byScope.0.marketBasedCo2eKg": None})
inventoried("gases-in-any-case", [KINDS[2], burned(10)], "CH4 and ch4 are one gas, as it was first met", **{"totals.byGas.#": 2, "totals.byGas.1.gas": "ch4", "totals.byGas.1.co2eKg": "4.8"})
inventoried("sums-exact", [burned("0.1", region="GB"), burned("0.2"), burned("0.3")], "sums of decimals, not of binary floats", DEFRA24, **{"totals.co2eKg": "1.368"})
HUGE = data(ONE, [factor(1, 1)])
inventoried("sums-rounded-once", [burned("79228162514264337593543950334"), burned("0.5"), burned("0.5")], "totals are added exactly and rounded once", given=HUGE, **{"totals.co2eKg": "79228162514264337593543950335"})
inventoried("sums-cancel", [burned("79228162514264337593543950335"), burned("79228162514264337593543950335"), burned("-79228162514264337593543950335")], "a sum that is too large on the way and fits at the end", given=HUGE, **{"totals.co2eKg": "79228162514264337593543950335"})
OVERFLOWING = data(ONE, [factor(1, 1, "kg CO2e/kWh", "CO2e"), factor(2, "0.5", gas="CH4"), factor(3, "0.5", gas="SF6")], None, [gwp(1, "ar5", "CH4", 1), gwp(2, "ar5", "SF6", "7000000000000000000000000000")])
inventoried("failed-row-leaves-nothing", [burned(2), burned(100)], "a row whose last gas does not fit leaves nothing in the totals of the others", D15, given=OVERFLOWING, **{"totals.co2eKg": 2, "totals.failedRows": 1, "totals.byGas.0.co2eKg": 1})
inventoried("order-of-categories", [{"fuelType": fuel, "category": category, "amount": 1, "unit": unit} for fuel, category, unit in (("Flights", "Travel", "pkm"), ("Diesel", "Fuels", "l"), ("Natural Gas", "1.A.1", "kWh"), ("Sludge", "other", "kg"))], "by scope, then by category, as the factor writes it", **{"totals.byCategory.0.category": "1.A.1", "totals.byCategory.1.category": "Fuels", "totals.byCategory.2.category": "Travel", "totals.byCategory.3.category": "Other"})
ROWS = {"rows": [burned(10)], "gwpVersion": "ar5", "defaults": DEFAULTS}
for name, asked_for, code, path, note in [
    ("gwp-version", {**ROWS, "gwpVersion": "ar7"}, "unknown_value", "query.gwpVersion", "a report that there is not"),
    ("gwp-version-missing", {"rows": []}, "missing_field", "query.gwpVersion", "no report is guessed"),
    ("rows-missing", {"gwpVersion": "ar5"}, "missing_field", "query.rows", "no rows"),
    ("rows-object", {**ROWS, "rows": burned(10)}, "wrong_type", "query.rows", "one row is no list"),
    ("defaults-amount", {**ROWS, "defaults": {"amount": 1}}, "unknown_field", "query.defaults.amount", "an amount is a row's own"),
    ("defaults-authority", {**ROWS, "defaults": {"authority": "esa"}}, "unknown_value", "query.defaults.authority", "defaults that no row could have"),
    ("defaults-year", {**ROWS, "defaults": {"reportingYear": "soon"}}, "invalid_number", "query.defaults.reportingYear", "a year that is none"),
    ("defaults-list", {**ROWS, "defaults": []}, "wrong_type", "query.defaults", "a list of no defaults"),
    ("unknown-field", {**ROWS, "year": 2024}, "unknown_field", "query.year", "a field that an inventory does not have"),
]:
    refused(f"inventory-{name}", "inventory", STORE, asked_for, code, path, note, INVENTORY)
refused("inventory-total-too-large", "inventory", HUGE, {"rows": [burned("79228162514264337593543950335"), burned(1)], "gwpVersion": "ar5", "defaults": DEFAULTS}, "out_of_range", "query", "a total that does not fit is not cut off", "doc of InventoryBuilder::finish")

# Figures that were published, over the crate's own data.
ISSUE_FIGURES = "figures of issue 4, from the publications"


def published(name, asked, note, source, **states):
    answered(f"published-{name}", "emissions", {"reference": True}, {**asked, "gwpVersion": "ar5"}, note, source, states, None, "reference-data")


published("defra-2024-diesel", row(1000, "litres", fuel="Diesel (average biofuel blend)", category="Fuels / Liquid fuels"), "1,000 litres of diesel, its biogenic CO2 apart", DEFRA24, co2eKg="2512.79", biogenicCo2Kg=160)
published("defra-2024-gas-gross", row(1000, "kWh (Gross CV)", fuel="Natural gas", category="Fuels / Gaseous fuels"), "1,000 kWh of natural gas by gross calorific value", DEFRA24, co2eKg="182.9")
published("defra-2024-gas-net", row(1000, "kWh (Net CV)", fuel="Natural gas", category="Fuels / Gaseous fuels"), "and by net calorific value", DEFRA24, co2eKg="202.64")
for year, kg in [(2022, "0.19338"), (2023, "0.207074288590604"), (2024, "0.20705")]:
    published(f"defra-{year}-electricity", row(1, year=year, fuel="Electricity", category="UK electricity / Electricity generated", region="UK"), f"a kWh of UK electricity in {year}", f"DESNZ/DEFRA conversion factors {year}, flat file", co2eKg=kg)
published("epa-2025-natural-gas", row(1000, "scf", year=2025, authority="epa", fuel="Natural Gas", category="Stationary combustion"), "1,000 scf of natural gas, the sum of three gases", "US EPA GHG Emission Factors Hub 2025, table 1", co2eKg="54.49534")

# What several cases share, named once in the file.
cases.fixtures = {
    "contract-sample": SAMPLE,
    "library": library(1, 2024),
    "library-2023": library(2, 2023),
    "factor": factor(1, 0.2),
    "factor-gb": CO2,
    "property": prop(1, "ncv", 10, "MJ/kg"),
    "gwp": gwp(1, "ar5", "CH4", 28),
    "gwps-of-all-reports": GWPS,
    "region-tree": TREE,
    "region-with-two-parents": FORKED,
    "biogenic-category": APART[0]["biogenicCategories"],
    "diesel-properties": DIESEL,
    "gas-properties": GAS,
    "wood-and-coal": WOOD,
    "four-libraries": LIBRARIES,
    "three-pages": MANY_DATA,
    "five-properties": PROPERTY_DATA,
    "two-revisions": REVISED,
    "five-editions": EDITIONS,
    "every-field": FULL,
    "three-gases": GASES,
    "grid": BOUGHT,
    "grid-and-residual-mix": MIXED,
    "inventory-data": STORE,
    "inventory-defaults": DEFAULTS,
    "query": query(),
    "query-co2e": asked(10, "kWh"),
    "row": row(10, region="GB"),
}
