"""The vector files, read once."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "vectors"


@dataclass(frozen=True)
class Case:
    """One case of a vector file."""

    id: str
    op: str
    text: str
    """The input as JSON text."""
    input: Any
    """The input as Python values; ``None`` where only the text says it."""
    expected: Any
    """The answer, decimals by their digits; ``None`` for a case that fails."""
    error: dict[str, Any] | None
    sha256: str
    needs: str | None
    """The feature of the core that the case needs."""


def expanded(value: Any, fixtures: dict[str, Any]) -> Any:
    """The value with references to fixtures expanded, as the schema of the vectors says."""
    if isinstance(value, list):
        return [expanded(item, fixtures) for item in value]
    if not isinstance(value, dict):
        return value
    changes = {name: expanded(item, fixtures) for name, item in value.items() if name != "$fixture"}
    if "$fixture" not in value:
        return changes
    fixture = fixtures[value["$fixture"]]
    return fixture | changes if changes else fixture


def read_cases() -> list[Case]:
    """Every case of every file of the manifest, whose counts and digests are asserted."""
    manifest = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    cases = []
    for name, listed in manifest["files"].items():
        text = (FOLDER / name).read_text(encoding="utf-8")
        assert hashlib.sha256(text.encode()).hexdigest() == listed["sha256"], f"{name} is not the manifest's"
        file = json.loads(text)
        rows, by_digits = file["cases"], json.loads(text, parse_float=Decimal)["cases"]
        fixtures: dict[str, Any] = {}
        for fixture, value in file["fixtures"].items():
            fixtures[fixture] = expanded(value, fixtures)
        assert (len(rows), len(fixtures)) == (listed["cases"], listed["fixtures"]), name
        for row, exact in zip(rows, by_digits):
            given = expanded(row.get("input"), fixtures)
            cases.append(
                Case(
                    id=row["id"],
                    op=row["op"],
                    text=row["input_text"] if "input_text" in row else json.dumps(given),
                    input=given,
                    expected=exact.get("expected"),
                    error=row.get("error"),
                    sha256=row["sha256"],
                    needs=row.get("needs"),
                )
            )
    assert len({case.id for case in cases}) == len(cases) == manifest["total"]["cases"]
    needs = Counter(case.needs for case in cases if case.needs is not None)
    assert needs == manifest["needs"] and needs["ledger"] > 0
    return cases


CASES = read_cases()
