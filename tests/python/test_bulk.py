"""Columns of many rows, against the calls for one."""

from __future__ import annotations

import sys
import threading
from array import array
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pytest
import tierra
from hypothesis import given, settings
from hypothesis import strategies as st

KEBA, EASEE = (tierra.identify(vendor, "22004711").serial_hash for vendor in ("KEBA", "Easee"))
K, E = bytes.fromhex(KEBA), bytes.fromhex(EASEE)

anything = st.one_of(st.text(max_size=20), st.none(), st.integers(), st.dates())
vendor = st.one_of(st.sampled_from(["KEBA", "Keba GmbH", "Wall Box Chargers", "Bösch"]), anything)
serial = st.one_of(st.from_regex(r"(S/N: ?)?[A-Za-z0-9 .-]{1,20}", fullmatch=True), anything)


@given(st.lists(st.one_of(st.tuples(vendor, serial), st.lists(serial, max_size=3), anything), max_size=20))
@settings(max_examples=300, deadline=None)
def test_hashes_are_those_of_identify_batch(chargers: list[Any]) -> None:
    hashes = tierra.serial_hashes(chargers)
    expected = tierra.identify_batch(chargers).results
    assert len(hashes) == len(expected)
    assert list(hashes.errors) == [row for row, one in enumerate(expected) if isinstance(one, tierra.TierraError)]
    for row, one in enumerate(expected):
        if isinstance(one, tierra.TierraError):
            refused = hashes.errors[row]
            assert (refused.code, refused.path, refused.message) == (one.code, one.path, one.message)
            assert hashes.hex()[row] is None
        else:
            assert hashes[row] == hashes.hex()[row] == one.serial_hash


def test_rows_that_are_no_pairs_leave_the_others() -> None:
    chargers: list[Any] = [b"KEBA", ("KEBA", b"1"), ("KEBA\ud800", "1"), object(), ("KEBA",), ["KEBA", "22004711"]]
    hashes = tierra.serial_hashes(chargers)
    assert [(row, error.code, error.path) for row, error in hashes.errors.items()] == [
        (0, "wrong_type", "chargers[0]"),
        (1, "wrong_type", "chargers[1].serial"),
        (2, "invalid_unicode", "chargers[2].vendor"),
        (3, "wrong_type", "chargers[3]"),
        (4, "wrong_type", "chargers[4]"),
    ]
    assert hashes[5] == KEBA


def test_hashes_over_several_pieces() -> None:
    chargers = [("KEBA", str(n) if n % 1000 else "") for n in range(10_000)]
    hashes = tierra.serial_hashes(iter(chargers))
    assert list(hashes.errors) == list(range(0, 10_000, 1000))
    assert hashes.errors[9000].path == "chargers[9000].serial"
    assert hashes[-1] == tierra.identify("KEBA", "9999").serial_hash
    assert np.frombuffer(hashes.packed, "uint8").reshape(-1, 32).shape == (10_000, 32)
    with pytest.raises(tierra.TierraError):
        hashes[0]
    with pytest.raises(IndexError):
        hashes[10_000]


def test_a_list_that_another_thread_empties() -> None:
    chargers = [("KEBA", str(n)) for n in range(200_000)]
    thread = threading.Thread(target=chargers.clear)
    thread.start()
    hashes = tierra.serial_hashes(chargers)
    thread.join()
    assert len(hashes) <= 200_000 and not hashes.errors


claims = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 60), st.integers(0, 20), st.booleans()), max_size=40)


@given(claims, st.integers(0, 40))
@settings(max_examples=200, deadline=None)
def test_pairs_and_index_agree_with_find_conflicts(rows: list[tuple[int, int, int, bool]], loaded: int) -> None:
    def registration(row: int) -> dict[str, Any]:
        charger, start, days, cancelled = rows[row]
        day = date.fromordinal(date(2026, 1, 1).toordinal() + start)
        return {
            "public_id": f"r{row}",
            "organization": "Green Miles",
            "serial_hash": bytes([charger] * 32).hex(),
            "status": "cancelled" if cancelled else "active",
            "period": {"start": day, "end": date.fromordinal(day.toordinal() + days)},
        }

    registrations = [registration(row) for row in range(len(rows))]
    expected = [(one.first.index, one.second.index) for one in tierra.find_conflicts(registrations)]
    hashes = b"".join(bytes([row[0]] * 32) for row in rows)
    starts = np.array([20454 + row[1] for row in rows], "int32")
    ends = starts + np.array([row[2] for row in rows], "int32")
    cancelled = np.array([row[3] for row in rows], "bool")
    pairs = tierra.find_conflict_pairs(hashes, starts, ends, left_out=cancelled)
    assert list(zip(pairs.first, pairs.second, strict=True)) == expected
    assert tierra.count_conflict_pairs(hashes, starts, ends, left_out=cancelled) == len(expected)

    loaded = min(loaded, len(rows))
    index = tierra.ClaimIndex(hashes[: 32 * loaded], starts[:loaded], ends[:loaded], left_out=cancelled[:loaded])
    for row in range(loaded, len(rows)):
        one = registrations[row]
        days = one["period"]["start"], one["period"]["end"]
        known = [registrations[other] for other in range(row) if other < loaded or not rows[other][3]]
        new = {**one, "status": "active"}
        found = [int(conflict.conflicting_registration.public_id[1:]) for conflict in tierra.conflicts_with(new, known)]
        # What the index took afterwards it took as a claim, cancelled or not.
        taken = [other for other in index.conflicts_with(one["serial_hash"], *days) if other < loaded or not rows[other][3]]
        assert taken == found
        assert index.insert(bytes.fromhex(one["serial_hash"]), *days) == row
    assert len(index) == len(rows)


DAYS = array("i", [20454, 20818])


@pytest.mark.parametrize(
    "chargers",
    [K + K, bytearray(K + K), memoryview(K + K), np.frombuffer(K + K, "uint8"), np.frombuffer(K + K, "uint8").reshape(2, 32),
     np.frombuffer(K + K, "int8"), array("B", K + K), memoryview(K + E + K + E).cast("B", (4, 32))[::2].tobytes()],
)
@pytest.mark.parametrize("days", [DAYS, np.array(DAYS), memoryview(DAYS), np.array([DAYS, DAYS], "int32").T[:, 0],
     np.frombuffer(b"x" + DAYS.tobytes(), "int32", offset=1)])
def test_buffers_of_many_kinds(chargers: Any, days: Any) -> None:
    pairs = tierra.find_conflict_pairs(chargers, array("i", [20454, 20454]), days)
    assert (pairs.first.tolist(), pairs.second.tolist()) == ([0], [1])
    rows = np.asarray(pairs.first)
    assert rows.dtype == np.uint32 and np.shares_memory(rows, np.frombuffer(pairs.first, "uint32"))


def test_dates_of_numpy() -> None:
    days = np.array(["2026-01-01", "2026-12-31"], "datetime64[D]").astype("int32")
    assert tierra.count_conflict_pairs(K + K, days, days) == 0
    assert tierra.ClaimIndex(K + K, days, days).conflicts_with(KEBA, "2026-12-31", "2026-12-31") == [1]


def test_refused_chargers_are_left_out() -> None:
    hashes = tierra.serial_hashes([("KEBA", "22004711"), ("KEBA", ""), ("KEBA", "!"), ("KEBA", "22004711")])
    days = array("i", [20454] * 4)
    assert [list(side) for side in tierra.find_conflict_pairs(hashes, days, days)] == [[0], [3]]
    assert tierra.count_conflict_pairs(hashes, days, days, left_out=np.array([True, False, False, False])) == 0
    assert tierra.ClaimIndex(hashes, days, days).conflicts_with("0" * 64, 20454, 20454) == []


def test_nothing_at_all() -> None:
    empty = array("i")
    assert tierra.find_conflict_pairs(b"", empty, empty).first.tolist() == []
    assert tierra.count_conflict_pairs(np.zeros((0, 32), "uint8"), empty, empty, left_out=b"") == 0
    index = tierra.ClaimIndex(tierra.serial_hashes([]), empty, empty)
    assert index.insert(K, 0, 0) == 0 and index.conflicts_with(K, 0, 0) == [0]


GOOD = (K + K, DAYS, DAYS)
INDEX = tierra.ClaimIndex(*GOOD)
REFUSED: list[tuple[str, Callable[[], Any], str, str]] = [
    ("bytes in a list for hashes", lambda: tierra.find_conflict_pairs([K, K], DAYS, DAYS), "wrong_type", "chargers[0]"),
    ("half a hash", lambda: tierra.find_conflict_pairs(K + K[:16], DAYS, DAYS), "wrong_type", "chargers"),
    ("31 columns", lambda: tierra.find_conflict_pairs(np.zeros((32, 31), "uint8"), DAYS, DAYS), "wrong_type", "chargers"),
    ("three dimensions", lambda: tierra.find_conflict_pairs(np.zeros((1, 1, 32), "uint8"), DAYS, DAYS), "wrong_type", "chargers"),
    ("words for hashes", lambda: tierra.find_conflict_pairs(np.zeros(2, "uint64"), DAYS, DAYS), "wrong_type", "chargers[0]"),
    ("floats for days", lambda: tierra.find_conflict_pairs(K + K, np.array([1, 2], "float32"), DAYS), "wrong_type", "starts[0]"),
    ("a table of days", lambda: tierra.find_conflict_pairs(K + K, np.zeros((2, 1), "int32"), DAYS), "wrong_type", "starts"),
    ("too few days", lambda: tierra.find_conflict_pairs(K + K, DAYS, DAYS[:1]), "length_mismatch", "ends"),
    ("too few hashes", lambda: tierra.ClaimIndex(K, DAYS, DAYS), "length_mismatch", "starts"),
    ("a short mask", lambda: tierra.find_conflict_pairs(*GOOD, left_out=b"\0"), "length_mismatch", "left_out"),
    ("start after end", lambda: tierra.find_conflict_pairs(K + K, array("i", [1, 9]), array("i", [1, 8])), "invalid_period", "starts[1]"),
    ("digits of a date for a day", lambda: tierra.find_conflict_pairs(K + K, DAYS, array("i", [20454, 20261231])), "out_of_range", "ends[1]"),
    ("too many pairs", lambda: tierra.find_conflict_pairs(K + K, DAYS, array("i", [20818] * 2), most=0), "out_of_range", "chargers"),
    ("a text for most", lambda: tierra.find_conflict_pairs(*GOOD, most="1"), "wrong_type", "most"),  # type: ignore[arg-type]
    ("a negative most", lambda: tierra.find_conflict_pairs(*GOOD, most=-1), "out_of_range", "most"),
    ("a text for chargers", lambda: tierra.serial_hashes("KEBA"), "wrong_type", "chargers"),
    ("a number for chargers", lambda: tierra.serial_hashes(5), "wrong_type", "chargers"),
    ("a short hash", lambda: INDEX.conflicts_with("00", 1, 2), "unknown_value", "charger"),
    ("31 bytes", lambda: INDEX.conflicts_with(K[1:], 1, 2), "wrong_type", "charger"),
    ("a lone surrogate", lambda: INDEX.conflicts_with("\ud800" * 64, 1, 2), "invalid_unicode", "charger"),
    ("no day", lambda: INDEX.conflicts_with(K, None, 2), "wrong_type", "start"),  # type: ignore[arg-type]
    ("a fraction of a day", lambda: INDEX.conflicts_with(K, 1.5, 2), "wrong_type", "start"),  # type: ignore[arg-type]
    ("a day of 33 bits", lambda: INDEX.conflicts_with(K, 1, 2**32), "out_of_range", "end"),
    ("a day that is none", lambda: INDEX.insert(K, "2026-02-30", 2), "invalid_date", "start"),
    ("an end before the start", lambda: INDEX.insert(K, 2, 1), "invalid_period", "start"),
    ("the year 10000", lambda: INDEX.insert(K, 2, 2_932_897), "out_of_range", "end"),
]


@pytest.mark.parametrize(("call", "code", "path"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_refused_with_code_and_path(call: Callable[[], Any], code: str, path: str) -> None:
    with pytest.raises(tierra.TierraError) as caught:
        call()
    assert (caught.value.code, caught.value.path) == (code, path)
    assert "expected" in caught.value.message or code == "length_mismatch"
