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


def read_cases() -> list[Case]:
    """Every case of every file of the manifest, whose counts and digests are asserted."""
    manifest = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    cases = []
    for name, listed in manifest["files"].items():
        text = (FOLDER / name).read_text(encoding="utf-8")
        assert hashlib.sha256(text.encode()).hexdigest() == listed["sha256"], f"{name} is not the manifest's"
        rows = json.loads(text)["cases"]
        by_digits = json.loads(text, parse_float=Decimal)["cases"]
        assert len(rows) == listed["cases"], name
        for row, exact in zip(rows, by_digits):
            cases.append(
                Case(
                    id=row["id"],
                    op=row["op"],
                    text=row["input_text"] if "input_text" in row else json.dumps(row["input"]),
                    input=row.get("input"),
                    expected=exact.get("expected"),
                    error=row.get("error"),
                    sha256=row["sha256"],
                    needs=row.get("needs"),
                )
            )
    assert len({case.id for case in cases}) == len(cases) == manifest["total"]["cases"]
    needs = Counter(case.needs for case in cases if case.needs is not None)
    assert needs == manifest["needs"] and needs["sqlite"] > 0
    return cases


CASES = read_cases()
