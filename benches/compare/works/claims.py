"""Overlapping claims: all pairs of many, and one new claim among many."""

from __future__ import annotations

from typing import Any

from harness import Bench, Side, work


def _columns(bench: Bench, rows: int, new: int = 0) -> dict[str, Any]:
    """Claims in files and in memory: five a charger in random order, of a month to thirteen, in ten years."""
    import numpy as np

    random = np.random.default_rng(bench.seed)
    hashes = random.integers(0, 256, (max(1, rows // 5), 32), dtype=np.uint8)
    of = random.permutation(np.arange(rows) % len(hashes))

    def days(count: int) -> tuple[Any, Any]:
        starts = random.integers(18_000, 21_650, count, dtype=np.int32)
        return starts, starts + random.integers(29, 395, count, dtype=np.int32)

    columns = {"chargers": hashes[of], **dict(zip(("starts", "ends"), days(rows)))}
    if new:
        columns["new_chargers"] = hashes[random.integers(0, len(hashes), new)]
        columns.update(zip(("new_starts", "new_ends"), days(new)))
    for name, column in columns.items():
        column.tofile(bench.dir / name)
    return columns


# A row's hash as four words and as a blob: whichever joins faster is the peer.
_JOINS = {
    "words": "x.w0 = y.w0 AND x.w1 = y.w1 AND x.w2 = y.w2 AND x.w3 = y.w3",
    "blobs": "x.charger = y.charger",
}


def _overlap(bench: Bench, rows: int) -> tuple[Side, Side]:
    import duckdb
    import numpy as np

    columns = _columns(bench, rows)
    ours = bench.ours("overlap")
    w0, w1, w2, w3 = np.ascontiguousarray(columns["chargers"]).view(">u8").astype("u8").T.copy()
    # DuckDB finds the dict by its name.
    frame = {"claim": np.arange(rows), "w0": w0, "w1": w1, "w2": w2, "w3": w3, "s": columns["starts"], "e": columns["ends"]}
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    connection.execute("CREATE TABLE words AS SELECT claim::UINTEGER AS claim, w0, w1, w2, w3, s, e FROM frame")
    connection.execute("CREATE TABLE blobs AS SELECT claim, unhex(printf('%016x%016x%016x%016x', w0, w1, w2, w3)) AS charger, "
                       "s, e FROM words")
    del frame

    def join(table: str) -> list[Any]:
        found = connection.execute(
            f"SELECT count(*), sum(x.claim::HUGEINT * y.claim) FROM {table} x JOIN {table} y "
            f"ON {_JOINS[table]} AND x.claim < y.claim AND x.s <= y.e AND y.s <= x.e"
        ).fetchone()
        assert found is not None
        return [found[0], str(found[1] or 0)]

    trials = {table: bench.timed(lambda: join(table), 1) for table in _JOINS}
    faster = min(trials, key=lambda table: trials[table].median)
    return ours, bench.timed(lambda: join(faster))


@work("overlap-1m", peer="DuckDB self-join, one thread")
def overlap_1m(bench: Bench) -> tuple[Side, Side]:
    return _overlap(bench, bench.size(1_000_000))


@work("overlap-10m", peer="DuckDB self-join, one thread")
def overlap_10m(bench: Bench) -> tuple[Side, Side]:
    return _overlap(bench, bench.size(10_000_000))


@work("claim-10m", peer="SQLite in memory, clustered index")
def claim_10m(bench: Bench) -> tuple[Side, Side]:
    """Seconds of one new claim, of 20,000 asked one after the other."""
    import sqlite3

    import numpy as np

    rows, new = bench.size(10_000_000), bench.size(20_000)
    columns = _columns(bench, rows, new)
    ours = bench.ours("claim")
    hashes = columns["chargers"]
    order = np.argsort(np.ascontiguousarray(hashes).view(">u8")[:, 0], kind="stable")
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE claims (charger BLOB, s INT, claim INT, e INT, PRIMARY KEY (charger, s, claim)) WITHOUT ROWID")
    sorted_columns = (hashes[order].tobytes(), columns["starts"][order].tolist(), order.tolist(), columns["ends"][order].tolist())
    packed = sorted_columns[0]
    blobs = (packed[at : at + 32] for at in range(0, len(packed), 32))
    connection.executemany("INSERT INTO claims VALUES (?, ?, ?, ?)", zip(blobs, *sorted_columns[1:]))
    questions = [
        (charger.tobytes(), end, start)
        for charger, start, end in zip(columns["new_chargers"], columns["new_starts"].tolist(), columns["new_ends"].tolist())
    ]

    def ask() -> list[int]:
        count = total = 0
        for question in questions:
            for (claim,) in connection.execute("SELECT claim FROM claims WHERE charger = ? AND s <= ? AND e >= ?", question):
                count += 1
                total += claim
        return [count, total]

    peer = bench.timed(ask)
    ours.seconds, peer.seconds = ([second / new for second in side.seconds] for side in (ours, peer))
    ours.more["ours_ns"] = round(ours.median * 1e9)
    return ours, peer
