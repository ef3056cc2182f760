"""What did it emit? Factor libraries, the factor that applies, and CO2e."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

from ._tierra import FactorData


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
    values_exclude_oxidation: bool
    """Whether CO2e must multiply by the factor's ``oxidation_factor``."""
    created_at: datetime


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
    """``exact``, ``earlier`` (newest earlier edition) or ``default`` (a later edition, the authority's default)."""


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
    kg_per_mass_unit: Decimal
    """kg in one of the factor's mass units: 1 for ``kg``, 0.001 for ``g``."""
    gwp_version: str
    """The report whose GWP values were asked: ``ar4``, ``ar5`` or ``ar6``."""
    gwp: Decimal | None
    """The GWP that was multiplied; ``None`` where the factor is CO2e already."""
    oxidation_factor: Decimal | None
    """The oxidation factor that was multiplied; ``None`` where the library's values include it."""
    warnings: tuple[str, ...]
    """``global_average``, ``earlier_library`` or ``default_library``."""
    resolved: ResolvedFactor
    """The factor, its library and how they were found."""


class EmissionFactors:
    """Libraries, factors, fuel properties and GWP values, checked and loaded once.

    Args:
        data: JSON text or a mapping in the shapes of the emission-factor contract:
            ``{"libraries": [...], "factors": [...], "fuelProperties": [...], "gwpValues": [...]}``. Each list may be
            absent. Numbers in JSON text are read by their digits.

    Raises:
        TierraError: with the path of the field, such as ``factors[3].unit``.

    >>> factors = EmissionFactors({
    ...     "libraries": [{"id": "550e8400-e29b-41d4-a716-446655440000", "name": "DEFRA 2024", "authority": "defra",
    ...                    "version": "1.1", "releaseYear": 2024, "isDefault": True,
    ...                    "createdAt": "2024-07-08T00:00:00.000Z"}],
    ...     "factors": [{"id": "550e8400-e29b-41d4-a716-446655440001",
    ...                  "libraryId": "550e8400-e29b-41d4-a716-446655440000", "category": "Scope 1",
    ...                  "fuelType": "Natural gas", "gas": "CO2e", "isBiogenic": False, "value": "0.1829",
    ...                  "oxidationFactor": 1, "unit": "kg CO2e/kWh (Gross CV)", "region": "GB",
    ...                  "createdAt": "2024-07-08T00:00:00.000Z"}],
    ... })
    >>> query = dict(authority="defra", fuel_type="natural gas", gas="CO2e", category="Scope 1", region="GB")
    >>> factors.resolve(reporting_year=2024, **query).tier
    'regional'
    >>> answer = factors.co2e(amount=1000, unit="kWh (Gross CV)", gwp_version="ar5", reporting_year=2025, **query)
    >>> answer.co2e_kg, answer.warnings
    (Decimal('182.9'), ('earlier_library',))
    """

    __slots__ = ("_data",)

    def __init__(self, data: str | Mapping[str, Any]) -> None:
        self._data = FactorData(data)

    def resolve(
        self,
        *,
        authority: str,
        reporting_year: int,
        fuel_type: str,
        gas: str,
        category: str,
        region: str | None = None,
        technology: str | None = None,
    ) -> ResolvedFactor | None:
        """The factor that applies to a query, or ``None`` when there is none.

        The library is the authority's newest with a release year not after the reporting year, or else the authority's
        default. Within it the tiers are tried in order: ``specific``, ``regional``, ``global``; within a tier an equal
        technology wins over none. Texts match whole values, ignoring case and outer or repeated blanks.

        Args:
            authority: ``ipcc``, ``defra``, ``epa``, ``iea`` or ``egrid``.
            reporting_year: 1990 to 2100.
            fuel_type: the fuel or activity.
            gas: ``CO2``, ``CH4``, ..., or ``CO2e``.
            category: the category.
            region: the region, if one is asked for.
            technology: the technology, if one is asked for.

        Raises:
            TierraError: ``unknown_value`` at ``authority``, ``out_of_range`` at ``reportingYear``, ``empty`` or
                ``too_long`` at a text, and ``ambiguous_factor``, which lists the factors, when different values match
                equally well. Paths have the contract's field names.
        """
        query = _query(authority, reporting_year, fuel_type, gas, category, region, technology)
        answer = self._data.call("resolve", query)
        return None if answer["factor"] is None else _resolved(answer)

    def co2e(
        self,
        *,
        amount: Decimal | float | str,
        unit: str,
        gwp_version: str,
        authority: str,
        reporting_year: int,
        fuel_type: str,
        gas: str,
        category: str,
        region: str | None = None,
        technology: str | None = None,
    ) -> Co2e:
        """The CO2e of an activity in the factor's own unit: amount x factor x GWP.

        Exact where a product fits into 96 bits and 28 decimal places, else rounded there, halves to even.

        A factor that is CO2e already (gas ``CO2e``, or unit ``kg CO2e of CH4/...``) is never multiplied by a GWP.
        Biogenic CO2 is totalled apart. The oxidation factor multiplies only where the library says that its values leave
        it out.

        Args:
            amount: how much.
            unit: the activity's unit, which must be that of the factor (what stands behind its slash).
            gwp_version: ``ar4``, ``ar5`` or ``ar6``.
            authority, reporting_year, fuel_type, gas, category, region, technology: as :meth:`resolve`.

        Raises:
            TierraError: as :meth:`resolve`; ``factor_not_found``; ``unit_mismatch`` at ``activity.unit``;
                ``gwp_not_found`` at ``gwpVersion``; ``not_finite``, ``invalid_number`` or ``out_of_range`` at
                ``activity.amount``; ``unknown_value`` at ``factors[i].unit`` for a unit that is no mass per activity.
        """
        query = _query(authority, reporting_year, fuel_type, gas, category, region, technology)
        query["activity"] = {"amount": amount, "unit": unit}
        query["gwpVersion"] = gwp_version
        answer = self._data.call("co2e", query)
        return Co2e(
            co2e_kg=answer["co2eKg"],
            biogenic_co2_kg=answer["biogenicCo2Kg"],
            emitted_kg=answer["emittedKg"],
            activity_amount=answer["activityAmount"],
            kg_per_mass_unit=answer["kgPerMassUnit"],
            gwp_version=answer["gwpVersion"],
            gwp=answer["gwp"],
            oxidation_factor=answer["oxidationFactor"],
            warnings=tuple(answer["warnings"]),
            resolved=_resolved(answer["resolved"]),
        )


def _query(
    authority: str,
    reporting_year: int,
    fuel_type: str,
    gas: str,
    category: str,
    region: str | None,
    technology: str | None,
) -> dict[str, Any]:
    return {
        "authority": authority,
        "reportingYear": reporting_year,
        "fuelType": fuel_type,
        "gas": gas,
        "category": category,
        "region": region,
        "technology": technology,
    }


def _resolved(answer: dict[str, Any]) -> ResolvedFactor:
    factor, library = answer["factor"], answer["library"]
    return ResolvedFactor(
        factor=EmissionFactor(
            id=UUID(factor["id"]),
            library_id=UUID(factor["libraryId"]),
            external_id=factor["externalId"],
            category=factor["category"],
            fuel_type=factor["fuelType"],
            gas=factor["gas"],
            is_biogenic=factor["isBiogenic"],
            value=factor["value"],
            oxidation_factor=factor["oxidationFactor"],
            unit=factor["unit"],
            region=factor["region"],
            technology=factor["technology"],
            created_at=_instant(factor["createdAt"]),
        ),
        tier=answer["tier"],
        library=EmissionFactorLibrary(
            id=UUID(library["id"]),
            name=library["name"],
            authority=library["authority"],
            version=library["version"],
            release_year=library["releaseYear"],
            is_default=library["isDefault"],
            values_exclude_oxidation=library.get("valuesExcludeOxidation", False),
            created_at=_instant(library["createdAt"]),
        ),
        used_fallback=answer["usedFallback"],
        library_match=answer["libraryMatch"],
    )


def _instant(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
