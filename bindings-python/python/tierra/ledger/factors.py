"""Emission factors: libraries that the host loads, and what they answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from .._plain import listed
from ..emission import query_fields
from ._answer import whole
from ._call import Caller, Calls, caller_fields

_DECODER = json.JSONDecoder(parse_int=whole, parse_float=Decimal)


class Factors(Calls):
    """Libraries of emission factors: :attr:`tierra.Ledger.factors`.

    The host program loads libraries; any caller whose organisation exists may ask, with whatever scopes. Answers are those
    of :class:`tierra.EmissionFactors` over all that was loaded, but a query reads only what it can touch. Where an error
    names a factor by its place, ``factors[3].unit``, it is here by its id.

    Answers are the bodies of the emission-factor contract as dicts and lists, with its field names: numbers with a fraction
    are :class:`~decimal.Decimal`, others ``int``, ids and instants text. What is wrong with the parameters of a list, of
    :meth:`resolve` and of :meth:`explain` is told all at once.

    >>> import tierra
    >>> library = "550e8400-e29b-41d4-a716-446655440000"
    >>> data = {
    ...     "libraries": [{"id": library, "name": "DEFRA 2024", "authority": "defra", "version": "1.1", "releaseYear": 2024,
    ...                    "isDefault": True, "createdAt": "2024-07-08T00:00:00.000Z"}],
    ...     "factors": [{"id": "550e8400-e29b-41d4-a716-446655440001", "libraryId": library, "category": "Scope 1",
    ...                  "fuelType": "Natural gas", "gas": "CO2e", "isBiogenic": False, "value": "0.1829",
    ...                  "oxidationFactor": 1, "unit": "kg CO2e/kWh (Gross CV)", "createdAt": "2024-07-08T00:00:00.000Z"}],
    ... }
    >>> ledger = tierra.Ledger.in_memory()
    >>> caller = tierra.Caller(ledger.access.create_organization("Green Miles").public_id, ())
    >>> ledger.factors.load(data)["loaded"]["factors"], ledger.factors.load(data)["already"]["factors"]
    (1, 1)
    >>> query = dict(authority="defra", fuel_type="natural gas", gas="CO2e", category="Scope 1")
    >>> ledger.factors.resolve(caller, reporting_year=2025, **query)["usedFallback"]
    True
    >>> burned = ledger.factors.co2e(
    ...     caller, amount=1000, unit="kWh (Gross CV)", gwp_version="ar5", reporting_year=2024, **query
    ... )
    >>> burned["co2eKg"], burned["warnings"]
    (Decimal('182.9'), ['global_average'])
    """

    __slots__ = ()

    def load(self, data: Mapping[str, Any], *, now: datetime | None = None) -> dict[str, Any]:
        """Loads libraries with all that belongs to them, and GWP values: all of it, or nothing. It is the host's call.

        A library whose id is there already must have the same content, by its digest; nothing is then written, but that a
        library which is to be the default from now on, or no longer, becomes so. A GWP that is there already must have the
        same value. The audit log has a row for each library, and one for the GWP values.

        Args:
            data: the data of :class:`tierra.EmissionFactors`.
            now: the present time.

        Returns:
            ``loaded`` and ``already``, each with the counts of ``libraries``, ``factors``, ``fuelProperties``,
            ``regionParents`` and ``gwpValues``; and ``libraries``, each with ``id``, ``name``, ``version``, ``digest`` and
            ``already``.

        Raises:
            TierraError: those of :class:`tierra.EmissionFactors` for the data by itself; ``duplicate`` at
                ``libraries[i].id`` for a library that is there with other content, at ``factors[i].id``,
                ``fuelProperties[i].id`` and ``gwpValues[i].id`` for an id that is there already, and at
                ``gwpValues[i].value`` for a gas that has another value there.
        """
        answer: dict[str, Any] = _DECODER.decode(self._call("factors.load", now, data=data))
        return answer

    # The lists of the contract.

    def libraries(
        self,
        caller: Caller,
        authority: str | None = None,
        release_year: int | None = None,
        *,
        now: datetime | None = None,
    ) -> list[dict[str, Any]]:
        """The libraries that match, in the order of loading.

        Args:
            caller: who asks.
            authority: ``ipcc``, ``defra``, ``epa``, ``iea`` or ``egrid``; without, everybody's.
            release_year: 1990 to 2100; without, of any year.
            now: the present time.

        Raises:
            TierraError: ``unknown_value`` at ``authority``, ``out_of_range`` at ``releaseYear``.
        """
        query = {"authority": authority, "releaseYear": release_year}
        answer: list[dict[str, Any]] = self._ask("libraries", caller, query, now)
        return answer

    def search(
        self,
        caller: Caller,
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
        now: datetime | None = None,
    ) -> dict[str, Any]:
        """A page of a library's factors that match, in the order of loading.

        Texts match whole values, ignoring case and outer or repeated blanks.

        Args:
            caller: who asks.
            library_id: the library.
            fuel_type, gas, category, region, technology, unit: what is looked for; without, any.
            page: counted from 1.
            page_size: 1 to 100.
            now: the present time.

        Returns:
            ``items``, ``total``, ``page``, ``pageSize`` and ``totalPages``.

        Raises:
            TierraError: ``invalid_uuid`` at ``libraryId``, ``out_of_range`` at ``page`` or ``pageSize``, ``empty`` or
                ``too_long`` at a text.
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
        answer: dict[str, Any] = self._ask("search", caller, query, now)
        return answer

    def fuel_properties(
        self,
        caller: Caller,
        library_id: UUID | str,
        fuel_type: str | None = None,
        property_type: str | None = None,
        *,
        now: datetime | None = None,
    ) -> list[dict[str, Any]]:
        """The fuel properties of a library that match, in the order of loading.

        Args:
            caller: who asks.
            library_id: the library.
            fuel_type: the fuel; without, of all.
            property_type: ``density``, ``ncv`` or ``gcv``; without, all.
            now: the present time.

        Raises:
            TierraError: ``invalid_uuid`` at ``libraryId``, ``unknown_value`` at ``propertyType``.
        """
        query = {"libraryId": library_id, "fuelType": fuel_type, "propertyType": property_type}
        answer: list[dict[str, Any]] = self._ask("fuel_properties", caller, query, now)
        return answer

    def gwp_values(
        self, caller: Caller, version: str | None = None, *, now: datetime | None = None
    ) -> list[dict[str, Any]]:
        """The GWP values of a report (``ar4``, ``ar5`` or ``ar6``), or of all.

        Raises:
            TierraError: ``unknown_value`` at ``version``.
        """
        answer: list[dict[str, Any]] = self._ask("gwp_values", caller, {"version": version}, now)
        return answer

    # One factor.

    def resolve(
        self,
        caller: Caller,
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
        now: datetime | None = None,
    ) -> dict[str, Any]:
        """The factor that applies to a query, as :meth:`tierra.EmissionFactors.resolve` finds it.

        Returns:
            ``factor``, ``tier``, ``library``, ``usedFallback`` and ``libraryMatch``; without a factor, all are none.

        Raises:
            TierraError: for what is no query; ``digest_not_found`` at ``libraryDigest``; ``ambiguous_factor``, which lists
                the factors, where different values match equally well.
        """
        query = query_fields(
            authority, reporting_year, fuel_type, gas, category, region, technology, factor_unit, library_digest
        )
        answer: dict[str, Any] = self._ask("resolve", caller, query, now)
        return answer

    def explain(
        self,
        caller: Caller,
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
        now: datetime | None = None,
    ) -> dict[str, Any]:
        """How :meth:`resolve` answers a query, step by step.

        Returns:
            ``libraries``, ``libraryMatch``, ``tiers``, ``candidates``, ``resolved`` and ``refused``.

        Raises:
            TierraError: for what is no query. Factors that tie are told in the answer.
        """
        query = query_fields(
            authority, reporting_year, fuel_type, gas, category, region, technology, factor_unit, library_digest
        )
        answer: dict[str, Any] = self._ask("explain", caller, query, now)
        return answer

    def digest(self, caller: Caller, library_id: UUID | str, *, now: datetime | None = None) -> str:
        """The SHA-256 of a library's content, to which queries can be pinned.

        Raises:
            TierraError: at ``libraryId``: ``unknown_reference`` for an id that names none, ``invalid_uuid``.
        """
        digest: str = self._ask("digest", caller, {"libraryId": library_id}, now)["digest"]
        return digest

    # What was emitted.

    def co2e(
        self,
        caller: Caller,
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
        now: datetime | None = None,
    ) -> dict[str, Any]:
        """The CO2e of an activity by one factor, with every number that led to it.

        Raises:
            TierraError: as :meth:`tierra.EmissionFactors.co2e`.
        """
        query = query_fields(
            authority, reporting_year, fuel_type, gas, category, region, technology, factor_unit, library_digest
        )
        query |= {"activity": {"amount": amount, "unit": unit}, "gwpVersion": gwp_version}
        answer: dict[str, Any] = self._ask("co2e", caller, query, now)
        return answer

    def emissions(
        self, caller: Caller, row: Mapping[str, Any], *, gwp_version: str, now: datetime | None = None
    ) -> dict[str, Any]:
        """What an activity emitted: by gas and in total, biogenic CO2 apart, bought energy by location and by market.

        Args:
            caller: who asks.
            row: ``authority``, ``reportingYear``, ``category``, ``fuelType``, ``amount`` and ``unit``; where they are
                wanted, ``gas``, ``region``, ``technology``, ``factorUnit``, ``libraryDigest``, ``scope`` and
                ``instruments``.
            gwp_version: ``ar4``, ``ar5`` or ``ar6``.
            now: the present time.

        Raises:
            TierraError: what is wrong with the row, at its field; ``factor_not_found``, ``unit_mismatch``,
                ``gwp_not_found`` and others of :meth:`co2e`.
        """
        fields = {**row, "gwpVersion": gwp_version} if isinstance(row, Mapping) else row
        answer: dict[str, Any] = self._ask("emissions", caller, fields, now)
        return answer

    def inventory(
        self,
        caller: Caller,
        rows: Iterable[Mapping[str, Any]],
        *,
        gwp_version: str,
        defaults: Mapping[str, Any] | None = None,
        now: datetime | None = None,
    ) -> dict[str, Any]:
        """The inventory of many activities. It reads the whole of what is loaded of the authorities that rows name.

        Args:
            caller: who asks.
            rows: the rows of :meth:`emissions`, each with an ``id`` where it has one.
            gwp_version: ``ar4``, ``ar5`` or ``ar6``.
            defaults: fields for rows that lack them.
            now: the present time.

        Returns:
            ``totals``, ``rows``, ``failed``, ``methods`` and ``gwpVersion``. A row that cannot be counted is in ``failed``
            with its reason, and in no total.

        Raises:
            TierraError: ``unknown_value`` at ``gwpVersion``, and what is wrong with the defaults.
        """
        query = {"rows": listed(rows), "gwpVersion": gwp_version, "defaults": defaults}
        answer: dict[str, Any] = self._ask("inventory", caller, query, now)
        return answer

    def _ask(self, name: str, caller: Any, query: Any, now: datetime | None) -> Any:
        return _DECODER.decode(self._call(f"factors.{name}", now, caller=caller_fields(caller), query=query))
