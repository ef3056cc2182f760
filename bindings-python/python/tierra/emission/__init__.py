"""What did it emit? Factor libraries, the factor that applies, CO2e, and inventories of many activities."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, NotRequired, TypedDict
from uuid import UUID

from .._error import TierraError, error_of
from .._plain import listed
from .._tierra import FactorData, call
from .answers import (
    Co2e,
    ConsideredFactor,
    ConsideredLibrary,
    Conversion,
    Emissions,
    Explanation,
    FactorPage,
    GasEmission,
    Method,
    MethodFactor,
    MethodGwp,
    ResolvedFactor,
    TriedTier,
    co2e_of,
    emissions_of,
    explanation_of,
    page_of,
    resolved_of,
)
from .inventory import (
    FailedRow,
    GasTotal,
    GroupTotal,
    Inventory,
    InventoryRow,
    InventoryTotals,
    rows_or_columns,
)
from .model import (
    BiogenicCategory,
    EmissionFactor,
    EmissionFactorLibrary,
    FuelProperty,
    GwpValue,
    SourceRow,
    gwp_value_of,
    library_of,
    property_of,
)

__all__ = [
    "BiogenicCategory",
    "Co2e",
    "ConsideredFactor",
    "ConsideredLibrary",
    "Conversion",
    "EmissionFactor",
    "EmissionFactorLibrary",
    "EmissionFactors",
    "Emissions",
    "Explanation",
    "FactorPage",
    "FailedRow",
    "FuelProperty",
    "GasEmission",
    "GasTotal",
    "GroupTotal",
    "GwpValue",
    "Instrument",
    "Inventory",
    "InventoryRow",
    "InventoryTotals",
    "Method",
    "MethodFactor",
    "MethodGwp",
    "ResolvedFactor",
    "SourceRow",
    "TriedTier",
    "convert_unit",
]


class Instrument(TypedDict):
    """A contract of the market-based method: a supplier's rate, a certificate, a power purchase agreement. A plain dict."""

    name: str
    """What it is, such as ``REGO 2024``."""
    value: Decimal | float | str
    """Its emission factor, in ``unit``."""
    unit: str
    """A mass of CO2e per unit, such as ``kg CO2e/kWh``."""
    amount: NotRequired[Decimal | float | str | None]
    """How much of the activity it covers, in the activity's unit; without, all that is left of it."""


class EmissionFactors:
    """Libraries, factors, fuel properties and GWP values, checked and loaded once.

    Args:
        data: JSON text or a mapping in the shapes of the emission-factor contract:
            ``{"libraries": [...], "factors": [...], "fuelProperties": [...], "gwpValues": [...], "regionParents": [...]}``.
            Each list may be absent. With ``"reference": True`` the package's own reference data stands before them. Numbers
            in JSON text are read by their digits.

    Raises:
        TierraError: with the path of the field, such as ``factors[3].unit``.

    >>> library = "550e8400-e29b-41d4-a716-446655440000"
    >>> factors = EmissionFactors({
    ...     "libraries": [{"id": library, "name": "DEFRA 2024", "authority": "defra", "version": "1.1", "releaseYear": 2024,
    ...                    "isDefault": True, "createdAt": "2024-07-08T00:00:00.000Z"}],
    ...     "factors": [{"id": "550e8400-e29b-41d4-a716-446655440001", "libraryId": library, "category": "Scope 1",
    ...                  "fuelType": "Natural gas", "gas": "CO2e", "isBiogenic": False, "value": "0.1829",
    ...                  "oxidationFactor": 1, "unit": "kg CO2e/kWh (Gross CV)", "region": "GB", "scope": "scope_1",
    ...                  "createdAt": "2024-07-08T00:00:00.000Z"}],
    ... })
    >>> query = dict(authority="defra", fuel_type="natural gas", gas="CO2e", category="Scope 1", region="GB")
    >>> factors.resolve(reporting_year=2024, **query).tier
    'regional'
    >>> answer = factors.co2e(amount=1, unit="MWh (Gross CV)", gwp_version="ar5", reporting_year=2025, **query)
    >>> answer.co2e_kg, answer.warnings
    (Decimal('182.9'), ('earlier_library',))

    Thousands of activities at once:

    >>> inventory = factors.inventory(
    ...     {"id": ["boiler", "kitchen", "lab"], "amount": [1000, 200.5, "12"], "unit": ["kWh (Gross CV)"] * 2 + ["acres"]},
    ...     defaults={"reporting_year": 2024, "authority": "defra", "fuel_type": "natural gas", "category": "Scope 1",
    ...               "region": "GB"},
    ...     gwp_version="ar5",
    ... )
    >>> inventory
    <Inventory of 2 rows: 219.57145 kg CO2e; 1 rows failed>
    >>> inventory.co2e_kg
    [Decimal('182.9'), Decimal('36.67145'), None]
    >>> [(failed.id, failed.error.code, failed.error.path) for failed in inventory.failed]
    [('lab', 'unknown_unit', 'rows[2].unit')]
    """

    __slots__ = ("_data",)

    def __init__(self, data: str | Mapping[str, Any]) -> None:
        self._data = FactorData(data)

    @classmethod
    def _of(cls, data: FactorData) -> EmissionFactors:
        factors = cls.__new__(cls)
        factors._data = data
        return factors

    @classmethod
    def reference(cls) -> EmissionFactors:
        """The package's own reference data: official factors and GWP values with their sources.

        Raises:
            TierraError: ``unknown_value`` at ``reference`` where the package was built without it.
        """
        return cls({"reference": True})

    def extended(self, data: str | Mapping[str, Any] | EmissionFactors) -> EmissionFactors:
        """All of these and more, as a new object.

        Args:
            data: as for :class:`EmissionFactors`, whose factors may belong to libraries that are loaded here; or another set.
                A library that stands in both is taken from ``data``, whole: so a publisher's file takes the place of the
                excerpt in the reference data. A GWP value that both state alike is held once.

        Raises:
            TierraError: as :class:`EmissionFactors`, with the added data behind the data here.
        """
        more = data._data if isinstance(data, EmissionFactors) else data
        return self._of(self._data.extended(more))

    def data(self) -> dict[str, Any]:
        """All data in the form that :class:`EmissionFactors` takes, numbers as ``Decimal``."""
        answer: dict[str, Any] = self._data.call("data", {})
        return answer

    # The lists of the contract.

    def libraries(
        self, authority: str | None = None, release_year: int | None = None
    ) -> tuple[EmissionFactorLibrary, ...]:
        """The libraries that match, in the order of the data.

        Args:
            authority: ``ipcc``, ``defra``, ``epa``, ``iea`` or ``egrid``; without, everybody's.
            release_year: 1990 to 2100; without, of any year.

        Raises:
            TierraError: ``unknown_value`` at ``authority``, ``out_of_range`` at ``releaseYear``, with :attr:`TierraError.issues`.
        """
        query = {"authority": authority, "releaseYear": release_year}
        return tuple(map(library_of, self._data.call("libraries", query)))

    def search(
        self,
        library_id: UUID | str,
        *,
        fuel_type: str | None = None,
        gas: str | None = None,
        category: str | None = None,
        region: str | None = None,
        technology: str | None = None,
        unit: str | None = None,
        page: int = 1,
        page_size: int = 20,
    ) -> FactorPage:
        """A page of a library's factors that match, in the order of the data. A library that is not there has none.

        Args:
            library_id: the library.
            fuel_type, gas, category, region, technology, unit: whole values, ignoring case and outer or repeated blanks.
            page: from 1.
            page_size: 1 to 100.

        Raises:
            TierraError: ``invalid_uuid`` at ``libraryId``, ``out_of_range`` at ``page`` or ``pageSize``, ``empty`` or
                ``too_long`` at a text, with all of them in :attr:`TierraError.issues`.
        """
        query = {
            "libraryId": library_id,
            "fuelType": fuel_type,
            "gas": gas,
            "category": category,
            "region": region,
            "technology": technology,
            "unit": unit,
            "page": page,
            "pageSize": page_size,
        }
        return page_of(self._data.call("search", query))

    def fuel_properties(
        self, library_id: UUID | str, fuel_type: str | None = None, property_type: str | None = None
    ) -> tuple[FuelProperty, ...]:
        """The fuel properties of a library that match, in the order of the data.

        Args:
            library_id: the library.
            fuel_type: the fuel; without, of all.
            property_type: ``density``, ``ncv`` or ``gcv``; without, all.

        Raises:
            TierraError: ``invalid_uuid`` at ``libraryId``, ``unknown_value`` at ``propertyType``, ``empty`` or ``too_long``
                at ``fuelType``, with all of them in :attr:`TierraError.issues`.
        """
        query = {"libraryId": library_id, "fuelType": fuel_type, "propertyType": property_type}
        return tuple(map(property_of, self._data.call("fuel_properties", query)))

    def gwp_values(self, version: str | None = None) -> tuple[GwpValue, ...]:
        """The GWP values of a report (``ar4``, ``ar5`` or ``ar6``), or of all, in the order of the data.

        Raises:
            TierraError: ``unknown_value`` at ``version``.
        """
        return tuple(map(gwp_value_of, self._data.call("gwp_values", {"version": version})))

    # One factor.

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
        factor_unit: str | None = None,
        library_digest: str | None = None,
    ) -> ResolvedFactor | None:
        """The factor that applies to a query, or ``None`` when there is none.

        The library is the authority's newest with a release year not after the reporting year, or else the authority's
        default; a query that is pinned to a digest is answered from that library alone. Within it the tiers are tried in
        order: ``specific``, ``regional``, both again for the regions above in the library's tree, ``global``; within a tier
        an equal technology wins over none. Texts match whole values, ignoring case and outer or repeated blanks.

        Args:
            authority: ``ipcc``, ``defra``, ``epa``, ``iea`` or ``egrid``.
            reporting_year: 1990 to 2100.
            fuel_type: the fuel or activity.
            gas: ``CO2``, ``CH4``, ..., or ``CO2e``.
            category: the category.
            region: the region, if one is asked for.
            technology: the technology, if one is asked for.
            factor_unit: the factor's unit, or what stands behind its slash, where a library states one fuel by several units.
            library_digest: the content to which the query is pinned, of :meth:`digest`.

        Raises:
            TierraError: ``unknown_value`` at ``authority``, ``out_of_range`` at ``reportingYear``, ``empty`` or
                ``too_long`` at a text, with all of them in :attr:`TierraError.issues`; ``digest_not_found`` at
                ``libraryDigest``; ``ambiguous_factor``, which lists the factors, when different values match equally well.
                Paths have the contract's field names.
        """
        query = query_fields(
            authority, reporting_year, fuel_type, gas, category, region, technology, factor_unit, library_digest
        )
        return resolved_of(self._data.call("resolve", query))

    def resolve_batch(self, queries: Iterable[Mapping[str, Any]]) -> list[ResolvedFactor | None | TierraError]:
        """:meth:`resolve` for many queries, each with its own answer, in the order given.

        Args:
            queries: dicts with the arguments of :meth:`resolve`.

        Returns:
            An answer for each query: the factor, ``None`` when there is none or, not raised, the :class:`TierraError` that
            says why that one was refused. Its path has the query's place and the contract's name:
            ``queries[1].reportingYear``.

        Raises:
            TierraError: ``wrong_type`` at ``queries`` for what is no list.

        >>> coal = dict(authority="epa", fuel_type="Coal", gas="CO2", category="Stationary combustion")
        >>> answers = EmissionFactors({}).resolve_batch([{**coal, "reporting_year": year} for year in (2024, 1800)])
        >>> answers[0] is None, answers[1].path
        (True, 'queries[1].reportingYear')
        """
        queries = listed(queries)
        if isinstance(queries, list):
            queries = [_contract_fields(query) for query in queries]
        answers = self._data.call("resolve_batch", {"queries": queries})["results"]
        return [error_of(one["error"]) if "error" in one else resolved_of(one) for one in answers]

    def explain(
        self,
        *,
        authority: str,
        reporting_year: int,
        fuel_type: str,
        gas: str,
        category: str,
        region: str | None = None,
        technology: str | None = None,
        factor_unit: str | None = None,
        library_digest: str | None = None,
    ) -> Explanation:
        """How :meth:`resolve` answers a query, step by step: for auditors, and for whoever misses a factor.

        Args:
            authority, reporting_year, fuel_type, gas, category, region, technology, factor_unit, library_digest: as
                :meth:`resolve`.

        Raises:
            TierraError: as :meth:`resolve` for what is no query. Factors that tie, and a digest that no library has, are no
                errors here but told in the answer.
        """
        query = query_fields(
            authority, reporting_year, fuel_type, gas, category, region, technology, factor_unit, library_digest
        )
        return explanation_of(self._data.call("explain", query))

    def digest(self, library_id: UUID | str) -> str:
        """The SHA-256 of a library's content as 64 hexadecimal digits, to which queries can be pinned.

        Raises:
            TierraError: at ``libraryId``: ``unknown_reference`` for one that is not loaded, ``invalid_uuid``.
        """
        digest: str = self._data.call("digest", {"libraryId": library_id})["digest"]
        return digest

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
        factor_unit: str | None = None,
        library_digest: str | None = None,
    ) -> Co2e:
        """The CO2e of an activity by one factor: amount x conversion x factor x GWP.

        Exact where a product fits into 96 bits and 28 decimal places, else rounded there, halves to even.

        A factor that is CO2e already (gas ``CO2e``, or unit ``kg CO2e of CH4/...``) is never multiplied by a GWP.
        Biogenic CO2 is totalled apart. The oxidation factor multiplies only where the library says that its values leave
        it out. All gases of an activity together: :meth:`emissions`.

        Args:
            amount: how much.
            unit: the activity's unit: that of the factor (what stands behind its slash), or one that converts into it by
                the sizes of units or by the library's properties of the fuel.
            gwp_version: ``ar4``, ``ar5`` or ``ar6``.
            authority, reporting_year, fuel_type, gas, category, region, technology, factor_unit, library_digest: as
                :meth:`resolve`.

        Raises:
            TierraError: as :meth:`resolve`; ``factor_not_found``; ``unknown_unit`` or ``unit_mismatch`` at
                ``activity.unit``; ``gwp_not_found`` at ``gwpVersion``; ``not_finite``, ``invalid_number`` or
                ``out_of_range`` at ``activity.amount``; ``unknown_value`` at ``factors[i].unit`` for a unit that is no mass
                per activity.
        """
        query = query_fields(
            authority, reporting_year, fuel_type, gas, category, region, technology, factor_unit, library_digest
        )
        query["activity"] = {"amount": amount, "unit": unit}
        query["gwpVersion"] = gwp_version
        return co2e_of(self._data.call("co2e", query))

    # All gases.

    def emissions(
        self,
        *,
        authority: str,
        reporting_year: int,
        category: str,
        fuel_type: str,
        amount: Decimal | float | str,
        unit: str,
        gwp_version: str,
        gas: str | None = None,
        region: str | None = None,
        technology: str | None = None,
        factor_unit: str | None = None,
        library_digest: str | None = None,
        scope: str | None = None,
        instruments: Iterable[Instrument] = (),
    ) -> Emissions:
        """What an activity emitted: by gas and in total, biogenic CO2 apart, bought energy by location and by market.

        Args:
            amount, unit, gwp_version: as :meth:`co2e`.
            gas: one gas alone; without, all gases that the library has for the fuel and category.
            scope: ``scope_1``, ``scope_2``, ``scope_3`` or ``outside_of_scopes``; without, the one under which the library
                states the factor.
            instruments: the contracts that cover bought energy (market-based method), each a part of the amount.
            authority, reporting_year, category, fuel_type, region, technology, factor_unit, library_digest: as
                :meth:`resolve`.

        Raises:
            TierraError: as :meth:`co2e`, with the unit at ``unit``; at ``instruments`` ``unknown_value`` outside scope 2, at
                ``instruments[i]`` ``out_of_range`` for more than the amount and ``unit_mismatch``.
        """
        query = query_fields(
            authority, reporting_year, fuel_type, gas, category, region, technology, factor_unit, library_digest
        )
        query |= {"amount": amount, "unit": unit, "gwpVersion": gwp_version, "scope": scope}
        query["instruments"] = listed(instruments)
        return emissions_of(self._data.call("emissions", query))

    def inventory(
        self,
        rows: Iterable[Mapping[str, Any]] | Mapping[str, Iterable[Any]] | Any,
        *,
        gwp_version: str,
        defaults: Mapping[str, Any] | None = None,
        progress: Callable[[int, int], bool | None] | None = None,
    ) -> Inventory:
        """The inventory of many activities: :meth:`emissions` for each, and the totals.

        A row that cannot be read or counted is in :attr:`Inventory.failed` with its reason, and in no total. Python's lock
        is not held while rows are counted, and Ctrl-C is heard.

        Args:
            rows: mappings with the arguments of :meth:`emissions` as fields, and an ``id``; or columns: a mapping of these
                names to sequences of one length (lists, numpy arrays, Series), or a table of pandas, polars or pyarrow.
                Columns are faster. ``None``, NaN and pandas' ``NA`` stand for what is absent, in the optional columns an
                empty text does, too; an amount that is NaN fails its row.
            gwp_version: ``ar4``, ``ar5`` or ``ar6``.
            defaults: fields for the rows that lack them: any but ``amount``, ``instruments`` and ``id``.
            progress: told how many rows of how many are done, every few thousand; where it returns ``False``, the rest is
                left and :attr:`Inventory.cancelled` is true.

        Raises:
            TierraError: ``wrong_type`` at ``rows``, ``wrong_type``, ``length_mismatch`` or ``unknown_field`` at a column,
                ``unknown_value`` at ``gwpVersion``, and those of a field at ``defaults``. What is wrong with a row is in
                the answer.
        """
        return Inventory(self._data.inventory(rows_or_columns(rows), gwp_version, defaults, progress))


def convert_unit(amount: Decimal | float | str, from_unit: str, to_unit: str) -> Decimal:
    """An amount in another unit of the same dimension, by the exact sizes of both, rounded once to 28 decimal places.

    Args:
        amount: how much.
        from_unit: its unit, such as ``kWh``, ``mmBtu``, ``gallon``, ``short ton`` or ``passenger.km``. Symbols are taken as
            they are written, words in any case.
        to_unit: the unit wanted.

    Raises:
        TierraError: ``unknown_unit`` at ``from`` or ``to``, ``unit_mismatch`` at ``to`` for one of another dimension,
            ``not_finite``, ``invalid_number`` or ``out_of_range`` at ``amount``.

    >>> convert_unit(10, "miles", "km")
    Decimal('16.09344')
    """
    converted: Decimal = call("convert_unit", {"amount": amount, "from": from_unit, "to": to_unit})["amount"]
    return converted


def _contract_fields(query: Any) -> Any:
    """A query's fields by their names in the contract. A name that is none is handed on, for the core to refuse."""
    if not isinstance(query, Mapping):
        return query
    return {_CONTRACT_NAMES.get(name, name): value for name, value in query.items()}


_CONTRACT_NAMES = {
    "reporting_year": "reportingYear",
    "fuel_type": "fuelType",
    "factor_unit": "factorUnit",
    "library_digest": "libraryDigest",
}


def query_fields(
    authority: str,
    reporting_year: int,
    fuel_type: str,
    gas: str | None,
    category: str,
    region: str | None,
    technology: str | None,
    factor_unit: str | None,
    library_digest: str | None,
) -> dict[str, Any]:
    """The fields of a query for a factor, by their names in the contract."""
    return {
        "authority": authority,
        "reportingYear": reporting_year,
        "fuelType": fuel_type,
        "gas": gas,
        "category": category,
        "region": region,
        "technology": technology,
        "factorUnit": factor_unit,
        "libraryDigest": library_digest,
    }
