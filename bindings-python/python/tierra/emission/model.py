"""Libraries, factors, fuel properties and GWP values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SourceRow:
    """Where in its publication a figure stands."""

    table: str
    """The table, such as ``Table 1 Stationary Combustion``."""
    row: str
    """The row, by its name or number."""


@dataclass(frozen=True, slots=True)
class BiogenicCategory:
    """Under which category a library publishes the biogenic CO2 of the fuels of another one."""

    category: str
    """The category of the fuels."""
    biogenic_category: str
    """The category in which the biogenic CO2 of the same fuels stands."""


@dataclass(frozen=True, slots=True)
class EmissionFactorLibrary:
    """One edition of an authority's factors."""

    id: UUID
    name: str
    authority: str
    """``ipcc``, ``defra``, ``epa``, ``iea`` or ``egrid``."""
    version: str
    release_year: int
    is_default: bool
    """Whether it stands in for years that no edition covers."""
    created_at: datetime
    """When this revision was published. Of two revisions of one year the newest counts."""
    values_exclude_oxidation: bool = False
    """Whether CO2e must multiply by the factor's ``oxidation_factor``."""
    gwp_version: str | None = None
    """The report whose GWPs the library's CO2e figures are made with: ``ar4``, ``ar5`` or ``ar6``."""
    calorific_basis: str | None = None
    """What the library means by energy that says neither: ``gross`` or ``net``."""
    biogenic_categories: tuple[BiogenicCategory, ...] = ()
    """Where the biogenic CO2 of its fuels stands."""
    publication: str | None = None
    """The publication's full title, edition and revision."""
    licence: str | None = None
    """Under what terms its figures may be used."""


@dataclass(frozen=True, slots=True)
class EmissionFactor:
    """One emission factor."""

    id: UUID
    library_id: UUID
    external_id: str | None
    """The publication's own row or category."""
    category: str
    fuel_type: str
    gas: str
    is_biogenic: bool
    value: Decimal
    """The figure, in ``unit``."""
    oxidation_factor: Decimal
    unit: str
    """Mass of gas per unit of activity, such as ``kg/kWh``."""
    region: str | None
    technology: str | None
    created_at: datetime
    scope: str | None = None
    """The scope under which the publication states the figure: ``scope_1``, ``scope_2``, ``scope_3`` or
    ``outside_of_scopes``."""
    lower: Decimal | None = None
    """The lower end of the 95 % confidence interval, in ``unit``."""
    upper: Decimal | None = None
    """The upper end of the 95 % confidence interval, in ``unit``."""
    source: SourceRow | None = None
    """Where in the publication the figure stands."""


@dataclass(frozen=True, slots=True)
class FuelProperty:
    """A fuel's density or calorific value."""

    id: UUID
    library_id: UUID
    fuel_type: str
    property_type: str
    """``density``, ``ncv`` (net calorific value) or ``gcv`` (gross)."""
    value: Decimal
    """The figure, in ``unit``."""
    unit: str
    """Such as ``kWh/m³`` or ``kg/litre``."""
    region: str | None
    created_at: datetime
    source: SourceRow | None = None
    """Where in the publication the figure stands."""


@dataclass(frozen=True, slots=True)
class GwpValue:
    """The global warming potential of a gas over 100 years."""

    id: UUID
    version: str
    """The assessment report: ``ar4``, ``ar5`` or ``ar6``."""
    gas: str
    value: Decimal
    """kg CO2e per kg of the gas."""
    created_at: datetime
    source: SourceRow | None = None
    """Where in the report the figure stands."""


def library_of(fields: dict[str, Any]) -> EmissionFactorLibrary:
    return EmissionFactorLibrary(
        id=UUID(fields["id"]),
        name=fields["name"],
        authority=fields["authority"],
        version=fields["version"],
        release_year=fields["releaseYear"],
        is_default=fields["isDefault"],
        created_at=instant_of(fields["createdAt"]),
        values_exclude_oxidation=fields.get("valuesExcludeOxidation", False),
        gwp_version=fields.get("gwpVersion"),
        calorific_basis=fields.get("calorificBasis"),
        biogenic_categories=tuple(
            BiogenicCategory(pair["category"], pair["biogenicCategory"]) for pair in fields.get("biogenicCategories", ())
        ),
        publication=fields.get("publication"),
        licence=fields.get("licence"),
    )


def factor_of(fields: dict[str, Any]) -> EmissionFactor:
    return EmissionFactor(
        id=UUID(fields["id"]),
        library_id=UUID(fields["libraryId"]),
        external_id=fields["externalId"],
        category=fields["category"],
        fuel_type=fields["fuelType"],
        gas=fields["gas"],
        is_biogenic=fields["isBiogenic"],
        value=fields["value"],
        oxidation_factor=fields["oxidationFactor"],
        unit=fields["unit"],
        region=fields["region"],
        technology=fields["technology"],
        created_at=instant_of(fields["createdAt"]),
        scope=fields.get("scope"),
        lower=fields.get("lower"),
        upper=fields.get("upper"),
        source=source_of(fields.get("source")),
    )


def property_of(fields: dict[str, Any]) -> FuelProperty:
    return FuelProperty(
        id=UUID(fields["id"]),
        library_id=UUID(fields["libraryId"]),
        fuel_type=fields["fuelType"],
        property_type=fields["propertyType"],
        value=fields["value"],
        unit=fields["unit"],
        region=fields["region"],
        created_at=instant_of(fields["createdAt"]),
        source=source_of(fields.get("source")),
    )


def gwp_value_of(fields: dict[str, Any]) -> GwpValue:
    return GwpValue(
        id=UUID(fields["id"]),
        version=fields["version"],
        gas=fields["gas"],
        value=fields["value"],
        created_at=instant_of(fields["createdAt"]),
        source=source_of(fields.get("source")),
    )


def source_of(fields: dict[str, Any] | None) -> SourceRow | None:
    return None if fields is None else SourceRow(fields["table"], fields["row"])


def instant_of(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
