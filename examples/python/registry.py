"""Two organisations claim one charger, disagree, agree, and are told of it by webhooks.

python examples/python/registry.py
"""

from __future__ import annotations

import json
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import tierra
from tierra.ledger import OutgoingRequest

# A story has its own days. A program leaves `now` out of every call, and the time is the system's.
now = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)


def say(line: str) -> None:
    print(f"{now:%Y-%m-%d %H:%M:%S}  {line}")


class Receiver(BaseHTTPRequestHandler):
    """What Volt Credits runs: it takes webhooks that are genuine."""

    secret: str
    is_down = False

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if Receiver.is_down:
            self.answer(503)
            return
        try:
            # The bytes as received: a body that is parsed and written again would not fit its signature.
            tierra.verify_webhook(dict(self.headers.items()), body, Receiver.secret, now=int(now.timestamp()))
        except tierra.TierraError as error:
            say(f"  Volt Credits refuses a webhook: {error}")
            self.answer(400)
            return
        say(f"  Volt Credits is told: {json.loads(body)['type']}, signature verified")
        self.answer(204)

    def answer(self, status: int) -> None:
        self.send_response(status)
        if status == 503:
            self.send_header("Retry-After", "60")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """The story is told by `say`."""


Transport = Callable[[OutgoingRequest], tuple[int, str | None]]


def loopback(port: int) -> Transport:
    """Sends to this program's own server, over plain http, whatever host the URL names: for an example only.

    A real sender resolves the URL's host, asks `tierra.check_webhook_address` of every address, connects over TLS to
    one that passed, and follows no redirects.
    """

    def send(request: OutgoingRequest) -> tuple[int, str | None]:
        url = f"http://127.0.0.1:{port}{urlsplit(request.url).path}"
        outgoing = urllib.request.Request(url, request.body.encode(), request.headers, method=request.method)
        try:
            with urllib.request.urlopen(outgoing, timeout=10) as answer:
                return answer.status, None
        except urllib.error.HTTPError as error:
            return error.code, error.headers["Retry-After"]

    return send


def deliver(ledger: tierra.Ledger, send: Transport) -> None:
    """Sends what is due, and records what came of it. A program runs this in a loop, and sleeps until `next_due`."""
    for request in ledger.webhooks.due(now=now):
        try:
            status, retry_after = send(request)
        except OSError as error:
            ledger.webhooks.record(request.delivery_id, request.attempt, error=str(error), now=now)
            continue
        delivery = ledger.webhooks.record(
            request.delivery_id, request.attempt, status=status, retry_after=retry_after, now=now
        )
        if delivery.next_attempt_at is not None:
            say(f"  {delivery.event} was answered {status}; next attempt in {delivery.next_attempt_at - now}")


def join(ledger: tierra.Ledger, name: str, scopes: list[str]) -> tierra.Caller:
    """An organisation with an API key, and the caller that shows it."""
    organization = ledger.access.create_organization(name, now=now)
    key = ledger.access.issue_key(organization.public_id, "the example", scopes, now=now)
    say(f"{name} joins")
    # What a web framework does with the header of each request.
    return ledger.access.verify(f"Bearer {key.secret}", now=now)


def tell(ledger: tierra.Ledger, send: Transport) -> None:
    global now
    member = ["lookup", "registrations:write", "disputes:write", "webhooks:manage"]
    green = join(ledger, "Green Miles", member)
    volt = join(ledger, "Volt Credits", member)
    operator = join(ledger, "The Registry", ["disputes:resolve"])
    endpoint = ledger.webhooks.create(
        volt,
        url="https://hooks.volt-credits.com/registry",
        events=["registration.created", "conflict.detected", "dispute.created", "dispute.resolved"],
        now=now,
    )
    Receiver.secret = endpoint.secret

    charger = tierra.identify("Wall Box Chargers S.L.", "S/N: wbx-0048.2913")
    say(f"is {charger.vendor_canonical} …{charger.serial_last4} registered? "
        f"{ledger.lookup.by_hash(charger.serial_hash, now=now).registered}")

    first = ledger.registrations.register(
        volt, vendor="Wall Box Chargers S.L.", serial="S/N: wbx-0048.2913", program_name="Spring Rebate",
        start_date="2026-01-01", end_date="2026-12-31", now=now,
    )
    say(f"Volt Credits registers it for {first.registration.period.start} to {first.registration.period.end}")
    deliver(ledger, send)

    now += timedelta(days=1)
    second = ledger.registrations.register(
        green, vendor="WALLBOX", serial="WBX00482913", program_name="Depot Credits",
        start_date="2026-07-01", end_date="2027-06-30", now=now,
    )
    [conflict] = second.conflicts
    other = conflict.conflicting_registration
    say(f"Green Miles registers it too: claimed by {other.organization} until {other.period.end}")
    deliver(ledger, send)

    assert conflict.public_id is not None
    opened = ledger.disputes.open(green, conflict.public_id, "We bought the charger in June.", now=now)
    dispute = opened.dispute.public_id
    say("Green Miles disputes the conflict")
    Receiver.is_down = True
    deliver(ledger, send)
    Receiver.is_down = False
    due = ledger.webhooks.next_due()
    assert due is not None
    now = due
    deliver(ledger, send)

    ledger.disputes.message(volt, dispute, "Agreed: we sold it on 30 June.", now=now)
    ledger.disputes.review(operator, dispute, now=now)
    ledger.disputes.resolve(operator, dispute, "Volt Credits gives up its claim from 1 July.", now=now)
    ledger.registrations.cancel(volt, first.registration.public_id, now=now)
    ledger.registrations.register(
        volt, vendor="WALLBOX", serial="WBX00482913", program_name="Spring Rebate",
        start_date="2026-01-01", end_date="2026-06-30", on_conflict="fail", now=now,
    )
    details = ledger.disputes.show(green, dispute)
    say(f"the dispute is {details.status}: {details.resolution_note}")
    deliver(ledger, send)
    try:
        ledger.registrations.register(
            green, vendor="Wallbox", serial="WBX 0048 2913", program_name="Depot Credits",
            start_date="2026-06-30", end_date="2026-06-30", on_conflict="fail", now=now,
        )
    except tierra.TierraError as error:
        say(f"Green Miles claims 30 June as well: {error.code}")
    for one in ledger.lookup.charger(volt, "Wallbox", "WBX00482913", now=now).registrations:
        say(f"  {one.organization}: {one.period.start} to {one.period.end}, {one.program_name}")


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "registry.sqlite"
        with tierra.Ledger.open(file) as ledger:
            tell(ledger, loopback(server.server_port))
            head = ledger.audit.head()
        server.shutdown()
        # Whoever kept the head can check the file later: nothing up to there was changed.
        with tierra.Ledger.open(file, read_only=True) as ledger:
            report = ledger.audit.verify(head)
        if not report.ok:
            raise SystemExit(f"the file is damaged: {report.findings}")
        say(f"audit: {report.audit_rows} changes and {report.records} records, all as they were left")


if __name__ == "__main__":
    main()
