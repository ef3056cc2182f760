"""Every Python snippet of the README runs, in order, in one namespace."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "README.md"


def test_python_snippets_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(README.parent)
    snippets = re.findall(r"^```python\n(.*?)^```", README.read_text(encoding="utf-8"), re.M | re.S)
    assert len(snippets) >= 4
    namespace: dict[str, object] = {}
    for snippet in snippets:
        exec(compile(snippet, str(README), "exec"), namespace)
