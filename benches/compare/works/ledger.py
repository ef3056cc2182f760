"""The ledger: many registrations into one file, and look-ups in a large one."""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
from datetime import date, datetime, timedelta, timezone
from typing import Any

from harness import Bench, Side, work

_DAY = date(2026, 1, 1)


def _rows(bench: Bench, rows: int) -> list[tuple[str, str, str]]:
    """Serial, first and last day: five a charger in random order, of one to ninety days in eight years."""
    source = random.Random(bench.seed)

    def row() -> tuple[str, str, str]:
        start = _DAY + timedelta(days=source.randrange(3000))
        serial = f"SN{source.randrange(max(1, rows // 5)):08}"
        return serial, start.isoformat(), (start + timedelta(days=source.randrange(90))).isoformat()

    made = [row() for _ in range(rows)]
    (bench.dir / "rows").write_text("".join("\t".join(row) + "\n" for row in made), encoding="ascii")
    return made


def _hash(serial: str) -> str:
    return hashlib.sha256(f"ABB:{serial}".encode()).hexdigest()


@work("ledger-register", peer="bare INSERTs and an overlap query, sqlite3")
def ledger_register(bench: Bench) -> tuple[Side, Side]:
    """200,000 registrations. Tierra checks conflicts and writes outbox, deliveries and audit log, 100 a transaction, each on
    disk before the next; the peer has its hashes ready and inserts in one transaction."""
    runs = min(3, bench.runs)
    rows = _rows(bench, bench.size(200_000))
    ours = bench.ours("ledger-register", runs=runs)
    hashed = [(_hash(serial), start, end) for serial, start, end in rows]

    def insert() -> list[int]:
        path = bench.dir / "bare.sqlite"
        path.unlink(missing_ok=True)
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute(
            "CREATE TABLE registrations (id INTEGER PRIMARY KEY, serial_hash TEXT, organization TEXT, program_name TEXT, "
            "start_date TEXT, end_date TEXT)"
        )
        connection.execute("CREATE INDEX by_charger ON registrations (serial_hash)")
        connection.execute("BEGIN")
        conflicts = 0
        for charger, start, end in hashed:
            found = connection.execute(
                "SELECT id FROM registrations WHERE serial_hash = ? AND start_date <= ? AND end_date >= ?",
                (charger, end, start),
            )
            conflicts += len(found.fetchall())
            connection.execute(
                "INSERT INTO registrations (serial_hash, organization, program_name, start_date, end_date) VALUES (?, ?, ?, ?, ?)",
                (charger, "Green Miles", "Spring Rebate", start, end),
            )
        connection.execute("COMMIT")
        connection.close()
        return [len(hashed), conflicts]

    return ours, bench.timed(insert, runs)


@work("ledger-lookup", peer="the same query by sqlite3 on the same file")
def ledger_lookup(bench: Bench) -> tuple[Side, Side]:
    """20,000 public look-ups by hash, half of them of unknown chargers, in a file of a million registrations."""
    rows = bench.size(1_000_000)
    serials = [serial for serial, _, _ in _rows(bench, rows)]
    source = random.Random(bench.seed + 1)
    asked = [source.choice(serials) if index % 2 else f"NONE{index}" for index in range(bench.size(20_000))]
    (bench.dir / "asked").write_text("\n".join(asked), encoding="ascii")
    ours = bench.ours("ledger-lookup")
    hashes = [bytes.fromhex(_hash(serial)) for serial in asked]
    connection = sqlite3.connect(bench.dir / "registry.sqlite", isolation_level=None)

    def ask() -> int:
        found = 0
        for charger in hashes:
            query = connection.execute(
                "SELECT start_date, end_date FROM registrations WHERE serial_hash = ? AND end_date >= ? AND cancelled_at IS NULL",
                (charger, _DAY.isoformat()),
            )
            found += len(query.fetchall())
        return found

    peer: Any = bench.timed(ask)
    connection.close()
    return ours, peer


@work("ledger-list-python", peer="Python's json.loads of the same text")
def ledger_list_python(bench: Bench) -> tuple[Side, Side]:
    """A page of 100 registrations as objects of the package, again and again; the peer has its text already."""
    import tierra

    now = datetime(2026, 3, 2, tzinfo=timezone.utc)
    ledger = tierra.Ledger.in_memory(seed=str(bench.seed))
    caller = tierra.Caller(ledger.access.create_organization("Green Miles", now=now).public_id, ("registrations:write",))
    for number in range(100):
        ledger.registrations.register(
            caller, vendor="ABB", serial=f"SN{number:08}", program_name="Spring Rebate", start_date="2026-01-01",
            end_date="2026-12-31", now=now,
        )  # fmt: skip
    rounds = bench.size(1_000)
    text = str(ledger.registrations.list(caller, per_page=100, now=now).json)

    def ours() -> list[str]:
        for _ in range(rounds):
            page = ledger.registrations.list(caller, per_page=100, now=now)
        return [str(one.public_id) for one in page]

    def theirs() -> list[str]:
        for _ in range(rounds):
            body = json.loads(text)
        return [one["public_id"] for one in body["data"]]

    return bench.timed(ours), bench.timed(theirs)
