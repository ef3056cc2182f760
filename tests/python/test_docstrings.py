"""Every example in a docstring of the package runs."""

from __future__ import annotations

import doctest
import importlib

import pytest

EXAMPLES = {
    "_error": 3,
    "access": 1,
    "bulk": 5,
    "charger": 2,
    "overlap": 2,
    "emission": 3,
    "returns": 5,
    "_allocation": 1,
    "webhook": 6,
    "ledger": 2,
    "_caller": 1,
    "ledger.groups": 5,
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_docstring_examples_run(name: str) -> None:
    module = importlib.import_module(f"tierra.{name}")
    examples = [test for test in doctest.DocTestFinder().find(module) if test.examples]
    assert len(examples) == EXAMPLES[name]
    assert doctest.testmod(module).failed == 0
