"""The example programs run and say what they should."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples" / "python"


def run(name: str, *arguments: str) -> list[str]:
    command = [sys.executable, "-X", "utf8", str(EXAMPLES / name), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    return done.stdout.splitlines()


def test_registry() -> None:
    lines = run("registry.py")
    told = [line.split("told: ")[1].split(",")[0] for line in lines if "told: " in line]
    assert told == [
        "registration.created",
        "conflict.detected",
        "dispute.created",
        "dispute.resolved",
        "registration.created",
    ]
    assert any("claimed by Volt Credits until 2026-12-31" in line for line in lines)
    assert any("dispute.created was answered 503" in line for line in lines)
    assert any("Green Miles claims 30 June as well: conflict" in line for line in lines)
    assert lines[-1].endswith("all as they were left")


def test_inventory(tmp_path: Path) -> None:
    chart = tmp_path / "chart.svg"
    lines = run("inventory.py", "--chart", str(chart))
    expected = EXAMPLES.parent / "inventory" / "report.txt"
    assert lines == expected.read_text(encoding="utf-8").splitlines()
    assert chart.read_text(encoding="utf-8").count("<path") > 10
