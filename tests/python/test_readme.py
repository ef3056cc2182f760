"""Every Python snippet of the README and of `docs/` runs, page by page in order, each page in one namespace."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def snippets(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)


def pages(language: str) -> list[Path]:
    found = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    return [page for page in found if snippets(page, language)]


@pytest.mark.parametrize("page", pages("python"), ids=lambda page: page.name)
def test_python_snippets_run(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    namespace: dict[str, object] = {}
    for snippet in snippets(page, "python"):
        exec(compile(snippet, str(page), "exec"), namespace)


def test_no_page_is_left_out() -> None:
    """The tests that run snippets find their pages by themselves, but for Rust's, which the compiler must be told of."""
    with_python = [page.name for page in pages("python")]
    assert with_python == ["README.md", "CLAIMS.md", "EMISSIONS.md", "LEDGER.md", "WEBHOOKS.md"]
    told = re.findall(r'include_str!\("\.\./\.\./(.*?\.md)"\)', (ROOT / "core/src/lib.rs").read_text(encoding="utf-8"))
    assert sorted(told) == sorted(str(page.relative_to(ROOT)) for page in pages("rust"))
    # A block of code without a language would be a Rust test to Rust and prose to the others.
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        fences = re.findall(r"^```(.*)$", page.read_text(encoding="utf-8"), re.M)
        assert all(fences[::2]) and not any(fences[1::2]), page.name


def test_links_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for link in re.findall(r"\]\((?!https?:)([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"
