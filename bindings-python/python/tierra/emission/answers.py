"""What emission factors answer."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from .._error import TierraError, error_of
from .model import (
    EmissionFactor,
    EmissionFactorLibrary,
    FuelProperty,
    SourceRow,
    factor_of,
    library_of,
    property_of,
    source_of,
)


@dataclass(frozen=True, slots=True)
class ResolvedFactor:
    """The factor that applies, and how it was found."""

    factor: EmissionFactor
    tier: str
    """``specific`` (region and technology match), ``regional`` or ``global`` (a worldwide average)."""
    library: EmissionFactorLibrary
    used_fallback: bool
    """Whether the library's year is not the reporting year."""
    library_match: str
    """``exact``, ``earlier`` (newest earlier edition), ``default`` (a later edition, the authority's default) or ``pinned``
    (a later edition, to which the query is pinned)."""


@dataclass(frozen=True, slots=True)
class FactorPage:
    """A page of factors."""

    items: tuple[EmissionFactor, ...]
    """The factors, in the order of the data."""
    total: int
    """How many factors match in all."""
    page: int
    """The page's number, from 1."""
    page_size: int
    """How many factors a page has at most."""
    total_pages: int
    """How many pages there are; 0 where nothing matches."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """One step from the activity's unit to the factor's: the amount × ``multiplier`` ÷ ``divisor``, rounded once."""

    from_unit: str
    """The unit before."""
    to_unit: str
    """The unit after."""
    multiplier: Decimal
    divisor: Decimal
    basis: str
    """By what: ``unit``, ``calorific_basis``, ``density``, ``ncv`` or ``gcv``."""
    property: FuelProperty | None
    """The library's figure, where it is one of the fuel's."""
    amount: Decimal | None
    """The amount after the step; ``None`` in a :class:`Method`, which holds for any amount."""


@dataclass(frozen=True, slots=True)
class Co2e:
    """The CO2e of one activity, with every number that led to it."""

    co2e_kg: Decimal
    """kg CO2e that count towards the total."""
    biogenic_co2_kg: Decimal
    """kg of biogenic CO2, totalled apart and not in ``co2e_kg``."""
    emitted_kg: Decimal
    """What the factor gives by itself, in kg of the gas (of CO2e where the factor is CO2e already)."""
    activity_amount: Decimal
    """The amount that was multiplied, in the factor's unit of activity."""
    conversions: tuple[Conversion, ...]
    """The steps from the activity's unit to the factor's; empty where they are one."""
    kg_per_mass_unit: Decimal
    """kg in one of the factor's mass units: 1 for ``kg``, 0.001 for ``g``."""
    gwp_version: str
    """The report whose GWP values were asked: ``ar4``, ``ar5`` or ``ar6``."""
    gwp: Decimal | None
    """The GWP that was multiplied; ``None`` where the factor is CO2e already."""
    oxidation_factor: Decimal | None
    """The oxidation factor that was multiplied; ``None`` where the library's values include it."""
    warnings: tuple[str, ...]
    """What a reader should know: ``global_average``, ``earlier_library``, ``default_library``, ``pinned_library``,
    ``parent_region``, ``other_technology``, ``other_gwp_version`` or ``library_calorific_basis``."""
    resolved: ResolvedFactor
    """The factor, its library and how they were found."""


@dataclass(frozen=True, slots=True)
class ConsideredLibrary:
    """A library, and what became of it in a resolution."""

    id: UUID
    name: str
    version: str
    release_year: int
    digest: str
    """The SHA-256 of its content, to which a query can be pinned."""
    outcome: str
    """``chosen``, ``later``, ``older_edition``, ``older_revision`` or ``not_pinned``."""


@dataclass(frozen=True, slots=True)
class TriedTier:
    """A tier that was tried, in one region."""

    tier: str
    """``specific``, ``regional`` or ``global``."""
    regions: tuple[str, ...]
    """The regions looked in: the one asked for, or those as many steps above it; empty for the tier ``global``."""
    matched: int
    """How many factors matched."""


@dataclass(frozen=True, slots=True)
class ConsideredFactor:
    """A factor for the query's fuel, gas and category, and what became of it."""

    factor_id: UUID
    region: str | None
    technology: str | None
    value: Decimal
    """The figure, in ``unit``."""
    unit: str
    source: SourceRow | None
    """Where in the publication the figure stands."""
    outcome: str
    """``chosen``, ``agrees``, ``tied``, ``other_region``, ``other_unit``, ``other_technology`` or ``lower_tier``."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a query was resolved."""

    libraries: tuple[ConsideredLibrary, ...]
    """The authority's libraries, the newest first."""
    library_match: str | None
    """How the chosen library's year relates to the reporting year."""
    tiers: tuple[TriedTier, ...]
    """The tiers tried in order, up to the one that matched."""
    candidates: tuple[ConsideredFactor, ...]
    """The chosen library's factors for the fuel, gas and category, in the order of the data."""
    resolved: ResolvedFactor | None
    """The answer, where there is one."""
    refused: TierraError | None
    """Why there is none, where the query is refused: factors that tie, or a digest that no library has."""


@dataclass(frozen=True, slots=True)
class GasEmission:
    """What one gas contributes."""

    gas: str
    """The gas as the library writes it; ``CO2e`` for a figure of all gases."""
    role: str
    """``counted``, ``part_of_total`` (published beside the CO2e that counts) or ``biogenic``."""
    emitted_kg: Decimal
    """kg of the gas, or of CO2e where the factor is CO2e already."""
    gwp: Decimal | None
    """The GWP that was multiplied; ``None`` where the factor is CO2e already."""
    co2e_kg: Decimal
    """kg CO2e."""
    lower_co2e_kg: Decimal | None = None
    """kg CO2e at the lower end of the factor's 95 % confidence interval, where the library states it."""
    upper_co2e_kg: Decimal | None = None
    """kg CO2e at its upper end."""


@dataclass(frozen=True, slots=True)
class MethodGwp:
    """A GWP that amounts are multiplied by."""

    value: Decimal
    """kg CO2e per kg of the gas."""
    gas: str | None
    """The gas as the report names it; ``None`` for CO2, whose GWP is 1 and may be absent."""
    source: SourceRow | None
    """Where in the report the figure stands."""


@dataclass(frozen=True, slots=True)
class MethodFactor:
    """A factor of a :class:`Method`, with every number that an amount is multiplied by, in this order: ``conversions``, the
    factor's value, ``kg_per_mass_unit``, ``oxidation_factor`` and ``gwp``."""

    role: str
    """``counted``, ``part_of_total`` or ``biogenic``."""
    tier: str
    """``specific``, ``regional`` or ``global``."""
    region_steps: int
    """How many steps up the library's tree of regions it was found."""
    conversions: tuple[Conversion, ...]
    """The steps from the row's unit to the factor's."""
    kg_per_mass_unit: Decimal
    oxidation_factor: Decimal | None
    """``None`` where the library's values include it."""
    gwp: MethodGwp | None
    """``None`` where the factor is CO2e already."""
    factor: EmissionFactor


@dataclass(frozen=True, slots=True)
class Method:
    """How activities are counted: the library, factors, conversions and GWPs."""

    gwp_version: str
    """The report whose GWP values were asked."""
    library: EmissionFactorLibrary | None
    library_digest: str | None
    """The SHA-256 of the library's content, to which a query can be pinned."""
    library_match: str | None
    """How the library's year relates to the reporting year."""
    factors: tuple[MethodFactor, ...]
    residual_mix: tuple[MethodFactor, ...]
    """What counts bought energy that no contract covers, market-based; empty where that is the grid's factor."""
    gases_not_stated: tuple[str, ...]
    """The gases of the fuel that the library does not state for this region, technology or unit."""
    warnings: tuple[str, ...]
    """What a reader should know, but for what concerns contracts."""


@dataclass(frozen=True, slots=True)
class Emissions:
    """What an activity emitted."""

    co2e_kg: Decimal
    """kg CO2e that count; of bought electricity, heat and steam by the location-based method."""
    biogenic_co2_kg: Decimal | None
    """kg of biogenic CO2, totalled apart; ``None`` where the library states some that the unit does not reach."""
    market_based_co2e_kg: Decimal | None
    """kg CO2e by the market-based method; ``None`` outside scope 2."""
    scope: str | None
    """``scope_1``, ``scope_2``, ``scope_3`` or ``outside_of_scopes``: the one asked for, or the one the library states."""
    gases: tuple[GasEmission, ...]
    """What each gas contributes."""
    warnings: tuple[str, ...]
    """What a reader should know: those of :class:`Co2e`, and ``biogenic_not_stated``, ``gas_not_stated`` or
    ``no_residual_mix``."""
    method: Method
    """How it was counted."""


def resolved_of(fields: dict[str, Any]) -> ResolvedFactor | None:
    if fields["factor"] is None:
        return None
    return ResolvedFactor(
        factor=factor_of(fields["factor"]),
        tier=fields["tier"],
        library=library_of(fields["library"]),
        used_fallback=fields["usedFallback"],
        library_match=fields["libraryMatch"],
    )


def page_of(fields: dict[str, Any]) -> FactorPage:
    return FactorPage(
        items=tuple(map(factor_of, fields["items"])),
        total=fields["total"],
        page=fields["page"],
        page_size=fields["pageSize"],
        total_pages=fields["totalPages"],
    )


def conversion_of(fields: dict[str, Any]) -> Conversion:
    return Conversion(
        from_unit=fields["from"],
        to_unit=fields["to"],
        multiplier=fields["multiplier"],
        divisor=fields["divisor"],
        basis=fields["basis"],
        property=None if fields["property"] is None else property_of(fields["property"]),
        amount=fields.get("amount"),
    )


def co2e_of(fields: dict[str, Any]) -> Co2e:
    resolved = resolved_of(fields["resolved"])
    assert resolved is not None  # without a factor there is no CO2e
    return Co2e(
        co2e_kg=fields["co2eKg"],
        biogenic_co2_kg=fields["biogenicCo2Kg"],
        emitted_kg=fields["emittedKg"],
        activity_amount=fields["activityAmount"],
        conversions=tuple(map(conversion_of, fields["conversions"])),
        kg_per_mass_unit=fields["kgPerMassUnit"],
        gwp_version=fields["gwpVersion"],
        gwp=fields["gwp"],
        oxidation_factor=fields["oxidationFactor"],
        warnings=tuple(fields["warnings"]),
        resolved=resolved,
    )


def explanation_of(fields: dict[str, Any]) -> Explanation:
    libraries = (
        ConsideredLibrary(
            id=UUID(library["id"]),
            name=library["name"],
            version=library["version"],
            release_year=library["releaseYear"],
            digest=library["digest"],
            outcome=library["outcome"],
        )
        for library in fields["libraries"]
    )
    candidates = (
        ConsideredFactor(
            factor_id=UUID(factor["factorId"]),
            region=factor["region"],
            technology=factor["technology"],
            value=factor["value"],
            unit=factor["unit"],
            source=source_of(factor["source"]),
            outcome=factor["outcome"],
        )
        for factor in fields["candidates"]
    )
    return Explanation(
        libraries=tuple(libraries),
        library_match=fields["libraryMatch"],
        tiers=tuple(TriedTier(tried["tier"], tuple(tried["regions"]), tried["matched"]) for tried in fields["tiers"]),
        candidates=tuple(candidates),
        resolved=resolved_of(fields["resolved"]),
        refused=None if fields["refused"] is None else error_of(fields["refused"]),
    )


def gas_of(fields: dict[str, Any]) -> GasEmission:
    return GasEmission(
        gas=fields["gas"],
        role=fields["role"],
        emitted_kg=fields["emittedKg"],
        gwp=fields["gwp"],
        co2e_kg=fields["co2eKg"],
        lower_co2e_kg=fields.get("lowerCo2eKg"),
        upper_co2e_kg=fields.get("upperCo2eKg"),
    )


def method_factor_of(fields: dict[str, Any]) -> MethodFactor:
    gwp = fields["gwp"]
    return MethodFactor(
        role=fields["role"],
        tier=fields["tier"],
        region_steps=fields["regionSteps"],
        conversions=tuple(map(conversion_of, fields["conversions"])),
        kg_per_mass_unit=fields["kgPerMassUnit"],
        oxidation_factor=fields["oxidationFactor"],
        gwp=None if gwp is None else MethodGwp(gwp["value"], gwp["gas"], source_of(gwp["source"])),
        factor=factor_of(fields["factor"]),
    )


def method_of(fields: dict[str, Any]) -> Method:
    return Method(
        gwp_version=fields["gwpVersion"],
        library=None if fields["library"] is None else library_of(fields["library"]),
        library_digest=fields["libraryDigest"],
        library_match=fields["libraryMatch"],
        factors=tuple(map(method_factor_of, fields["factors"])),
        residual_mix=tuple(map(method_factor_of, fields["residualMix"])),
        gases_not_stated=tuple(fields["gasesNotStated"]),
        warnings=tuple(fields["warnings"]),
    )


def emissions_of(fields: dict[str, Any]) -> Emissions:
    return Emissions(
        co2e_kg=fields["co2eKg"],
        biogenic_co2_kg=fields["biogenicCo2Kg"],
        market_based_co2e_kg=fields["marketBasedCo2eKg"],
        scope=fields["scope"],
        gases=tuple(map(gas_of, fields["gases"])),
        warnings=tuple(fields["warnings"]),
        method=method_of(fields["method"]),
    )
