"""What strangers' files and senders bring: spellings, stray quotes, queues that take long, and names that are no files."""

from __future__ import annotations

import stat
import sys
import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import tierra
from hypothesis import given
from hypothesis import strategies as st
from tierra.charger import IdentityAdvisory

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)
HEADER = "vendor,serial,program_name,start_date,end_date"


def refused(call: Callable[[], Any], code: str, path: str) -> None:
    with pytest.raises(tierra.TierraError) as caught:
        call()
    assert (caught.value.code, caught.value.path) == (code, path), str(caught.value)


def test_one_maker_has_one_name() -> None:
    spellings = ["Dell´Orto", "Dell'Orto", "Dell’Orto", "Dell`Orto", "Dell\u02bcOrto", "DELL \u0301ORTO", "DellOrto™ GmbH"]
    assert {tierra.identify(spelling, "1").vendor_canonical for spelling in spellings} == {"DELLORTO"}
    assert tierra.identify("Heiß", "1") == tierra.identify("HEIẞ", "S/N: S/N: 1") == tierra.identify("heiss", "-S/N: 1")


@given(st.text(min_size=1, max_size=40))
def test_the_form_of_a_form_is_itself(vendor: str) -> None:
    try:
        once = tierra.identify(vendor, "1").vendor_canonical
    except tierra.TierraError:
        return
    assert tierra.identify(once, "1").vendor_canonical == once
    # What another program has normalised already is the same maker.
    if not any(sign in vendor for sign in "™℠\U0001f12b\U0001f12c\U0001f16a\U0001f16b\U0001f16c"):
        normal = unicodedata.normalize("NFKC", vendor)
        if len(normal) <= 120:
            assert tierra.identify(normal, "1").vendor_canonical == once


def test_advisories() -> None:
    [labelled] = tierra.identify("KEBA", "SN-22004711").advisories
    assert isinstance(labelled, IdentityAdvisory)
    plain = tierra.identify("KEBA", "22004711")
    assert (labelled.kind, labelled.serial_normalized) == ("possible_label", "22004711")
    assert labelled.serial_hash == plain.serial_hash and plain.advisories == ()
    [shortened] = tierra.identify("KEBA", "1.00E12").advisories
    assert (shortened.kind, shortened.serial_hash) == ("shortened_number", None)
    batch = tierra.identify_batch([("KEBA", "SN-22004711"), ("KEBA", "22004711")])
    assert [charger.index for charger in batch.lookalikes[0].chargers] == [0, 1]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_one_stray_quote_spoils_one_row(tmp_path: Path, end: str) -> None:
    rows = [f"KEBA,{number},Spring,2026-01-01,2026-12-31" for number in range(1, 301)]
    rows[41] = '"' + rows[41]
    rows[99] = "KEBA,,Spring,2026-01-01,2026-12-31"
    path = tmp_path / "chargers.csv"
    path.write_text(end.join([HEADER, *rows]), encoding="utf-8", newline="")
    with tierra.Ledger.in_memory() as ledger:
        green = tierra.Caller(ledger.access.create_organization("Green Miles", now=NOW).public_id, ("registrations:write",))
        progress = ledger.registrations.import_csv(green, path, now=NOW)
    assert (progress.rows, progress.created, progress.failed) == (300, 298, 2)
    assert [(problem.line, problem.code) for problem in progress.problems] == [(43, "invalid_character"), (101, "empty")]


def test_a_request_is_kept_longer(tmp_path: Path) -> None:
    with tierra.Ledger.in_memory() as ledger:
        scopes = ("registrations:write", "webhooks:manage")
        green = tierra.Caller(ledger.access.create_organization("Green Miles", now=NOW).public_id, scopes)
        ledger.webhooks.create(green, url="https://hooks.example.com/in", events=["registration.created"], now=NOW)
        year: dict[str, Any] = {"program_name": "Spring", "start_date": "2026-01-01", "end_date": "2026-12-31"}
        ledger.registrations.register(green, vendor="KEBA", serial="1", now=NOW, **year)
        [request] = ledger.webhooks.due(now=NOW)
        later = NOW + timedelta(seconds=100)
        kept = ledger.webhooks.extend_lease(request.delivery_id, request.attempt, seconds=600, now=later)
        assert kept.next_attempt_at == later + timedelta(seconds=600)
        assert len(ledger.webhooks.due(now=later + timedelta(seconds=599))) == 0
        refused(lambda: ledger.webhooks.extend_lease(request.delivery_id, 2, now=later), "not_found", "attempt")


def test_no_name_of_memory_makes_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (":memory:", "file:registry.sqlite?mode=memory"):
        refused(lambda: tierra.Ledger.open(name), "unknown_value", "path")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="files have no mode")
def test_the_file_is_its_owners(tmp_path: Path) -> None:
    with tierra.Ledger.open(tmp_path / "registry.sqlite") as ledger:
        ledger.back_up(tmp_path / "copy.sqlite")
        assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
