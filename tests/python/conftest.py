"""Says at the end how many vectors came out and what was skipped, which `tests/run` reads."""

from __future__ import annotations

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Counts the vectors whose text answered byte for byte, and names the tests that did not run."""
    passed = [report for report in terminalreporter.getreports("passed") if report.when == "call"]
    vectors = [report for report in passed if "test_text_answers_byte_for_byte" in report.nodeid]
    if vectors:
        terminalreporter.write_line(f"vectors in Python: {len(vectors)} passed")
    for report in terminalreporter.getreports("skipped"):
        terminalreporter.write_line(f"SKIPPED: {report.nodeid}")
