"""Emission factors: typed answers, issues, and inventories by rows and by columns against the calls for one."""

from __future__ import annotations

import _thread
import copy
import dataclasses
import json
import math
import pickle
import signal
import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timezone
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
import pytest
import tierra
from hypothesis import given, settings
from hypothesis import strategies as st
from tierra.emission import Conversion, SourceRow, StatedCategory, WarningTotal

PUBLISHED = "2024-07-08T00:00:00.000Z"
DEFRA, OLDER = UUID(int=1), UUID(int=2)


def library(id: UUID, year: int, **more: Any) -> dict[str, Any]:
    return {"id": str(id), "name": f"DEFRA {year}", "authority": "defra", "version": "1", "releaseYear": year,
            "isDefault": False, "createdAt": PUBLISHED, **more}


def factor(number: int, category: str, fuel: str, gas: str, value: str, unit: str, **more: Any) -> dict[str, Any]:
    return {"id": str(UUID(int=number)), "libraryId": str(DEFRA), "category": category, "fuelType": fuel, "gas": gas,
            "isBiogenic": False, "value": value, "oxidationFactor": 1, "unit": unit, "createdAt": PUBLISHED, **more}


DATA: dict[str, Any] = {
    "libraries": [
        library(DEFRA, 2024, gwpVersion="ar5", publication="Conversion factors 2024", licence="OGL v3.0",
                biogenicCategories=[{"category": "Fuels", "biogenicCategory": "Outside of scopes"}]),
        library(OLDER, 2022),
    ],
    "factors": [
        factor(10, "Fuels", "Natural gas", "CO2e", "0.1829", "kg CO2e/kWh (Gross CV)", scope="scope_1", lower="0.18",
               upper="0.19", source={"table": "Fuels", "row": "row 27"}),
        factor(11, "Fuels", "Natural gas", "CH4", "0.0003", "kg CO2e of CH4/kWh (Gross CV)", scope="scope_1"),
        factor(12, "Fuels", "Diesel", "CO2e", "2.5", "kg CO2e/litres", scope="scope_1"),
        factor(13, "Outside of scopes", "Diesel", "CO2", "0.16", "kg CO2/litres", scope="outside_of_scopes", isBiogenic=True),
        factor(14, "Electricity", "Electricity", "CO2", "0.2", "kg/kWh", scope="scope_2", region="GB"),
        factor(15, "Electricity", "Electricity", "N2O", "0.00001", "kg/kWh", scope="scope_2", region="GB"),
        factor(16, "Electricity", "Electricity", "CO2", "0.3", "kg/kWh", scope="scope_2", region="GB",
               technology="Residual mix"),
        factor(17, "Electricity", "Heat", "CO2e", "0.17", "kg CO2e/kWh", scope="scope_2"),
    ],
    "fuelProperties": [
        {"id": str(UUID(int=20)), "libraryId": str(DEFRA), "fuelType": "Diesel", "propertyType": "density", "value": "0.84",
         "unit": "kg/litre", "createdAt": PUBLISHED},
    ],
    "gwpValues": [
        {"id": str(UUID(int=30)), "version": "ar5", "gas": "N2O", "value": 265, "createdAt": PUBLISHED,
         "source": {"table": "8.A.1", "row": "Nitrous oxide"}},
        {"id": str(UUID(int=31)), "version": "ar6", "gas": "N2O", "value": 273, "createdAt": PUBLISHED},
    ],
    "regionParents": [{"libraryId": str(DEFRA), "region": "London", "parent": "GB"}],
}
FACTORS = tierra.EmissionFactors(DATA)
GAS: dict[str, Any] = {"authority": "defra", "reporting_year": 2024, "category": "Fuels", "fuel_type": "Natural gas"}
POWER: dict[str, Any] = {"authority": "defra", "reporting_year": 2024, "category": "Electricity", "fuel_type": "Electricity"}
GROSS = "kWh (Gross CV)"


# --- errors


def refusal(call: Callable[[], Any]) -> tierra.TierraError:
    with pytest.raises(tierra.TierraError) as caught:
        call()
    return caught.value


def test_issues_tell_all_that_is_wrong() -> None:
    error = refusal(lambda: FACTORS.search("not-a-uuid", page=0, gas=""))
    assert (error.code, error.path) == ("invalid_uuid", "libraryId")
    assert [(issue.code, issue.path) for issue in error.issues] == [
        ("invalid_string", ("libraryId",)),
        ("too_small", ("gas",)),
        ("too_small", ("page",)),
    ]
    assert error.issues[0] == tierra.Issue("invalid_string", "Invalid library ID", ("libraryId",))
    assert (error.http_status, tierra.error_body(error).status, refusal(lambda: tierra.identify("", "1")).http_status) == (400, 400, 422)
    assert refusal(lambda: tierra.identify("", "1")).issues == ()


def test_errors_keep_their_issues_when_they_are_copied() -> None:
    error = refusal(lambda: FACTORS.search("not-a-uuid", page=0))
    for same in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert isinstance(same, tierra.TierraError)
        assert (same.code, same.path, same.message, same.issues) == (error.code, error.path, error.message, error.issues)
        assert str(same) == str(error)


def test_error_bodies_are_those_of_the_contract() -> None:
    status, body = tierra.error_body(refusal(lambda: FACTORS.gwp_values("ar9")))  # type: ignore[arg-type]
    assert (status, body["code"]) == (400, "VALIDATION_FAILED")
    assert body["details"]["issues"][0]["path"] == ["version"]
    json.dumps(body)
    other = tierra.error_body(refusal(lambda: FACTORS.digest(UUID(int=9))))
    assert (other.status, other.body["code"]) == (422, "UNKNOWN_REFERENCE")
    for call in (lambda: tierra.error_body(ValueError("x")), lambda: tierra.error_body("x")):  # type: ignore[arg-type]
        assert refusal(call).code == "wrong_type"
    assert refusal(lambda: tierra.error_body(tierra.TierraError("made_up", "", ""))).path == "code"


# --- typed answers


def test_lists_of_the_contract() -> None:
    assert [one.id for one in FACTORS.libraries()] == [DEFRA, OLDER]
    (newest,) = FACTORS.libraries("defra", 2024)
    assert (newest.gwp_version, newest.licence, newest.created_at) == ("ar5", "OGL v3.0", datetime(2024, 7, 8, tzinfo=timezone.utc))
    assert newest.biogenic_categories[0].biogenic_category == "Outside of scopes"
    assert FACTORS.libraries(authority="epa") == ()
    page = FACTORS.search(DEFRA, fuel_type="natural  GAS", page_size=1)
    assert (page.total, page.page, page.page_size, page.total_pages) == (2, 1, 1, 2)
    (found,) = page.items
    assert (found.value, found.lower, found.upper) == (Decimal("0.1829"), Decimal("0.18"), Decimal("0.19"))
    assert found.source == SourceRow("Fuels", "row 27") and found.scope == "scope_1"
    assert FACTORS.search(str(DEFRA), region="GB", technology="residual mix").total == 1
    assert FACTORS.search(UUID(int=99)) == tierra.FactorPage(items=(), total=0, page=1, page_size=20, total_pages=0)
    assert [(one.property_type, one.value) for one in FACTORS.fuel_properties(DEFRA, "diesel", "density")] == [("density", Decimal("0.84"))]
    assert FACTORS.fuel_properties(OLDER) == ()
    assert [one.value for one in FACTORS.gwp_values("ar5")] == [265]
    assert len(FACTORS.gwp_values()) == 2


def test_answers_are_frozen() -> None:
    answers: list[Any] = [
        FACTORS.emissions(**GAS, amount=1, unit=GROSS, gwp_version="ar5"),
        FACTORS.explain(**GAS, gas="CO2e"),
        FACTORS.search(DEFRA).items[0],
    ]
    for answer in answers:
        with pytest.raises((dataclasses.FrozenInstanceError, AttributeError, TypeError)):
            answer.extra = 1
        assert not hasattr(answer, "__dict__")


def test_queries_can_be_pinned_and_name_a_unit() -> None:
    digest = FACTORS.digest(DEFRA)
    assert len(digest) == 64 and digest == FACTORS.digest(str(DEFRA)) != FACTORS.digest(OLDER)
    found = FACTORS.resolve(**GAS, gas="CO2e", library_digest=digest, factor_unit=GROSS)
    assert found is not None and found.library_match == "exact"
    pinned = FACTORS.resolve(**{**GAS, "reporting_year": 2023}, gas="CO2e", library_digest=digest)
    assert pinned is not None and pinned.library_match == "pinned" and pinned.used_fallback
    assert refusal(lambda: FACTORS.resolve(**GAS, gas="CO2e", library_digest="0" * 64)).code == "digest_not_found"
    why = FACTORS.explain(**GAS, gas="CO2e", library_digest="0" * 64)
    assert why.resolved is None and why.refused is not None and why.refused.code == "digest_not_found"


def test_explanations_tell_every_step() -> None:
    why = FACTORS.explain(**POWER, gas="CO2", region="London")
    assert [(one.release_year, one.outcome) for one in why.libraries] == [(2024, "chosen"), (2022, "older_edition")]
    assert why.libraries[0].digest == FACTORS.digest(DEFRA)
    assert [(tried.tier, tried.regions, tried.matched) for tried in why.tiers] == [
        ("regional", ("London",), 0),
        ("regional", ("GB",), 2),
    ]
    assert [one.outcome for one in why.candidates] == ["chosen", "other_technology"]
    assert why.resolved is not None and why.resolved.factor.id == why.candidates[0].factor_id


def test_co2e_shows_its_conversions() -> None:
    answer = FACTORS.co2e(
        authority="defra", reporting_year=2024, category="Fuels", fuel_type="Diesel", gas="CO2e", amount="0.84",
        unit="tonnes", gwp_version="ar5",
    )
    assert answer.co2e_kg == 2500
    assert [(step.basis, step.amount) for step in answer.conversions if step.property is not None] == [("density", Decimal(1000))]
    assert all(isinstance(step, Conversion) for step in answer.conversions)


def test_emissions_of_all_gases() -> None:
    diesel = FACTORS.emissions(**{**GAS, "fuel_type": "Diesel"}, amount=1000, unit="litres", gwp_version="ar5")
    assert (diesel.co2e_kg, diesel.biogenic_co2_kg, diesel.market_based_co2e_kg, diesel.scope) == (Decimal(2500), Decimal(160), None, "scope_1")
    gas = FACTORS.emissions(**GAS, amount=100.5, unit=GROSS, gwp_version="ar6", gas="CH4")
    assert gas.co2e_kg == Decimal("0.03015") and gas.warnings == ("other_gwp_version", "global_average")
    assert gas.severity == "caution" and gas.method.gases_stated == ("CH4",)
    power = FACTORS.emissions(
        **POWER, amount=1000, unit="kWh", region="London", gwp_version="ar5",
        instruments=[{"name": "REGO", "value": 0, "unit": "kg CO2e/kWh", "amount": "400"}],
    )
    assert (power.co2e_kg, power.market_based_co2e_kg) == (Decimal("202.65"), Decimal(180))
    assert [(one.gas, one.gwp, one.co2e_kg) for one in power.gases] == [
        ("CO2", Decimal(1), Decimal(200)), ("N2O", Decimal(265), Decimal("2.65"))]
    assert power.warnings == ("parent_region",)
    method = power.method
    assert method.library is not None and method.library.id == DEFRA and method.library_digest == FACTORS.digest(DEFRA)
    assert [used.region_steps for used in method.factors] == [1, 1]
    assert method.factors[1].gwp is not None and method.factors[1].gwp.source == SourceRow("8.A.1", "Nitrous oxide")
    assert [used.factor.value for used in method.residual_mix] == [Decimal("0.3")]
    too_much = [tierra.Instrument("REGO", 0, "kg CO2e/kWh", 1001)]
    error = refusal(lambda: FACTORS.emissions(**POWER, region="GB", amount=1000, unit="kWh", gwp_version="ar5", instruments=too_much))
    assert (error.code, error.path) == ("out_of_range", "instruments[0].amount")


def test_reference_data_is_there_or_refused() -> None:
    try:
        assert tierra.EmissionFactors.reference().libraries()
    except tierra.TierraError as error:
        assert (error.code, error.path) == ("unknown_value", "reference")


def test_more_data_stands_behind_what_is_there() -> None:
    more = {"factors": [factor(40, "Fuels", "Coal", "CO2e", "2400", "kg CO2e/tonnes")]}
    other = tierra.EmissionFactors({"libraries": [library(UUID(int=3), 2020)]})
    for data in (more, json.dumps(more), MappingProxyType(more)):
        extended = FACTORS.extended(data)
        assert extended.search(DEFRA, fuel_type="coal").total == 1
        assert FACTORS.search(DEFRA, fuel_type="coal").total == 0
    assert len(FACTORS.extended(other).libraries()) == 3
    # A library that stands in both is taken from the data that is added; what is stated alike is held once.
    assert FACTORS.extended(FACTORS).data() == FACTORS.data()
    assert refusal(lambda: FACTORS.extended(5)).code == "wrong_type"  # type: ignore[arg-type]
    assert refusal(lambda: FACTORS.extended("{")).code == "invalid_json"
    again = tierra.EmissionFactors(FACTORS.data())
    assert again.data() == FACTORS.data()


def test_units_convert() -> None:
    assert tierra.convert_unit("1", "mmBtu", "kWh") == Decimal("293.07107017222222222222222222")
    assert tierra.convert_unit(Decimal("2.5"), "short tons", "kg") == Decimal("2267.96185")
    for given, code, path in (
        ((1, "ton", "kg"), "unknown_unit", "from"),
        ((1, "kg", "acres"), "unknown_unit", "to"),
        ((1, "kWh", GROSS), "unit_mismatch", "to"),
        ((math.nan, "kg", "t"), "not_finite", "amount"),
        ((1, None, "t"), "missing_field", "from"),
        ((1, 5, "t"), "wrong_type", "from"),
    ):
        error = refusal(lambda: tierra.convert_unit(*given))
        assert (error.code, error.path) == (code, path)


# --- inventories

ROWS: list[dict[str, Any]] = [
    {"id": "boiler", **GAS, "amount": 1000, "unit": GROSS},
    {"id": 7, **GAS, "fuel_type": "Diesel", "amount": Decimal("10.5"), "unit": "litres", "scope": "scope_3"},
    {"id": UUID(int=5), **GAS, "amount": "12", "unit": "kWh"},
    {**POWER, "amount": 2.5, "unit": "MWh", "region": "London", "instruments": [
        {"name": "REGO", "value": 0, "unit": "kg CO2e/kWh", "amount": 1}]},
    {"id": "pinned", **POWER, "amount": -1, "unit": "kWh", "region": "GB", "library_digest": FACTORS.digest(DEFRA),
     "factor_unit": "kWh", "gas": "N2O", "technology": None},
    {"id": "typo", **GAS, "amount": 1, "unit": GROSS, "fuel": "x"},
    {"id": None, **GAS, "unit": GROSS},
]
JSON_NAMES = {"reporting_year": "reportingYear", "fuel_type": "fuelType", "factor_unit": "factorUnit", "library_digest": "libraryDigest"}


def columns_of(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return {name: [row.get(name) for row in rows] for name in names}


def by_json(rows: list[dict[str, Any]], defaults: dict[str, Any] | None = None) -> Any:
    """The call `inventory` of the core on plain values, with the names of the JSON form; its parts as they are answered."""
    named = [json_row(row) for row in rows]
    query: dict[str, Any] = {"rows": named, "gwpVersion": "ar5"}
    if defaults is not None:
        query["defaults"] = json_row(defaults)
    return FACTORS._data.call("inventory", query)


def json_row(row: dict[str, Any]) -> dict[str, Any]:
    return {JSON_NAMES.get(name, name): value for name, value in row.items()}


def test_rows_answer_as_each_alone() -> None:
    inventory = FACTORS.inventory(ROWS, gwp_version="ar5")
    assert len(inventory) == len(ROWS) and not inventory.cancelled and inventory.gwp_version == "ar5"
    for at, row in enumerate(ROWS[:5]):
        query = {name: value for name, value in row.items() if name != "id"}
        if at == 2:
            assert refusal(lambda: inventory.row(2)).path == "rows[2].unit"
            continue
        alone, one = FACTORS.emissions(**query, gwp_version="ar5"), inventory.row(at)
        assert (one.row, one.id) == (at, row.get("id"))
        assert (one.co2e_kg, one.biogenic_co2_kg, one.market_based_co2e_kg) == (
            alone.co2e_kg, alone.biogenic_co2_kg, alone.market_based_co2e_kg)
        assert (one.scope, one.gases, one.warnings) == (alone.scope, alone.gases, alone.warnings)
        assert inventory.methods[one.method] == alone.method
    assert [(failed.row, failed.id, failed.error.code, failed.error.path) for failed in inventory.failed] == [
        (2, UUID(int=5), "unit_mismatch", "rows[2].unit"),
        (5, "typo", "unknown_field", "rows[5].fuel"),
        (6, None, "missing_field", "rows[6].amount"),
    ]
    assert [type(row).__name__ for row in inventory] == ["InventoryRow" if row in (0, 1, 3, 4) else "FailedRow" for row in range(7)]
    assert [row.row for row in inventory.rows()] == [0, 1, 3, 4]
    assert inventory.row(-3).id == "pinned"
    with pytest.raises(IndexError):
        inventory.row(7)


def test_an_answer_without_co2_says_so() -> None:
    road = [
        factor(60, "On-road", "Gasoline", "CH4", "0.0051", "g CH4/mile", technology="Car"),
        factor(61, "On-road", "Gasoline", "N2O", "0.0014", "g N2O/mile", technology="Car"),
        factor(62, "Mobile", "Motor Gasoline", "CO2", "8.78", "kg CO2/US gallon"),
    ]
    values = [{"id": str(UUID(int=70 + at)), "version": "ar5", "gas": gas, "value": value, "createdAt": PUBLISHED}
              for at, (gas, value) in enumerate([("CH4", 28), ("CH4 fossil", 30), ("N2O", 265)])]
    factors = tierra.EmissionFactors({"libraries": [library(DEFRA, 2024)], "factors": road, "gwpValues": values})
    asked: dict[str, Any] = dict(authority="defra", reporting_year=2024, category="On-road", fuel_type="Gasoline", technology="Car", gwp_version="ar5")
    car = factors.emissions(**asked, amount=10000, unit="miles")
    assert (car.co2e_kg, car.severity, car.warnings[0]) == (Decimal("5.138"), "incomplete", "co2_not_stated")
    assert car.method.gases_stated == ("CH4", "N2O")
    assert car.method.co2_stated_in == (StatedCategory("Mobile", "Motor Gasoline"),)
    assert factors.emissions(**asked, amount=10000, unit="miles", methane="by_origin").co2e_kg == Decimal("5.24")
    shared = {name: value for name, value in asked.items() if name != "gwp_version"}
    for rows in ([{"amount": 10000, "unit": "miles"}], {"amount": [10000], "unit": ["miles"], "methane": ["by_origin"]}):
        inventory = factors.inventory(rows, gwp_version="ar5", defaults=shared)
        assert inventory.co2e_kg == [Decimal("5.24") if isinstance(rows, dict) else Decimal("5.138")]
        assert [(one.warning, one.severity, one.rows) for one in inventory.totals.warnings][0] == ("co2_not_stated", "incomplete", 1)
    with pytest.raises(tierra.TierraError, match="may be one of `US gallon`, `imperial gallon`"):
        tierra.convert_unit(1, "gallons", "litres")


def test_columns_and_totals_hold_together() -> None:
    inventory = FACTORS.inventory(ROWS, gwp_version="ar5")
    totals = inventory.totals
    kg = inventory.co2e_kg
    assert [amount is None for amount in kg] == [False, False, True, False, False, True, True]
    assert sum(amount for amount in kg if amount is not None) == totals.co2e_kg
    assert (totals.rows, totals.failed_rows, totals.rows_without_biogenic) == (4, 3, 0)
    assert inventory.market_based_co2e_kg[3] is not None and inventory.market_based_co2e_kg[0] is None
    assert inventory.scope == ["scope_1", "scope_3", None, "scope_2", "scope_2", None, None]
    assert inventory.category == ["Fuels", "Fuels", None, "Electricity", "Electricity", None, None]
    assert inventory.biogenic_co2_kg[1] == Decimal("1.68") == totals.biogenic_co2_kg
    assert [inventory.methods[at].factors[0].factor.gas for at in inventory.method if at is not None] == ["CO2e", "CO2e", "CO2", "N2O"]
    assert [(group.scope, group.category, group.rows) for group in totals.by_scope] == [
        ("scope_1", None, 1), ("scope_2", None, 2), ("scope_3", None, 1)]
    assert [group.category for group in totals.by_category] == ["Fuels", "Electricity", "Fuels"]
    assert [total.gas for total in totals.by_gas] == ["CH4", "CO2e", "CO2", "N2O"]
    rows = list(inventory.rows())
    counted = {name: sum(name in row.warnings for row in rows) for row in rows for name in row.warnings}
    assert {total.warning: total.rows for total in totals.warnings} == counted and "global_average" in counted
    assert all(isinstance(total, WarningTotal) for total in totals.warnings)
    severities = ("incomplete", "caution", "note")
    assert [total.severity for total in totals.warnings] == sorted((t.severity for t in totals.warnings), key=severities.index)
    assert repr(inventory).startswith("<Inventory of 4 rows: ")


def test_rows_columns_and_plain_values_answer_the_same() -> None:
    rows = ROWS[:5]
    by_rows = FACTORS.inventory(rows, gwp_version="ar5")
    for other in (columns_of(rows), iter(rows), tuple(MappingProxyType(row) for row in rows), pd.DataFrame(rows).astype(object)):
        assert FACTORS.inventory(other, gwp_version="ar5").to_json() == by_rows.to_json()
    # Byte for byte what the core itself answers on JSON text.
    data, query = {**DATA}, {"rows": [json_row(row) for row in rows], "gwpVersion": "ar5"}
    text = json.dumps({"data": data, "call": "inventory", "query": query}, default=str)
    assert by_rows.to_json() == tierra.call_json("factors", text)


FUELS = ["Natural gas", "natural  GAS", "Diesel", "Electricity", "Coal", "", None, 5]
CELLS: dict[str, st.SearchStrategy[Any]] = {
    "authority": st.sampled_from(["defra"] * 8 + ["DEFRA", "epa", None, 1]),
    "reporting_year": st.sampled_from([2024] * 6 + [2023, 1800, 2024.0, 2024.5, "2024", True, None, 10**30]),
    "category": st.sampled_from(["Fuels"] * 3 + ["Electricity", "fuels", None, "x" * 501]),
    "fuel_type": st.sampled_from(FUELS),
    "gas": st.sampled_from([None] * 6 + ["CO2", "CO2e", "co2e"]),
    "region": st.sampled_from([None, "GB", "London", "FR"]),
    "technology": st.sampled_from([None] * 4 + ["Residual mix"]),
    "factor_unit": st.sampled_from([None] * 6 + ["kWh", 1]),
    "library_digest": st.sampled_from([None] * 6 + [FACTORS.digest(DEFRA), "0" * 64, "x"]),
    "amount": st.one_of(
        st.integers(), st.floats(), st.decimals(), st.sampled_from([None, "1e3", "x", "", True, -0.0, 1e15, 1e-30]),
        st.floats(0, 1e6),
    ),
    "unit": st.sampled_from([GROSS, "litres", "kWh", "tonnes", "acres", None, "MWh"]),
    "scope": st.sampled_from([None] * 6 + ["scope_1", "scope_2", "scope_9"]),
    "instruments": st.sampled_from([None] * 6 + [[], (), [{"name": "x", "value": 0, "unit": "kg CO2e/kWh"}], "x", [5]]),
    "id": st.one_of(st.none(), st.text(max_size=3), st.integers(0, 9), st.uuids()),
}
FULL = st.fixed_dictionaries(CELLS)
SPARSE = st.fixed_dictionaries({}, optional=CELLS)
DEFAULTS: dict[str, Any] = {**GAS, "unit": GROSS}


@given(st.lists(st.one_of(FULL, SPARSE), max_size=20), st.sampled_from([None, DEFAULTS]))
@settings(max_examples=300, deadline=None)
def test_what_is_read_here_is_read_as_the_core_reads_it(rows: list[dict[str, Any]], defaults: dict[str, Any] | None) -> None:
    ours = FACTORS.inventory(rows, gwp_version="ar5", defaults=defaults)
    expected = by_json([{name: value for name, value in row.items() if value not in ("", None) or name in ("fuel_type", "amount")}
                        for row in rows], defaults)
    assert [(one.row, one.id, one.error.code, one.error.path, one.error.message) for one in ours.failed] == [
        (one.row, rows[one.row].get("id"), one.error.code, one.error.path, one.error.message) for one in expected["failed"]
    ]
    def figures(rows: Iterable[tierra.InventoryRow]) -> list[Any]:
        return [(row.row, row.co2e_kg, row.biogenic_co2_kg, row.market_based_co2e_kg, row.scope, row.category, row.gases,
                 row.warnings, row.method) for row in rows]

    assert figures(ours.rows()) == figures(expected["rows"])
    assert ours.totals == expected["totals"]
    text = json.loads(ours.to_json())
    assert [len(text[name]) for name in ("rows", "failed", "methods")] == [len(expected[name]) for name in ("rows", "failed", "methods")]
    columns = {"amount": [None] * len(rows), **columns_of(rows)}
    assert FACTORS.inventory(columns, gwp_version="ar5", defaults=defaults).to_json() == ours.to_json()


def test_tables_are_taken_with_what_they_have_for_nothing() -> None:
    frame = pd.DataFrame({
        "fuel_type": pd.Series(["Natural gas", "Diesel", None, "Natural gas"], dtype="string"),
        "amount": [1000.0, 10.5, 1.0, math.nan],
        "unit": pd.Categorical([GROSS, "litres", GROSS, GROSS]),
        "reporting_year": [2024, math.nan, 2024, 2024],
        "region": ["", math.nan, pd.NA, None],
        "scope": ["", None, None, None],
        "id": np.array([1, 2, 3, 4]),
    })
    inventory = FACTORS.inventory(frame, gwp_version="ar5", defaults={"authority": "defra", "category": "Fuels", "reporting_year": 2024})
    assert inventory.co2e_kg == [Decimal("182.9"), Decimal("26.25"), None, None]
    assert [(one.id, one.error.code, one.error.path) for one in inventory.failed] == [
        (3, "missing_field", "rows[2].fuelType"), (4, "not_finite", "rows[3].amount")]
    arrays = {"amount": np.array([1.5, 2.5]), "unit": np.array([GROSS, GROSS]), "fuel_type": np.array(["Natural gas"] * 2, object),
              "reporting_year": np.array([2024, 2024], "int16"), "id": iter(["a", "b"])}
    inventory = FACTORS.inventory(arrays, gwp_version="ar5", defaults={"authority": "defra", "category": "Fuels"})
    assert inventory.co2e_kg == [Decimal("0.27435"), Decimal("0.45725")] and inventory.row(1).id == "b"
    as_rows = FACTORS.inventory([{"amount": np.int64(3), "unit": np.str_(GROSS)}, {"amount": np.float32(0.5), "unit": GROSS}],
                                gwp_version="ar5", defaults=GAS)
    assert as_rows.co2e_kg == [Decimal("0.5487"), Decimal("0.09145")]


REFUSED: list[tuple[str, Callable[[], Any], str, str]] = [
    ("a number for rows", lambda: FACTORS.inventory(5, gwp_version="ar5"), "wrong_type", "rows"),
    ("a text for rows", lambda: FACTORS.inventory("rows", gwp_version="ar5"), "wrong_type", "rows"),
    ("no rows at all", lambda: FACTORS.inventory(None, gwp_version="ar5"), "wrong_type", "rows"),
    ("an unknown column", lambda: FACTORS.inventory({"fuel": []}, gwp_version="ar5"), "unknown_field", "rows.fuel"),
    ("a column by its JSON name", lambda: FACTORS.inventory({"fuelType": []}, gwp_version="ar5"), "unknown_field", "rows.fuelType"),
    ("a column whose name is no text", lambda: FACTORS.inventory({5: []}, gwp_version="ar5"), "missing_field", "rows.amount"),
    ("columns of two lengths", lambda: FACTORS.inventory({"amount": [1, 2], "unit": ["t"]}, gwp_version="ar5"), "length_mismatch", "rows.unit"),
    ("a text for a column", lambda: FACTORS.inventory({"amount": [1], "unit": "t"}, gwp_version="ar5"), "wrong_type", "rows.unit"),
    ("a number for a column", lambda: FACTORS.inventory({"amount": 1}, gwp_version="ar5"), "wrong_type", "rows.amount"),
    ("an array of no dimension", lambda: FACTORS.inventory({"amount": np.array(1)}, gwp_version="ar5"), "wrong_type", "rows.amount"),
    ("a report that does not exist", lambda: FACTORS.inventory([], gwp_version="ar9"), "unknown_value", "gwpVersion"),
    ("no report", lambda: FACTORS.inventory([], gwp_version=None), "missing_field", "gwpVersion"),  # type: ignore[arg-type]
    ("a number for a report", lambda: FACTORS.inventory([], gwp_version=5), "wrong_type", "gwpVersion"),  # type: ignore[arg-type]
    ("a list for defaults", lambda: FACTORS.inventory([], gwp_version="ar5", defaults=[]), "wrong_type", "defaults"),  # type: ignore[arg-type]
    ("an unknown default", lambda: FACTORS.inventory([], gwp_version="ar5", defaults={"x": 1}), "unknown_field", "defaults.x"),
    ("an amount for all", lambda: FACTORS.inventory([], gwp_version="ar5", defaults={"amount": 1}), "unknown_field", "defaults.amount"),
    ("a default of another type", lambda: FACTORS.inventory([], gwp_version="ar5", defaults={"unit": 1}), "wrong_type", "defaults.unit"),
    ("an unknown default scope", lambda: FACTORS.inventory([], gwp_version="ar5", defaults={"scope": "1"}), "unknown_value", "defaults.scope"),
]


@pytest.mark.parametrize(("call", "code", "path"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_no_inventory_is_refused(call: Callable[[], Any], code: str, path: str) -> None:
    error = refusal(call)
    assert (error.code, error.path) == (code, path), error


def test_an_empty_text_is_absent_in_a_column_alone() -> None:
    row = {**GAS, "amount": 1, "unit": GROSS, "region": "", "scope": "", "library_digest": ""}
    assert FACTORS.inventory({name: [value] for name, value in row.items()}, gwp_version="ar5").co2e_kg == [Decimal("0.1829")]
    (failed,) = FACTORS.inventory([{**GAS, "amount": 1, "unit": GROSS, "region": ""}], gwp_version="ar5").failed
    assert (failed.error.code, failed.error.path) == ("empty", "rows[0].region")
    (failed,) = FACTORS.inventory({"amount": [1], "unit": [""]}, gwp_version="ar5", defaults=GAS).failed
    assert failed.error.path == "rows[0].unit"


def test_nothing_adds_up_to_nothing() -> None:
    nothing: list[Any] = [[], {}, {"amount": []}, pd.DataFrame(), iter(())]
    for rows in nothing:
        inventory = FACTORS.inventory(rows, gwp_version="ar5")
        assert (len(inventory), inventory.totals.co2e_kg) == (0, Decimal(0)) and inventory.co2e_kg == list(inventory) == []
        assert inventory.methods == () and json.loads(inventory.to_json())["rows"] == []


def test_rows_that_are_no_rows_fail_alone() -> None:
    rows: list[Any] = [5, None, "row", ["a"], {1: 2}, {**GAS, "amount": 1, "unit": GROSS}, object(), {**GAS, "amount": {}, "unit": GROSS},
                       {**GAS, "amount": 1, "unit": "\ud800"}]
    inventory = FACTORS.inventory(rows, gwp_version="ar5")
    assert inventory.totals.rows == 1 and inventory.row(5).co2e_kg == Decimal("0.1829")
    assert [(one.error.code, one.error.path) for one in inventory.failed] == [
        ("wrong_type", f"rows[{at}]") for at in (0, 1, 2, 3, 4, 6)] + [
        ("wrong_type", "rows[7].amount"), ("invalid_unicode", "rows[8].unit")]


def many(count: int) -> dict[str, list[Any]]:
    fuels = ["Natural gas", "Diesel"]
    return {"fuel_type": [fuels[row % 2] for row in range(count)], "amount": [row / 8 for row in range(count)],
            "unit": [(GROSS, "litres")[row % 2] for row in range(count)]}


def test_progress_is_told_and_may_stop() -> None:
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> bool:
        told.append((done, total))
        return len(told) < 2

    inventory = FACTORS.inventory(many(50_000), gwp_version="ar5", defaults=GAS, progress=progress)
    assert inventory.cancelled and len(inventory) == told[-1][0] < 50_000 and told[-1][1] == 50_000
    told.clear()
    whole = FACTORS.inventory(many(20_000), gwp_version="ar5", defaults=GAS, progress=lambda done, total: told.append((done, total)))
    assert not whole.cancelled and len(whole) == 20_000 and told[-1] == (20_000, 20_000) and len(told) > 1
    # Stopped behind the last row, nothing is left.
    assert not FACTORS.inventory(many(10), gwp_version="ar5", defaults=GAS, progress=lambda *_: False).cancelled

    def fails(done: int, total: int) -> None:
        raise RuntimeError("the host's own")

    with pytest.raises(RuntimeError, match="the host's own"):
        FACTORS.inventory(many(10), gwp_version="ar5", defaults=GAS, progress=fails)
    with pytest.raises(TypeError):
        FACTORS.inventory(many(10), gwp_version="ar5", defaults=GAS, progress=5)  # type: ignore[arg-type]


def test_ctrl_c_is_heard() -> None:
    def seconds(rows: list[dict[str, Any]]) -> float:
        started = time.monotonic()
        FACTORS.inventory(rows, gwp_version="ar5", defaults=GAS)
        return time.monotonic() - started

    rows = [{"amount": 1, "unit": GROSS}] * 4_000_000
    a_twentieth = seconds(rows[::20])
    timer = threading.Timer(a_twentieth, _thread.interrupt_main)
    # Where the signal is ignored when Python starts, as in a job of the background, Python has no handler to hear it by.
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        timer.start()
        started = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            seconds(rows)
        # Heard on the way, and not behind the last row; on a busy machine, too.
        assert time.monotonic() - started < 10 * a_twentieth
    finally:
        timer.cancel()
        timer.join()
        signal.signal(signal.SIGINT, handler)


def test_lists_that_another_thread_changes() -> None:
    rows = [{"amount": 1, "unit": GROSS} for _ in range(300_000)]
    thread = threading.Thread(target=rows.clear)
    thread.start()
    inventory = FACTORS.inventory(rows, gwp_version="ar5", defaults=GAS)
    thread.join()
    assert len(inventory) <= 300_000 and not inventory.failed


def test_a_million_rows() -> None:
    columns = many(1_000_000)
    started = time.perf_counter()
    inventory = FACTORS.inventory(columns, gwp_version="ar5", defaults=GAS)
    seconds = time.perf_counter() - started
    print(f"a million rows in columns: {seconds:.2f} s")
    assert len(inventory.co2e_kg) == inventory.totals.rows == 1_000_000
    gas, diesel = (Decimal(sum(range(first, 1_000_000, 2))) / 8 for first in (0, 1))
    assert inventory.totals.co2e_kg == gas * Decimal("0.1829") + diesel * Decimal("2.5")
