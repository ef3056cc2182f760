"""What did it emit? Emission-factor contract, DECISIONS 12, 13 and 15."""

from . import Cases

cases = Cases("emission")
SPEC, D12, D13, D15, ISSUE = "spec/emission-factors.md", "DECISIONS 12", "DECISIONS 13", "DECISIONS 15", "issue 2, bad input"
DEFRA23 = "DESNZ/DEFRA conversion factors 2023, flat file"
DEFRA24 = "DESNZ/DEFRA conversion factors 2024, flat file"
EGRID = "US EPA eGRID2023, subregion AZNM"
AR6 = "IPCC AR6 WG1, table 7.15; AR5 WG1, table 8.7; AR4 WG1, table 2.14"
WHEN = "2024-01-15T00:00:00.000Z"


def uid(kind, number):
    return f"{kind}0000000-0000-4000-8000-{number:012d}"


def library(number, year, authority="defra", default=False, **more):
    return {
        "id": uid(1, number),
        "name": f"{authority.upper()} {year}",
        "authority": authority,
        "version": more.pop("version", str(year)),
        "releaseYear": year,
        "isDefault": default,
        "createdAt": more.pop("created", f"{year}-06-01T00:00:00.000Z"),
        **more,
    }


def factor(number, value, unit="kg/kWh", gas="CO2", lib=1, fuel="Natural Gas", category="1.A.1", region=None, technology=None, biogenic=False, oxidation=1, external=None, **more):
    return {
        "id": uid(2, number),
        "libraryId": uid(1, lib),
        "externalId": external,
        "category": category,
        "fuelType": fuel,
        "gas": gas,
        "isBiogenic": biogenic,
        "value": value,
        "oxidationFactor": oxidation,
        "unit": unit,
        "region": region,
        "technology": technology,
        "createdAt": WHEN,
        **more,
    }


def gwp(number, version, gas, value):
    return {"id": uid(4, number), "version": version, "gas": gas, "value": value, "createdAt": WHEN}


GWPS = [
    gwp(1, "ar4", "CH4", 25),
    gwp(2, "ar4", "N2O", 298),
    gwp(3, "ar5", "CH4", 28),
    gwp(4, "ar5", "N2O", 265),
    gwp(5, "ar5", "CH4 fossil", 30),
    gwp(6, "ar6", "CH4", 27),
    gwp(7, "ar6", "N2O", 273),
    gwp(8, "ar6", "CH4 fossil", 29.8),
]


def query(year=2024, authority="defra", fuel="Natural Gas", gas="CO2", category="1.A.1", **more):
    return {"authority": authority, "reportingYear": year, "fuelType": fuel, "gas": gas, "category": category, **more}


def data(libraries, factors, gwps=None):
    answer = {"libraries": libraries, "factors": factors}
    if gwps is not None:
        answer["gwpValues"] = gwps
    return answer


def found(name, libraries, factors, asked, note, source, **states):
    cases.good(name, "resolve", {"data": data(libraries, factors), "query": asked}, note, source, states)


# The contract's sample.
SAMPLE_LIBRARY = {
    "id": "550e8400-e29b-41d4-a716-446655440000",
    "name": "DEFRA 2024",
    "authority": "defra",
    "version": "2024",
    "releaseYear": 2024,
    "isDefault": True,
    "createdAt": WHEN,
}
SAMPLE_FACTOR = {
    "id": "550e8400-e29b-41d4-a716-446655440001",
    "libraryId": "550e8400-e29b-41d4-a716-446655440000",
    "externalId": "1.A.1.a",
    "category": "1.A.1",
    "fuelType": "Natural Gas",
    "gas": "CO2",
    "isBiogenic": False,
    "value": 0.18396,
    "oxidationFactor": 0.995,
    "unit": "kg/kWh",
    "region": None,
    "technology": None,
    "createdAt": WHEN,
}
SAMPLE_PROPERTY = {
    "id": "550e8400-e29b-41d4-a716-446655440002",
    "libraryId": "550e8400-e29b-41d4-a716-446655440000",
    "fuelType": "Natural Gas",
    "propertyType": "ncv",
    "value": 10.55,
    "unit": "kWh/m³",
    "region": None,
    "createdAt": WHEN,
}
SAMPLE_GWP = {"id": "550e8400-e29b-41d4-a716-446655440003", "version": "ar5", "gas": "CH4", "value": 28, "createdAt": WHEN}
SAMPLE = {"libraries": [SAMPLE_LIBRARY], "factors": [SAMPLE_FACTOR], "fuelProperties": [SAMPLE_PROPERTY], "gwpValues": [SAMPLE_GWP]}
NULL_ANSWER = {"factor": None, "tier": None, "library": None, "usedFallback": False, "libraryMatch": None}
cases.good(
    "sample", "resolve",
    {"data": SAMPLE, "query": query(region="Europe", technology="Catalyst")},
    "the contract's request and answer, with libraryMatch added",
    f"{SPEC}, GET /emission-factors/resolve",
    {"factor": SAMPLE_FACTOR, "tier": "global", "library": SAMPLE_LIBRARY, "usedFallback": False, "libraryMatch": "exact"},
)
cases.good(
    "sample-null", "resolve", {"data": SAMPLE, "query": query(fuel="Unobtainium")},
    "no match is no error: all null", f"{SPEC}, test scenario 6", NULL_ANSWER,
)
cases.good("empty-data", "resolve", {"data": {}, "query": query()}, "nothing loaded: all null", SPEC, NULL_ANSWER)
cases.good(
    "year-as-text", "resolve", {"data": SAMPLE, "query": {**query(), "reportingYear": "2024"}},
    "query strings are read as numbers where numbers belong", f"{SPEC}, validation rules", {"tier": "global"},
)

# Library choice.
Y = {year: library(index, year) for index, year in enumerate((2022, 2023, 2024), 1)}
YEARS = list(Y.values())
BY_YEAR = [factor(1, 0.182, lib=1), factor(2, 0.183, lib=2), factor(3, 0.184, lib=3)]
found("library-exact", YEARS, BY_YEAR, query(2023), "the edition of the reporting year", D12, usedFallback=False, libraryMatch="exact")
found("library-earlier", YEARS[:2], BY_YEAR[:2], query(2024), "2022 and 2023 loaded, 2024 asked: 2023", f"{SPEC}, business logic", usedFallback=True, libraryMatch="earlier")
found("library-beyond-all", YEARS, BY_YEAR, query(2031), "a year beyond all libraries", f"{SPEC}, test scenario 5", usedFallback=True, libraryMatch="earlier")
found("library-gap", [Y[2022], Y[2024]], [BY_YEAR[0], BY_YEAR[2]], query(2023), "never a later edition silently", D12, libraryMatch="earlier")
found("library-order", YEARS[::-1], BY_YEAR[::-1], query(2023), "the order of the list does not matter", D12, libraryMatch="exact")
DEFAULT = [{**Y[2022]}, {**Y[2023], "isDefault": True}, {**Y[2024]}]
found("library-default", DEFAULT, BY_YEAR, query(2010), "no edition early enough: the authority's default, marked", D12, usedFallback=True, libraryMatch="default")
found("library-default-not-needed", DEFAULT, BY_YEAR, query(2022), "the default does not win over the year's own edition", D12, libraryMatch="exact")
found("library-no-default", YEARS, BY_YEAR, query(2010), "no edition early enough and no default: all null", D12, **NULL_ANSWER)
found("library-default-newest", [{**Y[2023], "isDefault": True}, {**Y[2024], "isDefault": True}], BY_YEAR[1:], query(2010), "two defaults: the newest", D12, libraryMatch="default")
found(
    "library-two-revisions",
    [library(1, 2023, "egrid", version="2023", created="2025-01-15T00:00:00.000Z"), library(2, 2023, "egrid", version="2023 rev 1", created="2025-03-15T00:00:00.000Z")],
    [factor(1, 740.81, "lb/MWh", fuel="Electricity", region="AZNM"), factor(2, 703.7, "lb/MWh", lib=2, fuel="Electricity", region="AZNM")],
    query(2023, "egrid", "Electricity", region="AZNM"),
    "eGRID2023 AZNM was revised from 740.81 to 703.7: the newest revision counts",
    f"{D12}; {EGRID}, January and March 2025",
    libraryMatch="exact",
)
SAME_DAY = "2025-01-15T00:00:00.000Z"
found(
    "library-revision-number",
    [library(1, 2023, version="rev 10", created=SAME_DAY), library(2, 2023, version="rev 9", created=SAME_DAY)],
    [factor(1, 0.1), factor(2, 0.2, lib=2)],
    query(2023),
    "published on one day: revision 10 is newer than revision 9",
    "doc of resolve",
)
found("library-other-authority", [library(1, 2024, "epa"), library(2, 2023)], [factor(1, 0.1), factor(2, 0.2, lib=2)], query(2024), "another authority's newer edition does not count", D12, libraryMatch="earlier")
found("library-without-factor", YEARS, BY_YEAR[:2], query(2024), "the newest edition lacks the factor: no older one is taken silently", D12, **NULL_ANSWER)
found("year-1990", [library(1, 1990)], [factor(1, 0.2)], query(1990), "the first year allowed", f"{SPEC}, validation rules", libraryMatch="exact")
found("year-2100", [library(1, 2100)], [factor(1, 0.2)], query(2100), "the last year allowed", f"{SPEC}, validation rules", libraryMatch="exact")
for authority in ("ipcc", "epa", "iea"):
    found(f"authority-{authority}", [library(1, 2024, authority)], [factor(1, 0.2)], query(authority=authority), "every authority of the contract is known", SPEC, tier="global")

# Tiers.
ONE = [library(1, 2024)]
WORLD, EUROPE = factor(1, 0.2), factor(2, 0.21, region="Europe")
CATALYST = factor(3, 0.22, region="Europe", technology="Catalyst")
LEAN = factor(4, 0.23, region="Europe", technology="Lean Burn")
WORLD_CATALYST = factor(5, 0.24, technology="Catalyst")
TIERED = [WORLD, EUROPE, CATALYST, LEAN, WORLD_CATALYST]
found("tier-specific", ONE, TIERED, query(region="Europe", technology="Catalyst"), "region and technology match", f"{SPEC}, test scenario 4", tier="specific")
found("tier-regional", ONE, TIERED, query(region="Europe", technology="Turbine"), "only the region matches: the factor without technology", D13, tier="regional")
found("tier-regional-no-technology", ONE, TIERED, query(region="Europe"), "no technology asked: the factor without one", D13, tier="regional")
found("tier-regional-other-technology", ONE, [WORLD, LEAN], query(region="Europe", technology="Catalyst"), "the region's only factor is for another technology: never its figure; the worldwide one is for any", D13, tier="global", **{"factor.id": uid(2, 1)})
found("technology-other-alone", ONE, [LEAN], query(region="Europe", technology="Catalyst"), "another technology's figure is no match", D13, **NULL_ANSWER)
found("technology-other-blank-cell", ONE, [factor(1, 75, "kg CO2e/tonnes", "CO2e", fuel="Average construction", technology="Primary material production")], query(fuel="Average construction", gas="CO2e", technology="Re-used"), "DEFRA leaves the cell of re-used construction material blank: no factor", f"{D13}; DEFRA 2025, Material use", **NULL_ANSWER)
found("technology-only-one", ONE, [LEAN], query(region="Europe"), "none asked for: the only one there is", D13, tier="regional", **{"factor.technology": "Lean Burn"})
found("technology-up-the-tree", ONE, [LEAN, WORLD_CATALYST], query(region="Europe", technology="Catalyst"), "the region has another technology alone: the worldwide factor of the one asked for", D13, tier="global", **{"factor.id": uid(2, 5)})
found("tier-global", ONE, TIERED, query(region="Asia"), "no factor of the region: the worldwide one", D13, tier="global")
found("tier-global-technology", ONE, TIERED, query(region="Asia", technology="Catalyst"), "within the global tier an equal technology wins", D13, tier="global")
found("tier-global-without-region", ONE, TIERED, query(), "no region asked: never a region's factor", D13, tier="global")
found("tier-other-region-only", ONE, [EUROPE], query(region="Asia"), "a factor of another region is no match", D13, **NULL_ANSWER)
found("tier-region-not-asked", ONE, [EUROPE], query(), "a regional factor needs its region asked for", D13, **NULL_ANSWER)
found("text-case-blanks", ONE, [factor(1, 0.2, fuel="Natural  Gas", region="New  York")], query(fuel=" natural GAS ", gas="co2", region="new york"), "case and outer or repeated blanks do not matter", D13, tier="regional")
found("text-whole-values", ONE, [factor(1, 0.2, fuel="Natural Gas (100% mineral blend)")], query(), "never parts of words", D13, **NULL_ANSWER)
found("text-whole-region", ONE, [factor(1, 0.2, region="Eastern Europe")], query(region="Europe"), "never a part of the region", D13, **NULL_ANSWER)
found("same-value-twice", ONE, [factor(9, 0.2), factor(3, 0.2), factor(7, 0.2)], query(), "equal values are no ambiguity: the smallest id", "doc of resolve", tier="global")
found("same-value-other-digits", ONE, [factor(1, "0.20"), factor(2, "0.2")], query(), "0.20 and 0.2 are one value", D13, tier="global")
found("long-digits", ONE, [factor(1, "0.20267141879194630", "kg CO2e/kWh (Net CV)", "CO2e")], query(gas="CO2e"), "17 digits survive", f"DESIGN, values; {DEFRA23}")
cases.good(
    "long-digits-number", "resolve", None,
    "a JSON number is read by its digits, not through a binary float", "DESIGN, values",
    text='{"data":{"libraries":[{"id":"10000000-0000-4000-8000-000000000001","name":"L","authority":"ipcc","version":"1","releaseYear":2024,"isDefault":false,"createdAt":"2024-01-15T00:00:00Z"}],"factors":[{"id":"20000000-0000-4000-8000-000000000001","libraryId":"10000000-0000-4000-8000-000000000001","category":"c","fuelType":"f","gas":"CO2","isBiogenic":false,"value":0.1234567890123456789012345678,"oxidationFactor":1.0,"unit":"kg/kWh","createdAt":"2024-01-15T00:00:00Z"}]},"query":{"authority":"ipcc","reportingYear":2024,"fuelType":"f","gas":"CO2","category":"c"}}',
)
cases.good(
    "exponent-number", "resolve", None,
    "an exponent is only a way of writing: 1.5e-7 and 1E2", "DESIGN, values",
    text='{"data":{"libraries":[{"id":"10000000-0000-4000-8000-000000000001","name":"L","authority":"ipcc","version":"1","releaseYear":2024,"isDefault":false,"createdAt":"2024-01-15T00:00:00Z"}],"factors":[{"id":"20000000-0000-4000-8000-000000000001","libraryId":"10000000-0000-4000-8000-000000000001","category":"c","fuelType":"f","gas":"CO2","isBiogenic":false,"value":1.5e-7,"oxidationFactor":100E-2,"unit":"kg/kWh","createdAt":"2024-01-15T00:00:00Z"}]},"query":{"authority":"ipcc","reportingYear":2024,"fuelType":"f","gas":"CO2","category":"c"}}',
)
found("instant-offset", [library(1, 2024, created="2024-06-01T02:00:00+02:00")], [factor(1, 0.2)], query(), "instants are UTC, with milliseconds", "DESIGN, values")
found("uuid-upper", [{**library(1, 2024), "id": "ABCDEF00-0000-4000-8000-00000000000A"}], [{**factor(1, 0.2), "libraryId": "abcdef00-0000-4000-8000-00000000000a"}], query(), "a UUID's case does not matter; it comes out in lower case", "RFC 9562, section 4")


def resolve_refused(name, libraries, factors, asked, code, path, note, source=ISSUE, gwps=None, names=None):
    question = {"data": data(libraries, factors, gwps), "query": asked}
    cases.bad(name, "resolve", question, code, path, note, source, names=names)


resolve_refused("ambiguous", ONE, [factor(1, 0.2), factor(2, 0.3)], query(), "ambiguous_factor", "query", "two values for one query: never a silent pick", D13, names="`0.3` kg/kWh")
resolve_refused("ambiguous-unit", ONE, [factor(1, 0.2, "kg/kWh (Gross CV)"), factor(2, 0.2, "kg/kWh (Net CV)")], query(), "ambiguous_factor", "query", "the same digits in two units are two values", D13)
resolve_refused("ambiguous-technology", ONE, [CATALYST, LEAN], query(region="Europe"), "ambiguous_factor", "query", "two technologies and none asked for", D13)
resolve_refused("ambiguous-many", ONE, [factor(n, n) for n in range(1, 8)], query(), "ambiguous_factor", "query", "the sentence lists five and counts the rest", D13, names="and 2 more")
resolve_refused("authority-unknown", [], [], query(authority="unknown"), "unknown_value", "query.authority", "an unknown authority", f"{SPEC}, test scenario 9")
resolve_refused("authority-case", [], [], query(authority="DEFRA"), "unknown_value", "query.authority", "enum values are matched by case", SPEC)
resolve_refused("year-1800", [], [], query(1800), "out_of_range", "query.reportingYear", "the year 1800", f"{SPEC}, test scenario 10")
resolve_refused("year-1989", [], [], query(1989), "out_of_range", "query.reportingYear", "one before the first year", f"{SPEC}, validation rules")
resolve_refused("year-2101", [], [], query(2101), "out_of_range", "query.reportingYear", "one after the last year", f"{SPEC}, validation rules")
resolve_refused("year-huge", [], [], query(99999999999), "out_of_range", "query.reportingYear", "a year beyond 32 bits", ISSUE)
resolve_refused("year-fraction", [], [], query(2024.5), "invalid_number", "query.reportingYear", "a year and a half", ISSUE)
resolve_refused("year-text", [], [], query("soon"), "invalid_number", "query.reportingYear", "a text that is no number", ISSUE)
resolve_refused("year-true", [], [], query(True), "wrong_type", "query.reportingYear", "a boolean is no year", ISSUE)
resolve_refused("fuel-empty", [], [], query(fuel=""), "empty", "query.fuelType", "an empty fuel", f"{SPEC}, validation rules")
resolve_refused("region-blank", [], [], query(region=" "), "empty", "query.region", "a region of blanks: leave it out instead", f"{SPEC}, min 1 char")
resolve_refused("gas-nul", [], [], query(gas="CO2\u0000"), "invalid_character", "query.gas", "NUL", ISSUE)
resolve_refused("fuel-long", [], [], query(fuel="x" * 501), "too_long", "query.fuelType", "501 characters", "doc of EmissionFactors::new")
resolve_refused("query-unknown-field", [], [], {**query(), "year": 2024}, "unknown_field", "query.year", "a field that the query does not have", ISSUE)
resolve_refused("query-missing-category", [], [], {k: v for k, v in query().items() if k != "category"}, "missing_field", "query.category", "a required field is absent", f"{SPEC}, validation rules")
resolve_refused("library-year", [library(1, 1800)], [], query(), "out_of_range", "data.libraries[0].releaseYear", "an edition of the year 1800", ISSUE)
resolve_refused("library-authority", [library(1, 2024, "esa")], [], query(), "unknown_value", "data.libraries[0].authority", "an authority that the contract does not have", ISSUE)
resolve_refused("library-twice", [library(1, 2023), library(1, 2024)], [], query(), "duplicate", "data.libraries[1].id", "one id names two libraries", "doc of EmissionFactors::new")
resolve_refused("library-uuid", [{**library(1, 2024), "id": "not-a-uuid"}], [], query(), "invalid_uuid", "data.libraries[0].id", "no UUID", f"{SPEC}, test scenario 8")
resolve_refused("library-uuid-braces", [{**library(1, 2024), "id": "{" + uid(1, 1) + "}"}], [], query(), "invalid_uuid", "data.libraries[0].id", "a UUID in braces", SPEC)
resolve_refused("library-created", [{**library(1, 2024), "createdAt": "2024-01-15"}], [], query(), "invalid_date", "data.libraries[0].createdAt", "a day is no instant", SPEC)
resolve_refused("library-default-text", [{**library(1, 2024), "isDefault": "true"}], [], query(), "wrong_type", "data.libraries[0].isDefault", "a text is no boolean", ISSUE)
resolve_refused("factor-orphan", ONE, [factor(1, 0.2, lib=7)], query(), "unknown_reference", "data.factors[0].libraryId", "a factor of a library that is not there", "doc of EmissionFactors::new")
resolve_refused("factor-twice", ONE, [factor(1, 0.2), factor(1, 0.2)], query(), "duplicate", "data.factors[1].id", "one id names two factors", "doc of EmissionFactors::new")
resolve_refused("factor-nan", ONE, [factor(1, "NaN")], query(), "not_finite", "data.factors[0].value", "NaN is no factor", ISSUE)
resolve_refused("factor-infinite", ONE, [factor(1, "-Infinity")], query(), "not_finite", "data.factors[0].value", "infinity is no factor", ISSUE)
resolve_refused("factor-1e400", ONE, [factor(1, "1e400")], query(), "out_of_range", "data.factors[0].value", "beyond an exact decimal", ISSUE)
resolve_refused("factor-29-places", ONE, [factor(1, "0.12345678901234567890123456789")], query(), "out_of_range", "data.factors[0].value", "29 decimal places: nothing is rounded silently", ISSUE)
resolve_refused("factor-less-than", ONE, [factor(1, "< 1")], query(), "invalid_number", "data.factors[0].value", "DEFRA writes `< 1` in some rows; it is no number", f"{DEFRA23}; {ISSUE}")
resolve_refused("factor-blank", ONE, [factor(1, "")], query(), "invalid_number", "data.factors[0].value", "blank is not zero", f"{DEFRA23}; {ISSUE}")
resolve_refused("factor-null", ONE, [factor(1, None)], query(), "missing_field", "data.factors[0].value", "null is not zero", ISSUE)
resolve_refused("oxidation-zero", ONE, [factor(1, 0.2, oxidation=0)], query(), "out_of_range", "data.factors[0].oxidationFactor", "nothing would burn", "doc of EmissionFactors::new")
resolve_refused("oxidation-percent", ONE, [factor(1, 0.2, oxidation=99.5)], query(), "out_of_range", "data.factors[0].oxidationFactor", "a share, not per cent", "doc of EmissionFactors::new")
resolve_refused("gwp-version", ONE, [], query(), "unknown_value", "data.gwpValues[0].version", "a report that the contract does not have", f"{SPEC}, validation rules", [gwp(1, "ar7", "CH4", 27)])
resolve_refused("gwp-twice", ONE, [], query(), "duplicate", "data.gwpValues[1].gas", "one gas twice in one report, by another case", "doc of EmissionFactors::new", [gwp(1, "ar5", "CH4", 28), gwp(2, "ar5", "ch4", 30)])
resolve_refused("gwp-negative", ONE, [], query(), "out_of_range", "data.gwpValues[0].value", "a negative warming potential", "doc of EmissionFactors::new", [gwp(1, "ar5", "CH4", -28)])
cases.bad("property-zero", "resolve", {"data": {**SAMPLE, "fuelProperties": [{**SAMPLE_PROPERTY, "value": 0}]}, "query": query()}, "out_of_range", "data.fuelProperties[0].value", "a heating value of zero", "doc of EmissionFactors::new")
cases.bad("property-type", "resolve", {"data": {**SAMPLE, "fuelProperties": [{**SAMPLE_PROPERTY, "propertyType": "heat"}]}, "query": query()}, "unknown_value", "data.fuelProperties[0].propertyType", "density, ncv, and gcv beyond the contract", f"{SPEC}, validation rules; {D15}")
cases.bad("data-unknown-field", "resolve", {"data": {"gwps": []}, "query": query()}, "unknown_field", "data.gwps", "a list that the data does not have", ISSUE)
cases.bad("data-missing", "resolve", {"query": query()}, "missing_field", "data", "no data", ISSUE)
cases.bad("query-list", "resolve", {"data": {}, "query": []}, "wrong_type", "query", "a list where an object belongs", ISSUE)
cases.bad("duplicate-key", "resolve", None, "duplicate", "query.gas", "a doubled key", ISSUE, text='{"data":{},"query":{"gas":"CO2","gas":"CH4"}}')
cases.bad("nan-token", "resolve", None, "invalid_json", "", "NaN is no JSON", ISSUE, text='{"data":{},"query":{"reportingYear":NaN}}')


# CO2e.
def asked(amount, unit, report="ar5", year=2024, **more):
    return {**query(year, **more), "activity": {"amount": amount, "unit": unit}, "gwpVersion": report}


def emitted(name, factors, question, note, source, libraries=ONE, gwps=GWPS, **states):
    cases.good(name, "co2e", {"data": data(libraries, factors, gwps), "query": question}, note, source, states)


def co2e_refused(name, factors, question, code, path, note, source=D15, libraries=ONE, gwps=GWPS, pending=None):
    cases.bad(name, "co2e", {"data": data(libraries, factors, gwps), "query": question}, code, path, note, source, pending=pending)


cases.good(
    "co2e-sample", "co2e", {"data": SAMPLE, "query": asked(100000, "kWh")},
    "100 MWh of natural gas by the contract's sample: 18396 kg, the oxidation factor already in it",
    f"{SPEC}, business context; {D15}", {"co2eKg": "18396", "gwp": "1", "oxidationFactor": None},
)
emitted("co2-without-gwp", [factor(1, 0.2)], asked(10, "kWh"), "CO2 has GWP 1 and need not be loaded", SPEC, gwps=[], co2eKg="2", gwp="1")
emitted("ch4-ar4", [factor(1, 0.001, gas="CH4")], asked(1000, "kWh", "ar4", gas="CH4"), "AR4: 25", AR6, co2eKg="25", gwp="25")
emitted("ch4-ar5", [factor(1, 0.001, gas="CH4")], asked(1000, "kWh", "ar5", gas="CH4"), "AR5: 28", AR6, co2eKg="28", gwp="28")
emitted("ch4-ar6", [factor(1, 0.001, gas="CH4")], asked(1000, "kWh", "ar6", gas="CH4"), "AR6, of fossil origin: 29.8", f"{AR6}; {D15}", co2eKg="29.8", gwp="29.8")
emitted("ch4-fossil-ar5", [factor(1, 0.001, gas="CH4 fossil")], asked(1000, "kWh", "ar5", gas="CH4 fossil"), "AR5, fossil: 30", D15, co2eKg="30", gwp="30")
emitted("ch4-fossil-ar6", [factor(1, 0.001, gas="CH4 fossil")], asked(1000, "kWh", "ar6", gas="CH4 fossil"), "AR6, fossil: 29.8", D15, co2eKg="29.8", gwp="29.8")
emitted("n2o-ar6", [factor(1, "0.0000889261744966443", gas="N2O")], asked("1234.5", "kWh", "ar6", gas="N2O"), "16 digits times 5 times 3: nothing is lost", D15)
DEFRA_CH4 = factor(1, 0.0002912, "kg CO2e of CH4/litres", "CH4", fuel="Diesel")
emitted("defra-trap-ch4", [DEFRA_CH4], asked(1000, "litres", fuel="Diesel", gas="CH4"), "`kg CO2e of CH4` is CO2e already: multiplying by 28 again would be wrong", f"{D15}; {DEFRA23}, diesel (average biofuel blend)", co2eKg="0.2912", gwp=None)
emitted("defra-trap-per-unit", [factor(1, "0.03290268456375839", "kg CO2e of N2O per unit/litres", "N2O", fuel="Diesel")], asked(1000, "litres", fuel="Diesel", gas="N2O"), "the label of 2023 and later", f"{D15}; {DEFRA23}, diesel (average biofuel blend)", co2eKg="32.90268456375839", gwp=None)
emitted("defra-total", [factor(1, "0.18292892617449666", "kg CO2e/kWh (Gross CV)", "CO2e")], asked(52000, "kWh (Gross CV)", gas="CO2e"), "a factor whose gas is CO2e has no GWP", f"{DEFRA23}, natural gas", co2eKg="9512.30416107382632", gwp=None)
emitted("defra-no-gwp-needed", [DEFRA_CH4], asked(1, "litres", "ar6", fuel="Diesel", gas="CH4"), "no GWP is looked up where none is multiplied", D15, gwps=[], gwp=None)
emitted("biogenic-co2-apart", [factor(1, 1.9, "kg/kg", "CO2", fuel="Wood", biogenic=True)], asked(100, "kg", fuel="Wood"), "biogenic CO2 is totalled apart", D15, co2eKg="0", biogenicCo2Kg="190")
emitted("biogenic-ch4-counts", [factor(1, 0.002, "kg/kg", "CH4", fuel="Wood", biogenic=True)], asked(100, "kg", fuel="Wood", gas="CH4"), "biogenic CH4 counts", D15, co2eKg="5.6", biogenicCo2Kg="0")
emitted("biogenic-co2e-counts", [factor(1, 0.16751, "kg CO2e/litres", "CO2e", fuel="Biodiesel ME", biogenic=True)], asked(1000, "litres", fuel="Biodiesel ME", gas="CO2e"), "a biogenic row in CO2e holds CH4 and N2O only, and counts", "DEFRA 2024, bioenergy; DECISIONS 15", co2eKg="167.51", biogenicCo2Kg="0")
emitted("biogenic-n2o-counts", [factor(1, 0.0001, "kg/kg", "N2O", fuel="Wood", biogenic=True)], asked(100, "kg", fuel="Wood", gas="N2O"), "biogenic N2O counts", D15, co2eKg="2.65", biogenicCo2Kg="0")
EXCLUDING = [library(1, 2024, valuesExcludeOxidation=True)]
emitted("oxidation-excluded", [factor(1, 0.2, oxidation=0.995)], asked(1000, "kWh"), "the library says its values leave oxidation out: multiply", D15, libraries=EXCLUDING, co2eKg="199", oxidationFactor="0.995")
emitted("oxidation-included", [factor(1, 0.2, oxidation=0.995)], asked(1000, "kWh"), "a library that does not say so: do not multiply", D15, co2eKg="200", oxidationFactor=None)
emitted("oxidation-said-false", [factor(1, 0.2, oxidation=0.995)], asked(1000, "kWh"), "false is as absent", D15, libraries=[library(1, 2024, valuesExcludeOxidation=False)], co2eKg="200")
emitted("unit-g", [factor(1, 53, "g/kWh")], asked(1000, "kWh"), "grams to kilograms", "SI Brochure, 9th edition", co2eKg="53", kgPerMassUnit="0.001")
emitted("unit-t", [factor(1, 0.5, "t/MWh")], asked(3, "MWh"), "tonnes to kilograms", "SI Brochure, 9th edition", co2eKg="1500", kgPerMassUnit="1000")
emitted("unit-tonne", [factor(1, 0.5, "tonne CO2/MWh")], asked(3, "MWh"), "tonnes spelled out, with the gas as the label", "SI Brochure, 9th edition", co2eKg="1500")
emitted("unit-lb", [factor(1, 703.7, "lb/MWh", fuel="Electricity", region="AZNM")], asked(10, "MWh", fuel="Electricity", region="AZNM", authority="egrid"), "pounds to kilograms: 1 lb = 0.45359237 kg", f"{EGRID}; NIST Handbook 44, appendix C", libraries=[library(1, 2023, "egrid")], co2eKg="3191.929507690", warnings=["earlier_library"])
emitted("unit-blanks", [factor(1, 0.2, "kg/kWh (Gross CV)")], asked(10, " kWh  (Gross CV) "), "outer and repeated blanks of a unit do not matter", "doc of co2e", co2eKg="2")
co2e_refused("unit-case", [factor(1, 0.2, "kg/MWh")], asked(10, "mWh"), "unknown_unit", "query.activity.unit", "mWh is no MWh: they are a thousand million apart", "doc of co2e")
emitted("unit-unknown-alike", [factor(1, 0.2, "kg/bale")], asked(10, " bale "), "a unit that is not known is taken where it is the factor's own", "doc of Activity", co2eKg="2")
emitted("amount-text", [factor(1, 0.2)], asked("12345678901234567.89", "kWh"), "an amount of 19 digits, as text", "DESIGN, values", co2eKg="2469135780246913.578")
emitted("amount-zero", [factor(1, 0.2)], asked(0, "kWh"), "nothing used, nothing emitted", D15, co2eKg="0")
emitted("amount-negative", [factor(1, 0.2)], asked(-10, "kWh"), "a correction", "doc of Activity", co2eKg="-2")
emitted("factor-negative", [factor(1, -0.5, "kg CO2e/kWh", "CO2e")], asked(10, "kWh", gas="CO2e"), "a credit as the library states it", "doc of Activity", co2eKg="-5")
emitted("factor-zero", [factor(1, 0)], asked(10, "kWh"), "a factor of zero is a factor", D15, co2eKg="0")
emitted("warning-global", [factor(1, 0.2)], asked(1, "kWh", region="Europe"), "a worldwide average is said to be one", f"{SPEC}, integration notes", warnings=["global_average"])
emitted("warning-none", [factor(1, 0.2, region="Europe")], asked(1, "kWh", region="Europe"), "the region's factor of the year: nothing to warn of", SPEC, warnings=[])
emitted("warning-earlier", [factor(1, 0.2)], asked(1, "kWh", year=2026), "worldwide and of an earlier edition: both are said", f"{SPEC}, integration notes", warnings=["earlier_library", "global_average"])
emitted("warning-default", [factor(1, 0.2, region="Europe")], asked(1, "kWh", year=2001, region="Europe"), "a later edition as default is marked", D12, libraries=[library(1, 2024, default=True)], warnings=["default_library"])
emitted("gwp-case", [factor(1, 0.001, gas="ch4")], asked(1000, "kWh", gas="CH4"), "gases match by case-blind text", D13, co2eKg="28")
emitted("gwp-of-co2-loaded", [factor(1, 0.2)], asked(10, "kWh"), "a loaded GWP of CO2 is used as any other", SPEC, gwps=[gwp(1, "ar5", "CO2", 1)], gwp="1")
emitted("electricity-2024", [factor(1, 0.20705, "kg CO2e/kWh", "CO2e", fuel="Electricity: UK", region="GB")], asked(8640, "kWh", fuel="Electricity: UK", gas="CO2e", region="GB"), "UK electricity generated", f"{DEFRA24}, UK electricity", co2eKg="1788.912")

co2e_refused("unit-mismatch", [factor(1, 0.2)], asked(10, "litres"), "unit_mismatch", "query.activity.unit", "litres are no energy where the library has no calorific value")
co2e_refused("unit-gross-net", [factor(1, 0.2, "kg/kWh (Gross CV)")], asked(10, "kWh (Net CV)"), "unit_mismatch", "query.activity.unit", "kWh gross and kWh net are different units")
co2e_refused("unit-empty", [factor(1, 0.2)], asked(10, ""), "unknown_unit", "query.activity.unit", "an empty unit is not the factor's", "doc of co2e")
co2e_refused("gwp-missing", [factor(1, 0.001, gas="CH4")], asked(10, "kWh", gas="CH4"), "gwp_not_found", "query.gwpVersion", "a missing GWP is an error, never zero", gwps=[])
co2e_refused("gwp-other-report", [factor(1, 0.001, gas="CH4")], asked(10, "kWh", "ar6", gas="CH4"), "gwp_not_found", "query.gwpVersion", "another report's GWP is not taken", gwps=[gwp(1, "ar5", "CH4", 28)])
co2e_refused("gwp-fossil-missing", [factor(1, 0.001, gas="CH4 fossil")], asked(10, "kWh", "ar4", gas="CH4 fossil"), "gwp_not_found", "query.gwpVersion", "AR4 does not tell fossil CH4 apart: nothing is guessed")
co2e_refused("factor-missing", [], asked(10, "kWh"), "factor_not_found", "query", "a missing factor is an error, never zero")
co2e_refused("factor-missing-region", [EUROPE], asked(10, "kWh", region="Asia"), "factor_not_found", "query", "a factor of another region does not help")
co2e_refused("co2e-ambiguous", [factor(1, 0.2), factor(2, 0.3)], asked(10, "kWh"), "ambiguous_factor", "query", "two values for one query", D13)
for slug, unit, gas, note in [
    ("unit-no-mass", "kWh", "CO2", "a factor's unit without a mass"),
    ("unit-energy", "kWh (Net CV)/litres", "CO2", "DEFRA's energy intensities are no emission factors"),
    ("unit-ton", "ton/MWh", "CO2", "a ton may be three things"),
    ("unit-no-slash", "kg", "CO2", "a mass per nothing"),
    ("unit-label-other-gas", "kg CO2/kWh", "CH4", "the label names another gas than the factor"),
    ("unit-label-other-gas-co2e", "kg CO2e of N2O/kWh", "CH4", "the label names another gas's share"),
    ("unit-no-activity", "kg/", "CO2", "nothing behind the slash"),
    ("unit-label-part-as-total", "kg CO2e of CH4/kWh", "CO2e", "the CH4 share is not the total"),
]:
    co2e_refused(f"factor-{slug}", [factor(1, 0.2, unit, gas)], asked(10, "kWh", gas=gas), "unknown_value", "data.factors[0].unit", note, "doc of co2e")
co2e_refused("amount-nan", [factor(1, 0.2)], asked("NaN", "kWh"), "not_finite", "query.activity.amount", "NaN is no amount", ISSUE)
co2e_refused("amount-infinite", [factor(1, 0.2)], asked("Infinity", "kWh"), "not_finite", "query.activity.amount", "infinity is no amount", ISSUE)
co2e_refused("amount-1e400", [factor(1, 0.2)], asked("1e400", "kWh"), "out_of_range", "query.activity.amount", "beyond an exact decimal", ISSUE)
co2e_refused("amount-comma", [factor(1, 0.2)], asked("1,000", "kWh"), "invalid_number", "query.activity.amount", "a thousands separator is no digit", ISSUE)
co2e_refused("amount-null", [factor(1, 0.2)], asked(None, "kWh"), "missing_field", "query.activity.amount", "null is not zero")
co2e_refused("result-too-large", [factor(1, "7900000000000000000000000000")], asked("1000", "kWh"), "out_of_range", "query", "the product does not fit", "doc of co2e")
co2e_refused("gwp-version-unknown", [factor(1, 0.2)], asked(10, "kWh", "AR5"), "unknown_value", "query.gwpVersion", "enum values are matched by case", f"{SPEC}, validation rules")
co2e_refused("co2e-year-1800", [factor(1, 0.2)], asked(10, "kWh", year=1800), "out_of_range", "query.reportingYear", "the year 1800", ISSUE)
co2e_refused("co2e-authority", [factor(1, 0.2)], asked(10, "kWh", authority="epa "), "unknown_value", "query.authority", "enum values are matched exactly", ISSUE)
cases.bad("activity-missing", "co2e", {"data": SAMPLE, "query": {**query(), "gwpVersion": "ar5"}}, "missing_field", "query.activity", "nothing to multiply", ISSUE)
cases.bad("activity-number", "co2e", {"data": SAMPLE, "query": {**query(), "activity": 100, "gwpVersion": "ar5"}}, "wrong_type", "query.activity", "an amount without its unit", ISSUE)
cases.bad("gwp-version-missing", "co2e", {"data": SAMPLE, "query": {k: v for k, v in asked(1, "kWh").items() if k != "gwpVersion"}}, "missing_field", "query.gwpVersion", "no report is guessed", ISSUE)
cases.bad("activity-unknown-field", "co2e", {"data": SAMPLE, "query": {**asked(1, "kWh"), "activity": {"amount": 1, "unit": "kWh", "from": "2024-01-01"}}}, "unknown_field", "query.activity.from", "a field that an activity does not have", ISSUE)

# What several cases share, named once in the file.
cases.fixtures = {
    "contract-sample": SAMPLE,
    "library": library(1, 2024),
    "factor": factor(1, 0.2),
    "gwps-of-all-reports": GWPS,
    "library-a-year": YEARS,
    "factor-a-year": BY_YEAR,
    "factors-of-all-tiers": TIERED,
    "query": query(),
    "query-co2e": asked(10, "kWh"),
}
