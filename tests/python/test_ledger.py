"""The ledger in Python: its flow, what it refuses, threads, processes, imports, and its bodies against the contract."""

from __future__ import annotations

import json
import math
import os
import pickle
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import tierra
from jsonschema import Draft202012Validator, FormatChecker
from tierra.ledger import (
    AuditHead,
    ConflictingRegistration,
    ImportProgress,
    Registered,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)
YEAR: dict[str, Any] = {"program_name": "Spring Rebate", "start_date": "2026-01-01", "end_date": "2026-12-31"}
ALL = ("lookup", "registrations:write", "disputes:write", "disputes:resolve", "webhooks:manage")
CONTRACT = Path(__file__).parents[3] / "shared" / "spec" / "charger-registry.openapi.json"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[tierra.Ledger]:
    with tierra.Ledger.open(tmp_path / "registry.sqlite", full_sync=False) as opened:
        yield opened


def join(ledger: tierra.Ledger, name: str, scopes: tuple[str, ...] = ALL) -> tierra.Caller:
    return tierra.Caller(ledger.access.create_organization(name, now=NOW).public_id, scopes)


def register(ledger: tierra.Ledger, caller: tierra.Caller, serial: str = "22004711", **changes: Any) -> Registered:
    return ledger.registrations.register(caller, **{"vendor": "KEBA", "serial": serial, "now": NOW, **YEAR, **changes})


def refused(call: Callable[[], Any], code: str, path: str) -> tierra.TierraError:
    with pytest.raises(tierra.TierraError) as caught:
        call()
    assert (caught.value.code, caught.value.path) == (code, path), str(caught.value)
    return caught.value


def test_registrations_from_first_to_last(ledger: tierra.Ledger) -> None:
    green, volt = join(ledger, "Green Miles"), join(ledger, "Volt Credits")
    first = register(ledger, green, metadata={"site": "Depot 4", "kW": 7.4, "units": [1, 2]})
    made = first.registration
    assert (made.status, first.conflicts) == ("active", ())
    assert made.period == tierra.Period(date(2026, 1, 1), date(2026, 12, 31))
    assert made.charger.serial_hash == tierra.identify("KEBA", "22004711").serial_hash

    second = register(ledger, volt, start_date=date(2026, 12, 31), end_date=date(2027, 6, 30))
    [conflict] = second.conflicts
    assert second.registration.status == "pending"
    assert conflict.conflicting_registration == ConflictingRegistration(made.public_id, "Green Miles", made.period)

    shown = ledger.registrations.show(green, made.public_id, now=NOW)
    assert shown.metadata == {"site": "Depot 4", "kW": 7.4, "units": [1, 2]}
    assert (shown.created_at, shown.renewed_from, shown.conflicts[0].public_id) == (NOW, None, conflict.public_id)
    # What is another's looks like nothing at all.
    refused(lambda: ledger.registrations.show(volt, made.public_id, now=NOW), "not_found", "public_id")

    updated = ledger.registrations.update(green, str(made.public_id), program_name="Summer Rebate", now=NOW)
    assert updated.program_name == "Summer Rebate"
    renewed = ledger.registrations.renew(green, made.public_id, start_date="2028-01-01", end_date="2028-12-31", now=NOW)
    assert ledger.registrations.show(green, renewed.registration.public_id, now=NOW).renewed_from == made.public_id

    later = datetime(2027, 7, 1, tzinfo=timezone.utc)
    expired = [ledger.registrations.expire(limit=1, now=later) for _ in range(2)]
    assert [(one.expired, one.more) for one in expired] == [(1, True), (1, False)]
    assert ledger.registrations.cancel(green, renewed.registration.public_id, now=later).status == "cancelled"
    page = ledger.registrations.list(green, per_page=1, now=later)
    assert [one.status for one in page] == ["cancelled"] and len(page) == 1
    assert (page.meta.current_page, page.meta.last_page, page.meta.total) == (1, 2, 2)
    assert ledger.registrations.list(green, status="expired", now=later).data[0].public_id == made.public_id


def test_on_conflict(ledger: tierra.Ledger) -> None:
    green = join(ledger, "Green Miles")
    register(ledger, green)
    error = refused(lambda: register(ledger, green, on_conflict="fail"), "conflict", "")
    assert "Green Miles" in error.message
    assert len(register(ledger, green, on_conflict="force").conflicts) == 1
    outcome = ledger.registrations.register_batch(
        green,
        (
            {"vendor": "KEBA", "serial": serial, "on_conflict": "fail", **YEAR}
            for serial in ("22004711", "22004712", "12*", "22004712")
        ),
        now=NOW,
    )
    assert [item.status for item in outcome.results] == ["conflict", "created", "failed", "conflict"]
    assert (outcome.summary.total, outcome.summary.created) == (4, 1)
    blocked, created, failed, _ = outcome.results
    assert blocked.registration is None and blocked.conflicts is not None and blocked.error is None
    assert blocked.conflicts[0].public_id is None
    assert created.registration is not None and created.index == 1
    assert failed.error is not None and failed.error.startswith("serial: ")


def test_lookups() -> None:
    secret = "sixteen bytes or more"
    with tierra.Ledger.in_memory(identity_key=secret) as ledger:
        green = join(ledger, "Green Miles")
        charger = register(ledger, green).registration.charger
        public = ledger.lookup.by_hash(charger.serial_hash, now=NOW)
        assert (public.registered, public.registration_count) == (True, 1)
        assert public.active_period == tierra.Period(date(2026, 1, 1), date(2026, 12, 31))
        assert ledger.lookup.by_keyed_hash(tierra.keyed_hash("keba", "2200-4711", secret), now=NOW) == public
        assert ledger.lookup.by_hash("0" * 64, now=NOW).active_period is None
        answer = ledger.lookup.by_prefix(charger.serial_hash[:5], now=NOW)
        counts = {answer.prefix + one.suffix: one.registration_count for one in answer.suffixes}
        assert len(counts) > 1 and sum(counts.values()) == counts[charger.serial_hash] == 1
        assert ledger.lookup.charger(green, "KEBA", "22004711", now=NOW).registrations[0].organization == "Green Miles"
        batch = ledger.lookup.chargers(green, [("KEBA", "22004711"), {"vendor": "KEBA", "serial": "12*"}], now=NOW)
        known, unknown = batch.results
        assert (known.serial, known.registered, known.error) == ("22004711", True, None)
        assert unknown.error is not None and unknown.error.path == "items[1].serial"
        refused(lambda: ledger.lookup.chargers(green, "KEBA", now=NOW), "wrong_type", "items")  # type: ignore[arg-type]
        refused(lambda: ledger.lookup.chargers(green, [], now=NOW), "out_of_range", "items")
        refused(lambda: ledger.lookup.by_prefix("abc", now=NOW), "unknown_value", "prefix")


def test_disputes(ledger: tierra.Ledger) -> None:
    green, volt = join(ledger, "Green Miles"), join(ledger, "Volt Credits", ("registrations:write", "disputes:write"))
    register(ledger, green)
    conflict = register(ledger, volt).conflicts[0].public_id
    assert conflict is not None
    dispute = ledger.disputes.open(volt, conflict, "It is ours.", now=NOW).dispute
    refused(lambda: ledger.disputes.open(green, conflict, "No.", now=NOW), "dispute_exists", "conflict")
    message = ledger.disputes.message(green, dispute.public_id, "Since when?", now=NOW)
    assert (message.organization, message.created_at) == ("Green Miles", NOW)
    refused(lambda: ledger.disputes.review(volt, dispute.public_id, now=NOW), "insufficient_scope", "caller")
    assert ledger.disputes.review(green, dispute.public_id, now=NOW).status == "under_review"
    assert ledger.disputes.resolve(green, dispute.public_id, "Shared.", now=NOW).status == "resolved"
    details = ledger.disputes.show(volt, dispute.public_id)
    assert (details.opened_by, details.other_party, details.conflict) == ("Volt Credits", "Green Miles", conflict)
    assert (details.resolution_note, details.messages) == ("Shared.", (message,))
    again = ledger.disputes.open(volt, str(conflict), "Still.", now=NOW).dispute
    assert ledger.disputes.withdraw(volt, again.public_id, now=NOW).status == "withdrawn"
    assert [one.status for one in ledger.disputes.list(volt)] == ["withdrawn", "resolved"]


def test_keys_clients_and_tokens(ledger: tierra.Ledger) -> None:
    green = ledger.access.create_organization("Green Miles", now=NOW)
    assert ledger.access.organizations().data == (green,)
    key = ledger.access.issue_key(
        green.public_id, "import", {"lookup"}, expires_at=NOW + timedelta(days=1), now=NOW
    )
    assert ledger.access.verify(key.secret, now=NOW) == tierra.Caller(green.public_id, ("lookup",), key.id)
    tomorrow = NOW + timedelta(days=1)
    refused(lambda: ledger.access.verify(key.secret, now=tomorrow), "invalid_token", "token")
    client = ledger.access.create_client(green.public_id, "backend", ["lookup", "webhooks:manage"], now=NOW)
    token = ledger.access.token(client_id=client.id, client_secret=client.secret, scope="lookup", now=NOW)
    assert (token.token_type, token.expires_in, token.scope) == ("Bearer", 3600, "lookup")
    assert ledger.access.verify(f"Bearer {token.access_token}", now=NOW).credential == client.id
    ledger.access.revoke_token(token.access_token, now=NOW)
    refused(lambda: ledger.access.verify(token.access_token, now=NOW), "invalid_token", "token")
    rotated = ledger.access.rotate(client.id, overlap_seconds=60, now=NOW)
    assert rotated.secret != client.secret
    for secret in (client.secret, rotated.secret):
        ledger.access.token(client_id=str(client.id), client_secret=secret, now=NOW)
    assert ledger.access.revoke(client.id, now=NOW).revoked_at == NOW
    revoked: dict[str, Any] = {"client_id": client.id, "client_secret": client.secret}
    refused(lambda: ledger.access.token(**revoked, now=NOW), "invalid_client", "client_id")
    [listed] = ledger.access.credentials(green.public_id, kind="oauth_client")
    assert (listed.kind, listed.revoked_at, listed.scopes) == ("oauth_client", NOW, ("lookup", "webhooks:manage"))


def test_webhooks(ledger: tierra.Ledger) -> None:
    green = join(ledger, "Green Miles")
    endpoint = ledger.webhooks.create(
        green, url="https://Hooks.GreenMiles.com:443/in", events=["registration.created", "conflict.detected"], now=NOW
    )
    assert endpoint.url == "https://hooks.greenmiles.com/in"
    assert ledger.webhooks.next_due() is None and len(ledger.webhooks.due(now=NOW)) == 0
    register(ledger, green)
    assert ledger.webhooks.next_due() == NOW
    [request] = ledger.webhooks.due(now=NOW)
    signed = tierra.verify_webhook(request.headers, request.body, endpoint.secret, now=int(NOW.timestamp()))
    assert signed == int(NOW.timestamp())
    delivery = ledger.webhooks.record(request.delivery_id, request.attempt, status=503, retry_after="60", now=NOW)
    assert (delivery.status, delivery.last_response_status) == ("pending", 503)
    assert delivery.next_attempt_at is not None and delivery.next_attempt_at >= NOW + timedelta(seconds=60)
    [again] = ledger.webhooks.due(now=delivery.next_attempt_at)
    assert (again.attempt, again.body) == (2, request.body)
    done = ledger.webhooks.record(again.delivery_id, 2, error="connection reset", now=delivery.next_attempt_at)
    assert done.last_error == "connection reset"
    attempts = ledger.webhooks.attempts(green, delivery.id)
    outcomes = [(one.attempt, one.response_status, one.error) for one in attempts]
    assert outcomes == [(1, 503, None), (2, None, "connection reset")]
    assert ledger.webhooks.resend(green, delivery.id, now=NOW).next_attempt_at == NOW
    assert ledger.webhooks.deliveries(green, endpoint.id).meta.total == 1

    [event] = ledger.webhooks.events()
    assert (event.type, event.body, event.organization) == ("registration.created", request.body, green.organization)
    assert event.created_at == NOW and len(ledger.webhooks.events(after=event.seq)) == 0

    assert ledger.webhooks.rotate_secret(green, endpoint.id, overlap_seconds=60, now=NOW).secret != endpoint.secret
    changed = ledger.webhooks.update(green, endpoint.id, events=("dispute.created",), status="disabled", now=NOW)
    assert (changed.events, changed.status, changed.url) == (("dispute.created",), "disabled", endpoint.url)
    assert ledger.webhooks.show(green, endpoint.id) == changed
    ledger.webhooks.delete(green, endpoint.id, now=NOW)
    assert ledger.webhooks.list(green).data == ()
    refused(lambda: ledger.webhooks.record(1, 1, now=NOW), "missing_field", "outcome")


def test_the_audit_log_says_what_was_done(tmp_path: Path) -> None:
    path = tmp_path / "registry.sqlite"
    with tierra.Ledger.open(path) as ledger:
        green = join(ledger, "Green Miles")
        public_id = register(ledger, green).registration.public_id
        [entry] = ledger.audit.entries(subject=str(public_id))
        assert (entry.action, entry.before, entry.at) == ("registration.created", None, NOW)
        assert entry.after is not None and entry.after["public_id"] == str(public_id)
        assert entry.actor == f"organization {green.organization}"
        head = ledger.audit.head()
        assert [one.seq for one in ledger.audit.entries(after=1, limit=1)] == [2] and head.seq == 2
        register(ledger, green, "1")
        report = ledger.audit.verify(head)
        assert report.ok and report.audit_rows == report.head.seq and report.findings == ()
        forged = ledger.audit.verify(AuditHead(seq=1, hash="0" * 64))
        assert not forged.ok and forged.findings[0].check == "audit_chain"
        ledger.back_up(tmp_path / "copy.sqlite")
    with tierra.Ledger.open(tmp_path / "copy.sqlite", read_only=True) as copy:
        assert copy.audit.verify(head).ok
        refused(lambda: register(copy, green, "2"), "read_only", "")
        refused(lambda: copy.back_up(path), "file_error", "path")


REFUSED: list[tuple[str, Callable[[Any, Any], Any], str, str]] = [
    ("a naive instant", lambda l, c: l.lookup.by_hash("0" * 64, now=datetime(2026, 1, 1, 12)), "invalid_date", "now"),
    ("a naive midnight", lambda l, c: l.registrations.list(c, now=datetime(2026, 1, 1)), "invalid_date", "now"),
    ("a day for an instant", lambda l, c: l.registrations.list(c, now=date(2026, 1, 1)), "invalid_date", "now"),
    ("Unix seconds", lambda l, c: l.registrations.list(c, now=1767225600), "wrong_type", "now"),
    ("a year before 1970", lambda l, c: l.registrations.list(c, now=NOW.replace(year=1969)), "out_of_range", "now"),
    ("a naive expiry",
     lambda l, c: l.access.issue_key(c.organization, "k", ["lookup"], expires_at=datetime(2030, 1, 1)),
     "invalid_date", "expires_at"),
    ("no caller", lambda l, c: l.registrations.list(None), "missing_field", "caller"),
    ("text for a caller", lambda l, c: l.registrations.list("me"), "wrong_type", "caller"),
    ("a scope that is none", lambda l, c: l.registrations.list(tierra.Caller(c.organization, ("all",))),
     "unknown_value", "caller.scopes[0]"),
    ("a caller of nobody", lambda l, c: register(l, tierra.Caller(UUID(int=1), ALL)),
     "not_found", "caller.organization"),
    ("no scope", lambda l, c: register(l, tierra.Caller(c.organization, ("lookup",))), "insufficient_scope", "caller"),
    ("no UUID", lambda l, c: l.registrations.show(c, "1"), "invalid_uuid", "public_id"),
    ("an unknown id", lambda l, c: l.registrations.show(c, uuid4()), "not_found", "public_id"),
    ("an empty serial", lambda l, c: register(l, c, ""), "empty", "serial"),
    ("days turned round", lambda l, c: register(l, c, end_date="2025-12-31"), "invalid_period", "start_date"),
    ("no date", lambda l, c: register(l, c, start_date="01/02/2026"), "invalid_date", "start_date"),
    ("a list for notes", lambda l, c: register(l, c, metadata=[1]), "wrong_type", "metadata"),
    ("another word", lambda l, c: register(l, c, on_conflict="ignore"), "unknown_value", "on_conflict"),
    ("a bad item",
     lambda l, c: l.registrations.register_batch(c, [{**YEAR, "vendor": "KEBA", "serial": "1", "end_date": 1}]),
     "wrong_type", "registrations[0].end_date"),
    ("a mapping for a batch", lambda l, c: l.registrations.register_batch(c, {"vendor": "KEBA"}),
     "wrong_type", "registrations"),
    ("101 items", lambda l, c: l.registrations.register_batch(c, [{}] * 101), "out_of_range", "registrations"),
    ("page 0", lambda l, c: l.registrations.list(c, page=0), "out_of_range", "page"),
    ("a plain URL", lambda l, c: l.webhooks.create(c, url="http://example.com", events=["dispute.created"]),
     "invalid_url", "url"),
    ("text for events", lambda l, c: l.webhooks.create(c, url="https://example.com", events="dispute.created"),
     "wrong_type", "events"),
    ("no keyed hashes", lambda l, c: l.lookup.by_keyed_hash("0" * 64), "missing_field", "identity_key"),
    ("an unknown call", lambda l, c: l.call_json("registrations.steal", "{}"), "unknown_op", ""),
    ("no JSON", lambda l, c: l.call_json("lookup.by_hash", "{"), "invalid_json", ""),
    ("bytes for JSON", lambda l, c: l.call_json("lookup.by_hash", b"{}"), "wrong_type", ""),
    ("a missing file", lambda l, c: l.registrations.import_csv(c, Path("no such file.csv")), "file_error", "path"),
    ("no file", lambda l, c: l.registrations.import_csv(c, None), "missing_field", "path"),
]


@pytest.mark.parametrize(("call", "code", "path"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_refused_with_code_and_path(call: Callable[[Any, Any], Any], code: str, path: str) -> None:
    with tierra.Ledger.in_memory() as ledger:
        caller = join(ledger, "Green Miles")
        refused(lambda: call(ledger, caller), code, path)


def test_opening(tmp_path: Path) -> None:
    path = tmp_path / "registry.sqlite"
    refused(lambda: tierra.Ledger.open(path, read_only=True), "file_error", "path")
    # Beneath it there is a call without a path, which makes a ledger in memory.
    refused(lambda: tierra.Ledger.open(None), "missing_field", "path")  # type: ignore[arg-type]
    refused(lambda: tierra.Ledger.open(path, identity_key="short"), "out_of_range", "identity_key")
    as_bytes: Any = b"sixteen bytes or more"
    refused(lambda: tierra.Ledger.open(path, identity_key=as_bytes), "wrong_type", "identity_key")
    refused(lambda: tierra.Ledger.open(path, busy_timeout=-1), "out_of_range", "busy_timeout_ms")
    refused(lambda: tierra.Ledger.open(path, busy_timeout=float("nan")), "invalid_number", "busy_timeout_ms")
    (tmp_path / "notes.txt").write_text("no database, though longer than a hundred bytes" * 3)
    refused(lambda: tierra.Ledger.open(tmp_path / "notes.txt"), "not_a_database", "path")
    secret = "sixteen bytes or more"
    path.unlink(missing_ok=True)
    tierra.Ledger.open(str(path), identity_key=secret).close()
    refused(lambda: tierra.Ledger.open(path, identity_key=secret + "!"), "unknown_value", "identity_key")


def test_a_seed_makes_all_ids() -> None:
    made = []
    for _ in range(2):
        with tierra.Ledger.in_memory(seed="a test") as ledger:
            made.append(register(ledger, join(ledger, "Green Miles")))
    assert made[0] == made[1] and made[0].json == made[1].json


def test_a_closed_ledger_refuses(tmp_path: Path) -> None:
    for ledger in (tierra.Ledger.in_memory(), tierra.Ledger.open(tmp_path / "registry.sqlite")):
        with ledger as entered:
            assert entered is ledger
            caller = join(ledger, "Green Miles")
            ledger.registrations.list(caller)
        ledger.close()
        refused(lambda: ledger.registrations.list(caller), "closed", "")
        refused(lambda: register(ledger, caller), "closed", "")
        refused(lambda: ledger.audit.verify(), "closed", "")
        refused(lambda: ledger.back_up(tmp_path / "copy.sqlite"), "closed", "")
    with pytest.raises(ZeroDivisionError), tierra.Ledger.in_memory() as ledger:
        raise ZeroDivisionError
    refused(ledger.audit.head, "closed", "")


def test_a_ledger_is_not_pickled() -> None:
    with tierra.Ledger.in_memory() as ledger, pytest.raises(TypeError, match="cannot pickle"):
        pickle.dumps(ledger)


def test_time_is_the_systems_unless_said(ledger: tierra.Ledger) -> None:
    before = datetime.now(timezone.utc).replace(microsecond=0)
    assert before <= ledger.access.create_organization("Green Miles").created_at <= datetime.now(timezone.utc)
    # An instant is the same in every zone.
    nepal = NOW.astimezone(timezone(timedelta(hours=5, minutes=45)))
    assert ledger.access.create_organization("Volt Credits", now=nepal).created_at == NOW


def test_ten_threads_on_one_ledger(ledger: tierra.Ledger) -> None:
    callers = [join(ledger, f"Organisation {n}") for n in range(10)]
    start = threading.Barrier(10)

    def claim(caller: tierra.Caller) -> int:
        start.wait()
        made = 0
        for serial in range(20):
            try:
                register(ledger, caller, str(serial), on_conflict="fail")
                made += 1
            except tierra.TierraError as error:
                assert error.code == "conflict"
        return made

    with ThreadPoolExecutor(10) as threads:
        assert sum(threads.map(claim, callers)) == 20
    assert ledger.audit.verify().ok


CLAIMS = """
    import sys
    import tierra
    path, name, organization = sys.argv[1:]
    with tierra.Ledger.open(path, full_sync=False) as ledger:
        caller = tierra.Caller(organization, ("registrations:write",))
        print("open", flush=True)
        sys.stdin.readline()
        made = 0
        for serial in range(50):
            try:
                ledger.registrations.register(
                    caller, vendor="KEBA", serial=str(serial), program_name=name, start_date="2026-01-01",
                    end_date="2026-12-31", on_conflict="fail")
                made += 1
            except tierra.TierraError as error:
                assert error.code == "conflict", error
        print(made)
"""


def test_two_processes_on_one_file(tmp_path: Path) -> None:
    path = tmp_path / "registry.sqlite"
    with tierra.Ledger.open(path) as ledger:
        processes = [
            subprocess.Popen(
                [sys.executable, "-c", textwrap.dedent(CLAIMS), path, name, str(join(ledger, name).organization)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )
            for name in ("Green Miles", "Volt Credits")
        ]
        for process in processes:
            assert process.stdout is not None and process.stdout.readline() == "open\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        made = [int(process.communicate(timeout=60)[0]) for process in processes]
        assert sum(made) == 50 and all(process.returncode == 0 for process in processes)
        assert ledger.audit.verify().ok


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_ledger_is_refused(tmp_path: Path) -> None:
    script = """
        import os, sys, tierra
        ledger = tierra.Ledger.open(sys.argv[1])
        if child := os.fork():
            status = os.waitpid(child, 0)[1]
            ledger.access.create_organization("the parent goes on")
            sys.exit(os.waitstatus_to_exitcode(status))
        try:
            ledger.audit.head()
        except tierra.TierraError as error:
            assert error.code == "closed" and "fork" in error.message
            with tierra.Ledger.open(sys.argv[1]) as own:
                own.access.create_organization("the child has its own")
            sys.exit(0)
        sys.exit(1)
    """
    path = tmp_path / "registry.sqlite"
    command = [sys.executable, "-c", textwrap.dedent(script), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    with tierra.Ledger.open(path) as ledger:
        assert len(ledger.access.organizations()) == 2 and ledger.audit.verify().ok


HEADER = "vendor,serial,program_name,start_date,end_date,metadata\n"


def rows(count: int) -> str:
    return "".join(f"KEBA,{n},Spring,2026-01-01,2026-12-31,\n" for n in range(count))


def test_an_import_reports_every_row(ledger: tierra.Ledger, tmp_path: Path) -> None:
    bad = [
        "KEBA,,Spring,2026-01-01,2026-12-31,\n",
        "KEBA,990,Spring,2026-02-30,2026-12-31,\n",
        "KEBA,991,Spring,2026-12-31,2026-01-01,\n",
        'KEBA,992,Spring,2026-01-01,2026-12-31,"[1]"\n',
        "KEBA,993,Spring\n",
        "KEBA,0,Spring,2026-12-31,2027-01-01,\n",
    ]
    path = tmp_path / "chargers.csv"
    path.write_text(HEADER + rows(994) + "".join(bad), encoding="utf-8-sig")
    green = join(ledger, "Green Miles")
    steps: list[ImportProgress] = []
    report = ledger.registrations.import_csv(green, path, on_conflict="fail", progress=steps.append, now=NOW)
    assert (report.rows, report.created, report.conflict, report.failed, report.cancelled) == (1000, 994, 1, 5, False)
    assert [(problem.line, problem.code, problem.path) for problem in report.problems] == [
        (996, "empty", "serial"),
        (997, "invalid_date", "start_date"),
        (998, "invalid_period", "start_date"),
        (999, "wrong_type", "metadata"),
        (1000, "length_mismatch", ""),
        (1001, "conflict", ""),
    ]
    assert all(problem.message for problem in report.problems)
    assert (steps[-1].done, steps[-1].rows, steps[-1].bytes_read) == (True, 1000, path.stat().st_size)
    # A second time only what is missing is made, which is nothing.
    again = ledger.registrations.import_csv(green, str(path), on_conflict="fail", now=NOW)
    assert (again.created, again.conflict, again.failed) == (0, 995, 5)
    path.write_text("vendor,serial\n")
    refused(lambda: ledger.registrations.import_csv(green, path), "missing_field", "program_name")
    path.write_text("")
    refused(lambda: ledger.registrations.import_csv(green, path), "empty", "")


def test_an_import_is_stopped_between_steps(ledger: tierra.Ledger, tmp_path: Path) -> None:
    path = tmp_path / "chargers.csv"
    path.write_text(HEADER + rows(2500))
    green = join(ledger, "Green Miles")
    report = ledger.registrations.import_csv(green, path, progress=lambda step: step.rows < 1000, now=NOW)
    assert (report.rows, report.created, report.cancelled) == (1000, 1000, True)

    def interrupt(step: ImportProgress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ledger.registrations.import_csv(green, path, on_conflict="fail", progress=interrupt, now=NOW)
    report = ledger.registrations.import_csv(green, path, on_conflict="fail", now=NOW)
    assert (report.created, report.conflict, report.cancelled) == (1500, 1000, False)
    assert ledger.registrations.list(green, now=NOW).meta.total == 2500


def test_readers_do_not_wait_for_a_change(tmp_path: Path) -> None:
    path = tmp_path / "registry.sqlite"
    csv = tmp_path / "chargers.csv"
    csv.write_text(HEADER + rows(3000))
    with tierra.Ledger.open(path) as ledger:
        green = join(ledger, "Green Miles")
        counts: list[int] = []
        import_ = threading.Thread(target=lambda: ledger.registrations.import_csv(green, csv, now=NOW))
        import_.start()
        while import_.is_alive():
            counts.append(ledger.registrations.list(green, now=NOW).meta.total)
        # The interpreter's lock was free and each answer is one state of the file.
        assert len(counts) > 3 and set(counts) <= {0, 1000, 2000, 3000}


def test_secrets_are_not_shown(ledger: tierra.Ledger) -> None:
    green = join(ledger, "Green Miles")
    key = ledger.access.issue_key(green.organization, "import", ALL, now=NOW)
    client = ledger.access.create_client(green.organization, "backend", ALL, now=NOW)
    token = ledger.access.token(client_id=client.id, client_secret=client.secret, now=NOW)
    endpoint = ledger.webhooks.create(green, url="https://example.com", events=["registration.created"], now=NOW)
    register(ledger, green)
    [request] = ledger.webhooks.due(now=NOW)
    signature = request.headers["EVR-Signature"]
    for secret in (key.secret, client.secret, token.access_token, endpoint.secret, signature):
        for shown in (key, client, token, endpoint, request, ledger):
            assert secret not in repr(shown) and secret not in str(shown)
        assert secret not in str(ledger.audit.entries(limit=1000).json)
    error = refused(lambda: ledger.access.verify(key.secret[:-1], now=NOW), "invalid_token", "token")
    assert key.secret[:-1] not in str(error)


def test_numbers_of_notes_stay_as_written(ledger: tierra.Ledger) -> None:
    green = join(ledger, "Green Miles")
    digits = "1" + "0" * 5000
    body = json.dumps({
        "now": NOW.isoformat(),
        "caller": {"organization": str(green.organization), "scopes": list(ALL), "credential": None},
        "request": {"vendor": "KEBA", "serial": "1", **YEAR, "metadata": {"kWh": "@", "n": "#"}},
    })
    text = ledger.call_json("registrations.register", body.replace('"@"', "12.50").replace('"#"', digits))
    shown = ledger.registrations.show(green, json.loads(text)["registration"]["public_id"], now=NOW)
    assert f'"metadata":{{"kWh":12.50,"n":{digits}}}' in str(shown.json)
    assert shown.metadata["kWh"] == 12.5 and shown.metadata["n"] == 10**5000


def test_notes_are_refused_that_json_cannot_say(ledger: tierra.Ledger, tmp_path: Path) -> None:
    green = join(ledger, "Green Miles")
    refused(lambda: register(ledger, green, metadata={"kWh": [1, math.nan]}), "not_finite", "metadata.kWh[1]")
    register(ledger, green, metadata={"kWh": Decimal("1.50"), "day": date(2026, 1, 1), "of": green.organization})
    [noted] = ledger.registrations.list(green, now=NOW)
    shown = ledger.registrations.show(green, noted.public_id, now=NOW).metadata
    assert shown == {"kWh": 1.5, "day": "2026-01-01", "of": str(green.organization)}
    # A row's JSON is read by no parser before the ledger's own.
    deep = '{""a"":' + "[" * 7000 + "]" * 7000 + "}"
    path = tmp_path / "chargers.csv"
    path.write_text(HEADER + f'KEBA,1,Spring,2026-01-01,2026-12-31,"{deep}"\n')
    [problem] = ledger.registrations.import_csv(green, path, now=NOW).problems
    assert (problem.code, problem.path) == ("out_of_range", "metadata")


def test_a_backup_is_a_file_whatever_its_name(
    ledger: tierra.Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(ledger, "Green Miles")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    for name in (":memory:", "file:copy?mode=memory", "copy.sqlite"):
        ledger.back_up(name)
        with tierra.Ledger.open(Path.cwd() / name) as copy:
            assert len(copy.access.organizations()) == 1
    for name in ("", "no such folder/copy.sqlite", "copy.sqlite"):
        refused(lambda: ledger.back_up(name), "file_error", "path")


# The contract's schemas.


def contract() -> Any:
    if not CONTRACT.exists():
        pytest.skip("needs ../shared/spec, which is absent")
    return json.loads(CONTRACT.read_text(encoding="utf-8"))


def test_bodies_are_the_contracts(tmp_path: Path) -> None:
    document = contract()
    with tierra.Ledger.open(tmp_path / "registry.sqlite") as ledger:
        green, volt = join(ledger, "Green Miles"), join(ledger, "Volt Credits")
        client = ledger.access.create_client(green.organization, "backend", ["lookup"], now=NOW)
        made = register(ledger, green)
        second = register(ledger, volt)
        item = {"vendor": "KEBA", "serial": "1", **YEAR}
        public_id, conflict = made.registration.public_id, second.conflicts[0].public_id
        assert conflict is not None
        opened = ledger.disputes.open(volt, conflict, "Ours.", now=NOW)
        registrations, lookup, serial_hash = ledger.registrations, ledger.lookup, made.registration.charger.serial_hash
        bodies = [
            ("get /api/v1/lookup/{serial_hash} 200", lookup.by_hash(serial_hash, now=NOW).json),
            ("get /api/v1/lookup/{serial_hash} 200", lookup.by_hash("0" * 64, now=NOW).json),
            ("post /api/v1/lookup 200", lookup.charger(green, "KEBA", "22004711", now=NOW).json),
            ("post /api/v1/lookup 200", lookup.chargers(green, [("KEBA", "22004711"), ("KEBA", "12*")], now=NOW).json),
            ("post /api/v1/registrations 201", made.json),
            ("post /api/v1/registrations 201", second.json),
            ("get /api/v1/registrations 200", registrations.list(green, now=NOW).json),
            ("post /api/v1/registrations/batch 207", registrations.register_batch(
                green, [item, {**item, "on_conflict": "fail"}, {**item, "serial": "12*"}], now=NOW).json),
            ("get /api/v1/registrations/{public_id} 200", registrations.show(green, public_id, now=NOW).json),
            ("patch /api/v1/registrations/{public_id} 200", registrations.update(
                green, public_id, metadata={"a": None}, now=NOW).json),
            ("post /api/v1/registrations/{public_id}/renew 201", registrations.renew(
                green, public_id, start_date="2027-01-01", end_date="2027-12-31", now=NOW).json),
            ("post /api/v1/registrations/{public_id}/cancel 200", registrations.cancel(green, public_id, now=NOW).json),
            ("post /api/v1/disputes 201", opened.json),
            ("get /api/v1/disputes/{public_id} 200", ledger.disputes.show(green, opened.dispute.public_id).json),
            ("post /api/v1/oauth/token 200", ledger.access.token(
                client_id=client.id, client_secret=client.secret, now=NOW).json),
            ("post /api/v1/webhooks/endpoints 201", ledger.webhooks.create(
                green, url="https://example.com/", events=["registration.created"], now=NOW).json),
        ]
    with_schema = {
        f"{method} {path} {status}"
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        for status, response in operation["responses"].items()
        if status < "300" and "content" in response
    }
    assert {name for name, _ in bodies} == with_schema
    for name, text in bodies:
        method, path, status = name.split(" ")
        response = document["paths"][path][method]["responses"][status]
        schema = {**response["content"]["application/json"]["schema"], "components": document["components"]}
        assert text is not None
        body = json.loads(text)
        # One of several shapes is told by its fields: none of them is required, so that a validator takes each for all.
        if "oneOf" in schema:
            [schema] = [
                {**one, "components": document["components"]}
                for one in schema["oneOf"]
                if set(one["properties"]) <= set(body)
            ]
        Draft202012Validator(schema, format_checker=FormatChecker()).validate(body)
        assert_in_order(name, schema, body, document)


def assert_in_order(where: str, schema: Any, body: Any, document: Any) -> None:
    """Each field of the contract is there, in the contract's order; what is more stands before or after."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    if isinstance(body, list):
        for one in body:
            assert_in_order(where, schema.get("items", {}), one, document)
        return
    properties = schema.get("properties", {})
    if not isinstance(body, dict) or not properties:
        return
    # What an item of a batch has is up to its status.
    wanted = [name for name in properties if name in body or "index" not in properties]
    if "conflicting_registration" in properties and "public_id" not in body:
        wanted.remove("public_id")
    assert [name for name in body if name in properties] == wanted, where
    for name in wanted:
        assert_in_order(f"{where} {name}", properties[name], body[name], document)


def test_the_outermost_answer_carries_its_json(ledger: tierra.Ledger) -> None:
    green = join(ledger, "Grün \"Miles\" \\ 絆")
    register(ledger, green, metadata={"a": 'b, "c": {}', "d": [1.50, {}]})
    second = register(ledger, green)
    assert second.json is not None and second.registration.json is None
    body = json.loads(second.json)
    assert body["registration"]["public_id"] == str(second.registration.public_id)
    assert body["conflicts"][0]["public_id"] == str(second.conflicts[0].public_id)
    page = ledger.registrations.list(green, now=NOW)
    assert page.json is not None and [one.json for one in page] == [None, None]
    assert [one["public_id"] for one in json.loads(page.json)["data"]] == [str(one.public_id) for one in page]
    entries = ledger.audit.entries()
    assert entries.json is not None and len(json.loads(entries.json)["data"]) == len(entries)
    public_id = str(second.registration.public_id)
    by_text = ledger.call_json(
        "registrations.show",
        json.dumps({
            "now": NOW.isoformat(),
            "caller": {"organization": str(green.organization), "scopes": "lookup"},
            "public_id": public_id,
        }),
    )
    assert by_text == ledger.registrations.show(green, public_id, now=NOW).json


LIBRARY = "550e8400-e29b-41d4-a716-446655440000"
FACTORS: dict[str, Any] = {
    "libraries": [{"id": LIBRARY, "name": "IEA 2024", "authority": "iea", "version": "1", "releaseYear": 2024,
                   "isDefault": True, "createdAt": NOW}],
    "factors": [{"id": UUID(int=1), "libraryId": UUID(LIBRARY), "category": "Grid", "fuelType": "Electricity", "gas": "CO2",
                 "isBiogenic": False, "value": Decimal("0.123456789012345678901234567"), "oxidationFactor": 1,
                 "unit": "kg/kWh", "region": "FR", "createdAt": NOW}],
    "fuelProperties": [{"id": UUID(int=2), "libraryId": LIBRARY, "fuelType": "Coal", "propertyType": "ncv", "value": 7,
                        "unit": "kWh/kg", "createdAt": NOW}],
    "gwpValues": [{"id": UUID(int=3), "version": "ar5", "gas": "CH4", "value": 28, "createdAt": NOW}],
    "regionParents": [{"libraryId": LIBRARY, "region": "Paris", "parent": "FR"}],
}  # fmt: skip
QUERY: dict[str, Any] = {"authority": "iea", "fuel_type": "electricity", "gas": "co2", "category": "grid", "region": "paris"}


def test_emission_factors_are_loaded_once_and_answer_as_in_memory(ledger: tierra.Ledger) -> None:
    caller = join(ledger, "Green Miles", ())
    factors = ledger.factors
    counts = tierra.ledger.FactorCounts(libraries=1, factors=1, fuel_properties=1, region_parents=1, gwp_values=1)
    first, again = factors.load(FACTORS, now=NOW), factors.load(FACTORS, now=NOW)
    assert first.loaded == again.already == counts
    other = {**FACTORS, "fuelProperties": []}
    refused(lambda: factors.load(other), "duplicate", "libraries[0].id")

    # The same typed answers as from the same factors in memory.
    memory = tierra.EmissionFactors(FACTORS)
    assert factors.libraries(caller, "iea", 2024) == memory.libraries("iea", 2024)
    assert factors.search(caller, LIBRARY, gas="CO2", page_size=1) == memory.search(LIBRARY, gas="CO2", page_size=1)
    assert factors.fuel_properties(caller, UUID(LIBRARY), property_type="ncv") == memory.fuel_properties(LIBRARY)
    assert factors.gwp_values(caller, "ar5") == memory.gwp_values("ar5")
    assert factors.digest(caller, LIBRARY) == first.libraries[0].digest == memory.digest(LIBRARY)
    assert factors.search(caller, LIBRARY, gas="CO2").items[0].value == Decimal("0.123456789012345678901234567")

    asked: dict[str, Any] = {"reporting_year": 2025, **QUERY}
    found = factors.resolve(caller, **asked)
    assert found == memory.resolve(**asked) and found is not None
    assert (found.tier, found.factor.region, found.used_fallback) == ("regional", "FR", True)
    assert factors.resolve(caller, **{**asked, "gas": "CH4"}) is None
    assert factors.explain(caller, **asked) == memory.explain(**asked)
    activity: dict[str, Any] = {"amount": 10, "unit": "kWh", "gwp_version": "ar5", "reporting_year": 2024}
    used = factors.co2e(caller, **activity, **QUERY)
    assert used == memory.co2e(**activity, **QUERY) and used.co2e_kg == Decimal("1.23456789012345678901234567")
    row: dict[str, Any] = {"authority": "iea", "reporting_year": 2024, "category": "Grid", "fuel_type": "Electricity", "amount": 10}
    row |= {"unit": "kWh", "region": "Paris"}
    emitted = factors.emissions(caller, **row, gwp_version="ar5")
    assert emitted == memory.emissions(**row, gwp_version="ar5") and emitted.co2e_kg == used.co2e_kg
    inventory = factors.inventory(caller, ({**row, "id": number} for number in range(3)), gwp_version="ar5")
    assert isinstance(inventory, tierra.Inventory) and inventory.totals.co2e_kg == 3 * used.co2e_kg
    # A row whose authority cannot be one fails by itself, among rows, in a column and in the defaults.
    bad = {**row, "authority": ["iea"]}
    column: dict[str, Any] = {name: [value, value] for name, value in row.items()} | {"authority": [["iea"], "iea"]}
    for asked_rows in ([bad, row], column):
        ours = factors.inventory(caller, asked_rows, gwp_version="ar5")
        assert ours.to_json() == memory.inventory(asked_rows, gwp_version="ar5").to_json()
        assert [(one.row, one.error.code, one.error.path) for one in ours.failed] == [(0, "wrong_type", "rows[0].authority")]
    defaults: dict[str, Any] = {"authority": ["iea"]}
    refused(lambda: factors.inventory(caller, [row], gwp_version="ar5", defaults=defaults), "wrong_type", "defaults.authority")

    refused(lambda: factors.search(caller, "no id"), "invalid_uuid", "libraryId")
    refused(lambda: factors.resolve(caller, reporting_year=1800, **QUERY), "out_of_range", "reportingYear")
    refused(lambda: factors.libraries(tierra.Caller(uuid4(), ALL)), "not_found", "caller.organization")
    report: Any = "ar9"
    refused(lambda: factors.emissions(caller, **row, gwp_version=report), "unknown_value", "gwpVersion")
    assert ledger.audit.verify().ok
