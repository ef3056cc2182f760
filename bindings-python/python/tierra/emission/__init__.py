"""What did it emit? Factor libraries, the factor that applies, CO2e, and inventories of many activities."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from .._error import TierraError
from .._plain import listed
from .._records.emission import (
    Authority,
    BiogenicCategory,
    Co2e,
    ConsideredFactor,
    ConsideredLibrary,
    Conversion,
    EmissionFactor,
    EmissionFactorData,
    EmissionFactorLibrary,
    EmissionScope,
    Emissions,
    Explanation,
    FactorPage,
    FailedRow,
    FuelProperty,
    GasEmission,
    GasTotal,
    GroupTotal,
    GwpValue,
    GwpVersion,
    Instrument,
    InventoryRow,
    InventoryTotals,
    Method,
    MethodFactor,
    MethodGwp,
    RegionParent,
    ResolvedFactor,
    SourceRow,
    StatedCategory,
    TriedTier,
    WarningTotal,
)
from .._tierra import FactorData, call
from ._calls import FactorCalls
from .inventory import Inventory, rows_or_columns

__all__ = [
    "Authority",
    "BiogenicCategory",
    "Co2e",
    "ConsideredFactor",
    "ConsideredLibrary",
    "Conversion",
    "EmissionFactor",
    "EmissionFactorData",
    "EmissionFactorLibrary",
    "EmissionFactors",
    "EmissionScope",
    "Emissions",
    "Explanation",
    "FactorPage",
    "FailedRow",
    "FuelProperty",
    "GasEmission",
    "GasTotal",
    "GroupTotal",
    "GwpValue",
    "GwpVersion",
    "Instrument",
    "Inventory",
    "InventoryRow",
    "InventoryTotals",
    "Method",
    "MethodFactor",
    "MethodGwp",
    "RegionParent",
    "ResolvedFactor",
    "SourceRow",
    "StatedCategory",
    "TriedTier",
    "WarningTotal",
    "convert_unit",
]


class EmissionFactors(FactorCalls):
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

    def __init__(self, data: str | Mapping[str, Any] | EmissionFactorData) -> None:
        self._data = FactorData(data)

    @classmethod
    def _of(cls, data: FactorData) -> EmissionFactors:
        factors = cls.__new__(cls)
        factors._data = data
        return factors

    def _call(self, name: str, query: dict[str, Any]) -> Any:
        return self._data.call(name, query)

    @classmethod
    def reference(cls) -> EmissionFactors:
        """The package's own reference data: official factors and GWP values with their sources.

        Raises:
            TierraError: ``unknown_value`` at ``reference`` where the package was built without it.
        """
        return cls({"reference": True})

    def extended(self, data: str | Mapping[str, Any] | EmissionFactorData | EmissionFactors) -> EmissionFactors:
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

    def data(self) -> EmissionFactorData:
        """All data in the form that :class:`EmissionFactors` takes."""
        answer: EmissionFactorData = self._call("data", {})
        return answer

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
        answers: tuple[ResolvedFactor | None | TierraError, ...] = self._call("resolve_batch", {"queries": queries})
        return list(answers)

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
    converted: Decimal = call("convert_unit", {"amount": amount, "from": from_unit, "to": to_unit})
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
