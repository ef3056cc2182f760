"""Emission factors from official files: the publishers' own workbooks, and CSV."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._error import TierraError
from .._records.emission import ImportReport, SetAside
from .._tierra import FactorData
from . import EmissionFactors

__all__ = ["FactorImport", "ImportReport", "SetAside", "import_factors"]


@dataclass(frozen=True, slots=True)
class FactorImport:
    """What an import made, and the report of it."""

    factors: EmissionFactors
    report: ImportReport


def import_factors(
    source: str | os.PathLike[str] | bytes,
    kind: str,
    *,
    is_default: bool = False,
    library: Mapping[str, Any] | None = None,
) -> FactorImport:
    """The emission factors in an official file as its publisher ships it, or in a CSV file of one's own.

    Args:
        source: the path of the file, or its bytes.
        kind: ``defra`` (a flat file of the UK Government's conversion factors, ``.xls`` or ``.xlsx``, from the edition of 2020
            on), ``epa_hub`` (EPA's Emission Factors Hub), ``egrid`` (eGRID's summary tables) or ``csv``, whose columns are
            ``category``, ``fuel_type``, ``gas``, ``value``, ``unit`` and, where wanted, ``external_id``, ``is_biogenic``,
            ``oxidation_factor``, ``region``, ``technology``, ``scope``, ``lower``, ``upper``, ``source_table`` and
            ``source_row``.
        is_default: whether the library stands in for years that no edition covers.
        library: for ``csv`` alone: the library in the contract's shape; its ``id`` follows from authority, name and version.

    Raises:
        OSError: where the file cannot be read.
        TierraError: ``unknown_value`` at ``kind``; ``invalid_workbook`` for a file that is truncated or of another kind,
            ``label_changed`` for a label whose meaning changed between editions, ``ambiguous_factor`` for two rows that
            contradict each other, each with the sheet and cell; those of ``library``.

    >>> csv = b"category,fuel_type,gas,value,unit\\nSite,Wood chips,CO2e,1.7,kg CO2e/kg\\nSite,Peat,CO2e,,kg CO2e/kg\\n"
    >>> ours = {"name": "Ours", "authority": "iea", "version": "1", "releaseYear": 2024,
    ...         "createdAt": "2024-01-15T00:00:00.000Z"}
    >>> made = import_factors(csv, "csv", library=ours)
    >>> made.report.rows_read, made.report.factors_made, dict(made.report.reasons)
    (2, 1, {'blank': 1})
    >>> found = EmissionFactors.reference().extended(made.factors).resolve(
    ...     authority="iea", reporting_year=2024, fuel_type="wood chips", gas="CO2e", category="Site")
    >>> found.factor.value
    Decimal('1.7')
    """
    if isinstance(source, (str, os.PathLike)):
        content = Path(source).read_bytes()
    elif isinstance(source, (bytes, bytearray, memoryview)):
        content = bytes(source)
    else:
        message = f"is a value of type `{type(source).__name__}`; expected a path or bytes"
        raise TierraError("wrong_type", "source", message)
    if not isinstance(kind, str):
        raise TierraError("wrong_type", "kind", f"is a value of type `{type(kind).__name__}`; expected a string")
    data, report = FactorData.import_file(kind, content, {"isDefault": is_default, "library": library})
    return FactorImport(EmissionFactors._of(data), report)
