"""Scenarios of one ledger: the registry's calls one after the other. DECISIONS 3 to 11 and the contract."""

import hashlib
import hmac
from datetime import datetime, timedelta

from . import Cases

cases = Cases("ledger")
D3, D4, D5, D6, D7, D8 = (f"DECISIONS {number}" for number in range(3, 9))
D9, D10, D11 = "DECISIONS 9", "DECISIONS 10", "DECISIONS 11"
LOOKUP, REGISTRATIONS = "contract, /api/v1/lookup", "contract, /api/v1/registrations"
BATCH, DISPUTES = "contract, /api/v1/registrations/batch", "contract, /api/v1/disputes"
OAUTH, HOOKS = "contract, /api/v1/oauth/token", "contract, /api/v1/webhooks/endpoints"
AUDIT = "DESIGN, The ledger"

WRITE, DISPUTE, RESOLVE, MANAGE = "registrations:write", "disputes:write", "disputes:resolve", "webhooks:manage"
ALL = f"lookup {WRITE} {DISPUTE} {RESOLVE} {MANAGE}"
NOW = "2026-03-01T09:00:00Z"
# An id that names nothing.
NOBODY = "01950000-0000-7000-8000-000000000000"
URL = "https://hooks.example.com/in"
KEY = "0123456789abcdef"

# Calls that need no instant.
TIMELESS = {
    "access.credentials", "access.organizations", "audit.entries", "audit.head", "audit.verify", "back_up", "close",
    "disputes.list", "disputes.show", "webhooks.attempts", "webhooks.deliveries", "webhooks.events", "webhooks.list",
    "webhooks.next_due", "webhooks.show",
}


def charger_hash(text):
    return hashlib.sha256(text.encode()).hexdigest()


KEBA = charger_hash("KEBA:22004711")


class Answer:
    """The answer of a step, for the inputs of later ones."""

    def __init__(self, index):
        self.index = index

    def __getitem__(self, at):
        return {"$answer": self.index, "at": at}

    @property
    def whole(self):
        return {"$answer": self.index}

    def may(self, scopes=ALL, **more):
        """A caller of the organisation that the step made."""
        return {"organization": self["public_id"], "scopes": scopes, **more}


class Scenario:
    def __init__(self, name, note, source, **options):
        self.name, self.note, self.source = name, note, source
        self.options, self.steps, self.fails, self.shows = {"seed": name, **options}, [], {}, {}
        self.now = NOW

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            question = {"options": self.options, "steps": self.steps}
            cases.scenario(self.name, question, self.note, self.source, self.fails, self.shows)

    def at(self, instant):
        self.now = instant

    def ok(self, call, shows=None, /, **given):
        """A step that answers; `shows` are values of its answer by their paths."""
        if call not in TIMELESS and "now" not in given:
            given["now"] = self.now
        self.steps.append({"call": call, "input": {name: value for name, value in given.items() if value is not ...}})
        if shows:
            self.shows[len(self.steps) - 1] = shows
        return Answer(len(self.steps) - 1)

    def no(self, code, path, call, /, **given):
        """A step that is refused."""
        self.ok(call, **given)
        self.fails[len(self.steps) - 1] = (code, path)

    def organization(self, name="Green Miles"):
        return self.ok("access.create_organization", name=name)

    def register(self, caller, shows=None, **changes):
        return self.ok("registrations.register", shows, caller=caller, request=claim(**changes))


def claim(start="2026-01-01", end="2026-12-31", **changes):
    request = {
        "vendor": "KEBA", "serial": "22004711", "program_name": "Spring Rebate", "start_date": start, "end_date": end,
    } | changes
    return {name: value for name, value in request.items() if value is not ...}


# Access.

with Scenario("organizations", "made, listed oldest first, in pages", "DESIGN, The ledger") as s:
    s.organization("Green Miles")
    s.at("2026-03-01T10:00:00.1239+01:00")
    s.ok("access.create_organization", {"created_at": "2026-03-01T09:00:00.123Z"}, name="Volt Credits")
    s.organization("Örebro Kraft ⚡")
    s.ok("access.organizations", {"data.#": 3, "data.0.name": "Green Miles", "meta.last_page": 1, "meta.per_page": 25})
    s.ok("access.organizations", {"data.0.name": "Örebro Kraft ⚡", "meta.last_page": 2}, page=2, per_page=2)
    s.ok("access.organizations", {"data.#": 0, "meta.total": 3}, page=9, per_page=100)
    s.no("duplicate", "name", "access.create_organization", name="Volt Credits")
    s.no("empty", "name", "access.create_organization", name=" \t")
    s.no("too_long", "name", "access.create_organization", name="x" * 256)
    s.no("invalid_character", "name", "access.create_organization", name="a\u0000b")
    s.no("out_of_range", "page", "access.organizations", page=0)
    s.no("out_of_range", "per_page", "access.organizations", per_page=101)

with Scenario("input-shapes", "fields, types and instants are read alike for all calls", "DESIGN, Values") as s:
    green = s.organization()
    s.no("unknown_op", "", "registrations.delete", caller=green.may(), public_id=NOBODY)
    s.no("missing_field", "now", "access.create_organization", name="Volt Credits", now=...)
    s.no("invalid_date", "now", "access.create_organization", name="Volt Credits", now="2026-03-01")
    s.no("out_of_range", "now", "access.create_organization", name="Volt Credits", now="1969-12-31T23:59:59Z")
    s.no("wrong_type", "name", "access.create_organization", name=5)
    s.no("unknown_field", "title", "access.create_organization", name="Volt Credits", title="Inc.")
    s.no("missing_field", "caller", "registrations.list")
    s.no("unknown_value", "caller.scopes[1]", "registrations.list", caller=green.may(["lookup", "admin"]))
    s.no("invalid_uuid", "caller.organization", "registrations.list", caller={"organization": "7", "scopes": ""})
    s.no("not_found", "caller.organization", "registrations.list", caller={"organization": NOBODY, "scopes": []})
    s.no("missing_field", "request", "registrations.register", caller=green.may())
    s.no("wrong_type", "", "registrations.register", caller=green.may(), request=[])
    s.no("invalid_number", "limit", "registrations.expire", limit=1.5)
    s.ok("registrations.list", {"data.#": 0, "meta.last_page": 1}, caller=green.may(""), page="1", status=None)

with Scenario("keys", "issued, shown as a bearer, expired", D11) as s:
    green = s.organization()
    volt = s.organization("Volt Credits")
    key = s.ok(
        "access.issue_key", {"scopes": ["lookup", WRITE], "kind": "api_key", "expires_at": "2026-03-02T00:00:00.000Z"},
        organization=green["public_id"], name="Depot", scopes=[WRITE, "lookup", WRITE], expires_at="2026-03-02T00:00:00Z",
    )
    s.ok("access.issue_key", {"expires_at": None}, organization=green["public_id"], name="Depot", scopes="lookup")
    s.ok("access.verify", {"scopes": ["lookup", WRITE]}, token=key["secret"], now="2026-03-01T23:59:59.999Z")
    s.no("invalid_token", "token", "access.verify", token=key["secret"], now="2026-03-02T00:00:00Z")
    s.no("invalid_token", "token", "access.verify", token="tk_" + "0" * 64)
    s.ok("access.credentials", {"data.#": 2}, organization=green["public_id"])
    s.ok("access.credentials", {"data.#": 0}, organization=green["public_id"], kind="oauth_client")
    s.ok("access.credentials", {"data.#": 0}, organization=volt["public_id"], kind="api_key")

with Scenario("keys-refused", "what no key is issued for", D11) as s:
    green = s.organization()
    given = {"organization": green["public_id"], "name": "Depot", "scopes": "lookup"}
    s.no("not_found", "organization", "access.issue_key", **given | {"organization": NOBODY})
    s.no("invalid_uuid", "organization", "access.issue_key", **given | {"organization": "{" + NOBODY + "}"})
    s.no("empty", "name", "access.issue_key", **given | {"name": ""})
    s.no("empty", "scopes", "access.issue_key", **given | {"scopes": []})
    s.no("unknown_value", "scopes[0]", "access.issue_key", **given | {"scopes": ["Lookup"]})
    s.no("unknown_value", "scopes", "access.issue_key", **given | {"scopes": "lookup,webhooks:manage"})
    s.no("out_of_range", "expires_at", "access.issue_key", **given, expires_at=NOW)
    s.no("not_found", "organization", "access.create_client", **given | {"organization": NOBODY})
    s.no("empty", "scopes", "access.create_client", **given | {"scopes": ""})
    s.no("not_found", "organization", "access.credentials", organization=NOBODY)
    s.no("unknown_value", "kind", "access.credentials", organization=green["public_id"], kind="password")
    s.ok("access.credentials", {"data.#": 0}, organization=green["public_id"])

with Scenario("keys-rotated-twice", "a second rotation leaves the first overlap as long as it was given; one without ends all", D11) as s:
    green = s.organization()
    key = s.ok("access.issue_key", organization=green["public_id"], name="Depot", scopes="lookup")
    second = s.ok("access.rotate", id=key["id"], overlap_seconds=7200)
    third = s.ok("access.rotate", id=key["id"], overlap_seconds=60, now="2026-03-01T09:01:00Z")
    for token, until in [(key, "2026-03-01T10:59:59.999Z"), (second, "2026-03-01T09:01:59.999Z"), (third, "2026-03-01T12:00:00Z")]:
        s.ok("access.verify", token=token["secret"], now=until)
    s.no("invalid_token", "token", "access.verify", token=second["secret"], now="2026-03-01T09:02:00Z")
    s.no("invalid_token", "token", "access.verify", token=key["secret"], now="2026-03-01T11:00:00Z")
    s.ok("access.rotate", id=key["id"], overlap_seconds=60, now="2026-03-01T09:02:00Z")
    s.ok("access.verify", token=key["secret"], now="2026-03-01T09:02:00Z")
    s.ok("access.rotate", id=key["id"], now="2026-03-01T09:02:01Z")
    s.no("invalid_token", "token", "access.verify", token=key["secret"], now="2026-03-01T09:02:01Z")
    for _ in range(15):
        s.ok("access.rotate", id=key["id"], overlap_seconds=60)
    s.no("invalid_transition", "overlap_seconds", "access.rotate", id=key["id"], overlap_seconds=60)
    client = s.ok("access.create_client", organization=green["public_id"], name="Fleet", scopes="lookup")
    for _ in range(2):
        s.ok("access.rotate", id=client["id"], overlap_seconds=60)
    s.ok(
        "access.token",
        request={"grant_type": "client_credentials", "client_id": client["id"], "client_secret": client["secret"]},
    )
    s.ok("audit.entries", subject=key["id"])
    s.ok("audit.verify", {"ok": True})

with Scenario("keys-rotated", "a new secret, the old one beside it for an hour", D11) as s:
    green = s.organization()
    key = s.ok("access.issue_key", organization=green["public_id"], name="Depot", scopes="lookup")
    new = s.ok("access.rotate", id=key["id"], overlap_seconds=3600)
    s.ok("access.verify", token=key["secret"], now="2026-03-01T09:59:59.999Z")
    s.ok("access.verify", token=new["secret"], now="2026-03-01T09:59:59.999Z")
    s.no("invalid_token", "token", "access.verify", token=key["secret"], now="2026-03-01T10:00:00Z")
    s.ok("access.verify", token=new["secret"], now="2026-03-01T10:00:00Z")
    last = s.ok("access.rotate", id=key["id"], now="2026-03-01T11:00:00Z")
    s.no("invalid_token", "token", "access.verify", token=new["secret"], now="2026-03-01T11:00:00Z")
    s.no("out_of_range", "overlap_seconds", "access.rotate", id=key["id"], overlap_seconds=30 * 86400 + 1)
    s.no("not_found", "id", "access.rotate", id=NOBODY, overlap_seconds=30 * 86400)
    s.ok("access.revoke", {"revoked_at": "2026-03-01T09:00:00.000Z"}, id=key["id"])
    s.no("invalid_token", "token", "access.verify", token=last["secret"])
    s.no("invalid_transition", "id", "access.revoke", id=key["id"])
    s.no("invalid_transition", "id", "access.rotate", id=key["id"])
    s.no("not_found", "id", "access.revoke", id=NOBODY)

with Scenario("client-credentials", "a client's token lives an hour", OAUTH) as s:
    green = s.organization()
    client = s.ok(
        "access.create_client", {"kind": "oauth_client"}, organization=green["public_id"], name="Fleet", scopes=f"{MANAGE} lookup"
    )
    request = {"grant_type": "client_credentials", "client_id": client["id"], "client_secret": client["secret"]}
    token = s.ok(
        "access.token", {"token_type": "Bearer", "expires_in": 3600, "scope": f"lookup {MANAGE}"}, request=request
    )
    s.ok("access.token", {"scope": "lookup"}, request=request | {"scope": "lookup"})
    s.ok("access.verify", {"scopes": ["lookup", MANAGE]}, token=token["access_token"], now="2026-03-01T09:59:59.999Z")
    s.no("invalid_token", "token", "access.verify", token=token["access_token"], now="2026-03-01T10:00:00Z")
    s.no("invalid_token", "token", "access.verify", token=client["secret"])
    s.no("insufficient_scope", "scope", "access.token", request=request | {"scope": f"lookup {WRITE}"})
    s.no("insufficient_scope", "scope", "access.token", request=request | {"scope": ""})
    s.no("unknown_value", "scope", "access.token", request=request | {"scope": "everything"})
    s.no("unsupported_grant_type", "grant_type", "access.token", request=request | {"grant_type": "password"})
    s.no("invalid_client", "client_id", "access.token", request=request | {"client_secret": "tc_" + "0" * 64})
    s.no("invalid_client", "client_id", "access.token", request=request | {"client_id": NOBODY})
    s.no("missing_field", "client_secret", "access.token", request={"grant_type": "x", "client_id": "y"})
    s.ok("access.credentials", {"data.0.name": "Fleet"}, organization=green["public_id"], kind="oauth_client")

with Scenario("client-revoked", "revoking a client ends its tokens; a token can be revoked alone", D11) as s:
    green = s.organization()
    client = s.ok("access.create_client", organization=green["public_id"], name="Fleet", scopes="lookup")
    key = s.ok("access.issue_key", organization=green["public_id"], name="Depot", scopes="lookup")
    request = {"grant_type": "client_credentials", "client_id": client["id"], "client_secret": client["secret"]}
    one, two = s.ok("access.token", request=request), s.ok("access.token", request=request)
    s.ok("access.revoke_token", token=one["access_token"])
    s.no("invalid_token", "token", "access.verify", token=one["access_token"])
    s.no("invalid_token", "token", "access.revoke_token", token=one["access_token"])
    s.no("invalid_token", "token", "access.revoke_token", token=key["secret"])
    s.ok("access.verify", token=two["access_token"])
    s.ok("access.revoke", id=client["id"])
    s.no("invalid_token", "token", "access.verify", token=two["access_token"])
    s.no("invalid_client", "client_id", "access.token", request=request)
    of_key = request | {"client_id": key["id"], "client_secret": key["secret"]}
    s.no("invalid_client", "client_id", "access.token", request=of_key)

with Scenario("key-as-caller", "what a key is verified as makes calls, and the log names it", AUDIT) as s:
    green = s.organization()
    key = s.ok("access.issue_key", organization=green["public_id"], name="Depot", scopes=[WRITE])
    caller = s.ok("access.verify", token=key["secret"])
    s.register(caller.whole)
    s.no("insufficient_scope", "caller", "lookup.charger", caller=caller.whole, request={"vendor": "KEBA", "serial": "1"})
    s.ok("audit.entries", {"data.#": 1, "data.0.action": "registration.created"}, after=2)

# Registrations.

with Scenario("register", "a new charger has no conflicts", REGISTRATIONS) as s:
    green = s.organization()
    one = s.register(
        green.may(WRITE),
        {
            "registration.status": "active", "registration.charger.serial_hash": KEBA, "conflicts.#": 0,
            "registration.charger.serial_last4": "4711",
        },
        vendor="Keba AG", serial="S/N: 2200-4711", metadata={"site": "Depot 4", "kwh": 12.5, "a": [None, True, {"é": "\u2028"}]},
    )
    s.ok(
        "registrations.show", {"metadata.site": "Depot 4", "renewed_from": None, "conflicts.#": 0},
        caller=green.may(""), public_id=one["registration.public_id"],
    )
    s.register(green.may(WRITE), {"registration.status": "pending"}, start="2026-03-02", serial="2")
    s.register(green.may(WRITE), {"registration.status": "expired"}, end="2026-02-28", serial="3")
    s.register(green.may(WRITE), {"registration.status": "active"}, start="2026-03-01", end="2026-03-01", serial="4")
    s.no("not_found", "public_id", "registrations.show", caller=green.may(), public_id=NOBODY)

with Scenario("register-refused", "what is not registered", REGISTRATIONS) as s:
    green = s.organization()

    def refused(code, path, **changes):
        s.no(code, path, "registrations.register", caller=green.may(WRITE), request=claim(**changes))

    s.no("insufficient_scope", "caller", "registrations.register", caller=green.may("lookup"), request=claim())
    refused("empty", "vendor", vendor=" ")
    refused("too_long", "vendor", vendor="x" * 121)
    refused("invalid_character", "serial", serial="2200А4711")
    refused("empty", "serial", serial="S/N: --")
    refused("too_long", "program_name", program_name="x" * 256)
    refused("invalid_period", "start_date", start="2027-01-01")
    refused("invalid_date", "end_date", end="2026-02-29")
    refused("out_of_range", "start_date", start="1899-12-31")
    refused("missing_field", "end_date", end=...)
    refused("unknown_value", "on_conflict", on_conflict="ignore")
    refused("wrong_type", "metadata", metadata=["site"])
    refused("unknown_field", "status", status="active")
    s.ok("registrations.list", {"data.#": 0}, caller=green.may())

with Scenario("warn", "created whatever it conflicts with; both parties see the one conflict", D6) as s:
    green, volt = s.organization(), s.organization("Volt Credits")
    first = s.register(green.may(WRITE))
    second = s.register(
        volt.may(WRITE),
        {
            "conflicts.#": 1, "conflicts.0.type": "overlap",
            "conflicts.0.conflicting_registration.organization": "Green Miles",
            "conflicts.0.conflicting_registration.period": {"start": "2026-01-01", "end": "2026-12-31"},
        },
        serial="2200 4711", start="2026-12-31", end="2027-12-30",
    )
    s.ok(
        "registrations.show", {"conflicts.#": 1, "conflicts.0.conflicting_registration.organization": "Volt Credits"},
        caller=green.may(), public_id=first["registration.public_id"],
    )
    s.ok("registrations.show", {"conflicts.#": 1}, caller=volt.may(), public_id=second["registration.public_id"])
    s.no("not_found", "public_id", "registrations.show", caller=volt.may(), public_id=first["registration.public_id"])

with Scenario("fail", "writes nothing where a day is claimed; the day after the last is free", D6) as s:
    green, volt = s.organization(), s.organization("Volt Credits")
    s.register(green.may(WRITE))
    s.no("conflict", "", "registrations.register", caller=volt.may(), request=claim("2026-12-31", "2027-12-30", on_conflict="fail"))
    s.ok("registrations.list", {"meta.total": 0}, caller=volt.may())
    s.register(volt.may(), {"conflicts.#": 0}, start="2027-01-01", end="2027-12-31", on_conflict="fail")
    s.no("conflict", "", "registrations.register", caller=green.may(), request=claim("2026-12-31", "2027-01-01", on_conflict="fail"))

with Scenario("force", "created, and the conflicts are recorded as acknowledged", D6) as s:
    green, volt = s.organization(), s.organization("Volt Credits")
    s.register(green.may())
    forced = s.register(volt.may(), {"conflicts.#": 1}, on_conflict="force")
    s.ok("audit.entries", {"data.#": 1, "data.0.after.acknowledged": True}, subject=forced["conflicts.0.public_id"])
    s.register(green.may(), {"conflicts.#": 2}, start="2026-06-01", end="2026-06-01", on_conflict="warn")
    s.ok("audit.entries", {"data.#": 3, "data.2.after.acknowledged": False}, after=5)

with Scenario("own-overlap", "the same organisation's own overlap counts", D4) as s:
    green = s.organization()
    first = s.register(green.may())
    s.register(green.may(), {"conflicts.0.conflicting_registration.organization": "Green Miles"}, program_name="Autumn")
    s.no("conflict", "", "registrations.register", caller=green.may(), request=claim(on_conflict="fail"))
    s.ok("registrations.show", {"conflicts.#": 1}, caller=green.may(), public_id=first["registration.public_id"])
    # One event of the conflict, not two, for the one party.
    s.ok("webhooks.events", {"data.#": 3, "data.2.type": "conflict.detected"})

with Scenario("cancelled-frees", "a cancelled registration claims nothing", D4) as s:
    green, volt = s.organization(), s.organization("Volt Credits")
    one = s.register(green.may())
    two = s.register(volt.may(), {"conflicts.#": 1})
    s.ok("registrations.cancel", {"status": "cancelled"}, caller=green.may(), public_id=one["registration.public_id"])
    s.register(green.may(), {"conflicts.#": 1}, start="2026-07-01")
    s.ok("registrations.show", {"conflicts.#": 1}, caller=volt.may(), public_id=two["registration.public_id"])
    s.ok("registrations.show", {"conflicts.#": 0}, caller=green.may(), public_id=one["registration.public_id"])
    s.no("invalid_transition", "status", "registrations.cancel", caller=green.may(), public_id=one["registration.public_id"])
    s.no("not_found", "public_id", "registrations.cancel", caller=green.may(), public_id=two["registration.public_id"])
    s.no("insufficient_scope", "caller", "registrations.cancel", caller=green.may("lookup"), public_id=NOBODY)
    s.at("2027-01-01T00:00:00Z")
    s.no("invalid_transition", "status", "registrations.cancel", caller=volt.may(), public_id=two["registration.public_id"])

with Scenario("expired-claims", "an expired registration still claims the days it covered", D4) as s:
    green, volt = s.organization(), s.organization("Volt Credits")
    s.register(green.may(), end="2026-01-31")
    s.register(volt.may(), {"conflicts.#": 1, "registration.status": "expired"}, start="2026-01-31", end="2026-02-01")
    s.register(volt.may(), {"conflicts.#": 0}, start="2026-02-02", end="2026-12-31")

with Scenario("expire-once", "the expiry of each is told once, those that ended first before", D5) as s:
    green = s.organization()
    s.register(green.may(), serial="1", end="2026-03-02")
    s.register(green.may(), serial="2", end="2026-03-01")
    cancelled = s.register(green.may(), serial="3", end="2026-03-01")
    s.register(green.may(), serial="4", end="2026-03-03")
    s.ok("registrations.cancel", caller=green.may(), public_id=cancelled["registration.public_id"])
    s.at("2026-03-02T23:59:59.999Z")
    s.ok("registrations.expire", {"expired": 1, "more": False})
    s.ok("registrations.expire", {"expired": 0})
    s.at("2026-03-04T00:00:00Z")
    s.ok("registrations.expire", {"expired": 1, "more": True}, limit=1)
    s.ok("registrations.expire", {"expired": 1, "more": False}, limit=10000)
    s.ok("webhooks.events", {"data.#": 3, "data.0.type": "registration.expired"}, after=5)
    s.no("out_of_range", "limit", "registrations.expire", limit=0)
    s.no("out_of_range", "limit", "registrations.expire", limit=10001)

with Scenario("day-is-utc", "a day is that of the instant in UTC", D5) as s:
    green = s.organization()
    one = s.register(green.may(), start="2026-03-02", end="2026-03-02")["registration.public_id"]
    for instant, status in [
        ("2026-03-02T01:30:00+02:00", "pending"), ("2026-03-02T00:00:00Z", "active"),
        ("2026-03-02T23:30:00-00:30", "expired"), ("2026-03-02T23:59:59.999999Z", "active"),
    ]:
        s.ok("registrations.show", {"status": status}, caller=green.may(), public_id=one, now=instant)

with Scenario("renew", "a new registration for the same charger; the source stays as it is", "contract, renew") as s:
    green, volt = s.organization(), s.organization("Volt Credits")
    one = s.register(green.may(), metadata={"site": "Depot 4"})["registration.public_id"]
    new = s.ok(
        "registrations.renew", {"registration.status": "pending", "registration.program_name": "Spring Rebate", "conflicts.#": 0},
        caller=green.may(), public_id=one, request={"start_date": "2027-01-01", "end_date": "2027-12-31"},
    )
    s.ok("registrations.show", {"metadata.site": "Depot 4"}, caller=green.may(), public_id=new["registration.public_id"])
    s.ok(
        "registrations.renew", {"conflicts.#": 2}, caller=green.may(), public_id=one,
        request={"start_date": "2026-12-31", "end_date": "2027-01-01"},
    )
    overlapping = {"start_date": "2026-12-31", "end_date": "2026-12-31", "on_conflict": "fail"}
    s.no("conflict", "", "registrations.renew", caller=green.may(), public_id=one, request=overlapping)
    s.no("not_found", "public_id", "registrations.renew", caller=volt.may(), public_id=one, request=overlapping)
    backwards = {"start_date": "2027-01-01", "end_date": "2026-01-01"}
    s.no("invalid_period", "start_date", "registrations.renew", caller=green.may(), public_id=one, request=backwards)
    s.no("unknown_field", "serial", "registrations.renew", caller=green.may(), public_id=one, request={"serial": "1"})
    s.no("insufficient_scope", "caller", "registrations.renew", caller=green.may("lookup"), public_id=one, request=overlapping)
    s.ok("registrations.cancel", caller=green.may(), public_id=one)
    s.no("invalid_transition", "status", "registrations.renew", caller=green.may(), public_id=one, request=overlapping)

with Scenario("renew-expired", "an expired registration can be renewed", REGISTRATIONS) as s:
    green = s.organization()
    one = s.register(green.may(), end="2026-01-31")["registration.public_id"]
    s.ok("registrations.expire", {"expired": 1})
    s.ok(
        "registrations.renew", {"registration.status": "active", "conflicts.#": 1}, caller=green.may(), public_id=one,
        request={"start_date": "2026-01-31", "end_date": "2026-03-31", "on_conflict": "force"},
    )
    s.ok("webhooks.events", {"data.#": 2, "data.0.type": "registration.created"}, after=2)

with Scenario("patch", "program_name and metadata alone can be changed", "contract, PATCH /api/v1/registrations/{public_id}") as s:
    green, volt = s.organization(), s.organization("Volt Credits")
    one = s.register(green.may(), metadata={"site": "Depot 4"})["registration.public_id"]
    s.ok("registrations.update", {"program_name": "Autumn"}, caller=green.may(), public_id=one, request={"program_name": "Autumn"})
    s.ok("registrations.update", caller=green.may(), public_id=one, request={"metadata": {"site": "Depot 5", "b": 1, "a": 2}})
    s.ok("registrations.show", {"program_name": "Autumn", "metadata.site": "Depot 5"}, caller=green.may(), public_id=one)
    s.ok("registrations.update", caller=green.may(), public_id=one, request={})
    s.ok("registrations.update", caller=green.may(), public_id=one, request={"program_name": "Autumn"})
    # What changes nothing is not told.
    s.ok("webhooks.events", {"data.#": 3}, limit=1000)
    s.no("unknown_field", "serial", "registrations.update", caller=green.may(), public_id=one, request={"serial": "1"})
    s.no("unknown_field", "end_date", "registrations.update", caller=green.may(), public_id=one, request={"end_date": "2027-01-01"})
    s.no("empty", "program_name", "registrations.update", caller=green.may(), public_id=one, request={"program_name": ""})
    s.no("wrong_type", "metadata", "registrations.update", caller=green.may(), public_id=one, request={"metadata": "site"})
    s.no("not_found", "public_id", "registrations.update", caller=volt.may(), public_id=one, request={})
    s.no("insufficient_scope", "caller", "registrations.update", caller=green.may("lookup"), public_id=one, request={})

with Scenario("list", "newest first, of one status, in pages; another's are not there", "contract, GET /api/v1/registrations") as s:
    green, volt = s.organization(), s.organization("Volt Credits")
    s.register(green.may(), serial="1")
    s.register(green.may(), serial="2", start="2026-06-01")
    gone = s.register(green.may(), serial="3")["registration.public_id"]
    s.register(green.may(), serial="4", end="2026-02-28")
    s.register(volt.may(), serial="5")
    s.ok("registrations.cancel", caller=green.may(), public_id=gone)
    s.ok("registrations.list", {"data.#": 4, "data.0.status": "expired", "data.1.status": "cancelled"}, caller=green.may(""))
    for status in ("pending", "active", "expired", "cancelled"):
        s.ok("registrations.list", {"data.#": 1, "meta.total": 1}, caller=green.may(""), status=status)
    s.ok("registrations.list", {"data.#": 1, "meta.last_page": 2, "meta.current_page": 2}, caller=green.may(""), page=2, per_page=3)
    s.no("unknown_value", "status", "registrations.list", caller=green.may(), status="open")
    s.no("out_of_range", "per_page", "registrations.list", caller=green.may(), per_page=0)
    s.no("out_of_range", "per_page", "registrations.list", caller=green.may(), per_page=101)
    s.no("out_of_range", "page", "registrations.list", caller=green.may(), page=-1)

with Scenario("batch", "each item has its own answer, and one's failure stops no other", BATCH) as s:
    green, volt = s.organization(), s.organization("Volt Credits")
    s.register(green.may(), serial="1")
    items = [
        claim(serial="1"), claim(serial="1", on_conflict="fail"), claim(serial="2"), claim(serial="2", end="2025-12-31"),
        claim(serial="ä"), claim(serial="#"), claim(serial="2", on_conflict="force", start="2026-12-31"),
    ]
    s.ok(
        "registrations.register_batch",
        {
            "summary": {"total": 7, "created": 3, "conflict": 1, "failed": 3}, "results.0.status": "created",
            "results.0.conflicts.#": 1, "results.1.status": "conflict", "results.1.conflicts.#": 2,
            "results.2.conflicts.#": 0, "results.3.status": "failed", "results.6.conflicts.#": 1, "results.6.index": 6,
        },
        caller=volt.may(), request={"registrations": items},
    )
    s.ok("registrations.list", {"meta.total": 3}, caller=volt.may())
    s.ok("registrations.register_batch", {"summary.created": 1, "results.0.conflicts.#": 2}, caller=volt.may(), request={"registrations": items[:1]})

with Scenario("batch-malformed", "an envelope that is no good writes nothing", BATCH) as s:
    green = s.organization()

    def malformed(code, path, registrations):
        s.no(code, path, "registrations.register_batch", caller=green.may(), request={"registrations": registrations})

    malformed("out_of_range", "registrations", [])
    malformed("out_of_range", "registrations", [{}] * 101)
    malformed("empty", "registrations[1].vendor", [claim(), claim(vendor="")])
    malformed("too_long", "registrations[1].program_name", [claim(), claim(program_name="x" * 256)])
    malformed("invalid_character", "registrations[0].serial", [claim(serial="1\u0007")])
    malformed("missing_field", "registrations[1].serial", [claim(), claim(serial=...)])
    malformed("invalid_date", "registrations[1].start_date", [claim(), claim(start="01.01.2026")])
    malformed("wrong_type", "registrations[1]", [claim(), None])
    malformed("wrong_type", "registrations", {})
    s.no("missing_field", "registrations", "registrations.register_batch", caller=green.may(), request={})
    s.no("insufficient_scope", "caller", "registrations.register_batch", caller=green.may("lookup"), request={"registrations": [claim()]})
    s.ok("registrations.list", {"meta.total": 0}, caller=green.may())

# Look-ups.

with Scenario("lookup-public", "unknown, expired and cancelled look alike; nobody is named", D7) as s:
    green, volt = s.organization(), s.organization("Volt Credits")
    nothing = {"registered": False, "registration_count": 0, "active_period": None}
    s.ok("lookup.by_hash", nothing, serial_hash=KEBA)
    one = s.register(green.may(), end="2026-02-28")
    s.ok("lookup.by_hash", nothing, serial_hash=KEBA)
    two = s.register(volt.may())
    s.ok("registrations.cancel", caller=volt.may(), public_id=two["registration.public_id"])
    s.ok("lookup.by_hash", nothing, serial_hash=KEBA)
    s.register(volt.may(), start="2026-03-02")
    s.ok("lookup.by_hash", {"registered": True, "registration_count": 1, "active_period": None}, serial_hash=KEBA)
    s.ok("lookup.by_hash", {"registration_count": 2}, serial_hash=one["registration.charger.serial_hash"], now="2026-02-28T12:00:00Z")
    s.no("unknown_value", "serial_hash", "lookup.by_hash", serial_hash=KEBA.upper())
    s.no("unknown_value", "serial_hash", "lookup.by_hash", serial_hash=KEBA[:63])
    s.no("missing_field", "serial_hash", "lookup.by_hash")

with Scenario("lookup-cover", "active_period is the smallest that covers those active today", D7) as s:
    green = s.organization()
    s.register(green.may(), start="2026-01-01", end="2026-03-01")
    s.register(green.may(), start="2026-03-01", end="2026-04-30")
    s.register(green.may(), start="2026-03-02", end="2026-12-31")
    shown = {"registration_count": 3, "active_period": {"start": "2026-01-01", "end": "2026-04-30"}}
    s.ok("lookup.by_hash", shown, serial_hash=KEBA)
    shown = {"registration_count": 2, "active_period": {"start": "2026-03-01", "end": "2026-12-31"}}
    s.ok("lookup.by_hash", shown, serial_hash=KEBA, now="2026-03-02T00:00:00Z")
    shown = {"registration_count": 3, "active_period": {"start": "2026-01-01", "end": "2026-03-01"}}
    s.ok("lookup.by_hash", shown, serial_hash=KEBA, now="2026-02-28T00:00:00Z")

with Scenario("lookup-entitled", "who has registered a charger, for the scope lookup", LOOKUP) as s:
    green, volt, third = s.organization(), s.organization("Volt Credits"), s.organization("Third Party")
    pair = {"vendor": "Keba AG", "serial": "22004711"}
    s.ok("lookup.charger", {"registered": False, "registrations.#": 0}, caller=third.may("lookup"), request=pair)
    s.register(green.may())
    s.register(volt.may(), start="2027-01-01", end="2027-12-31", program_name="Autumn")
    s.register(volt.may(), start="2025-01-01", end="2025-12-31")
    s.ok(
        "lookup.charger",
        {
            "registered": True, "registration_count": 2, "registrations.0.organization": "Green Miles",
            "registrations.1.program_name": "Autumn",
        },
        caller=third.may("lookup"), request=pair,
    )
    s.no("insufficient_scope", "caller", "lookup.charger", caller=green.may(WRITE), request=pair)
    s.no("not_found", "caller.organization", "lookup.charger", caller={"organization": NOBODY, "scopes": "lookup"}, request=pair)
    s.no("invalid_character", "serial", "lookup.charger", caller=green.may("lookup"), request=pair | {"serial": "22О4"})
    s.no("missing_field", "serial", "lookup.charger", caller=green.may("lookup"), request={"vendor": "KEBA"})

with Scenario("lookup-batch", "one answer an item, in order; a serial that is no good has its error", LOOKUP) as s:
    green = s.organization()
    s.register(green.may())
    caller = green.may("lookup")
    items = [{"vendor": "KEBA", "serial": "2200-4711"}, {"vendor": "KEBA", "serial": "2"}, {"vendor": "KEBA", "serial": "22О4"}]
    s.ok(
        "lookup.charger",
        {
            "results.#": 3, "results.0.registration_count": 1, "results.0.serial": "2200-4711", "results.1.registered": False,
            "results.2.registered": False, "results.2.error.code": "invalid_character", "results.2.error.path": "items[2].serial",
        },
        caller=caller, request={"items": items},
    )
    s.no("out_of_range", "items", "lookup.charger", caller=caller, request={"items": []})
    s.no("out_of_range", "items", "lookup.charger", caller=caller, request={"items": [{}] * 101})
    s.no("too_long", "items[1].vendor", "lookup.charger", caller=caller, request={"items": [items[0], {"vendor": "x" * 121, "serial": "1"}]})
    s.no("wrong_type", "items[0].serial", "lookup.charger", caller=caller, request={"items": [{"vendor": "KEBA", "serial": 22004711}]})
    s.no("unknown_field", "vendor", "lookup.charger", caller=caller, request={"items": items, "vendor": "KEBA"})
    s.no("insufficient_scope", "caller", "lookup.charger", caller=green.may(""), request={"items": items})

with Scenario("lookup-prefix", "suffixes padded to 64, so that an onlooker learns little", D3) as s:
    green = s.organization()
    s.ok("lookup.by_prefix", {"prefix": KEBA[:5]}, prefix=KEBA[:5])
    one = s.register(green.may())
    s.register(green.may(), start="2026-06-01")
    s.ok("lookup.by_prefix", prefix=KEBA[:5])
    s.ok("lookup.by_prefix", prefix=KEBA[:16])
    s.ok("registrations.cancel", caller=green.may(), public_id=one["registration.public_id"])
    s.ok("lookup.by_prefix", prefix=KEBA[:4], now="2027-01-01T00:00:00Z")
    s.no("unknown_value", "prefix", "lookup.by_prefix", prefix=KEBA[:3])
    s.no("unknown_value", "prefix", "lookup.by_prefix", prefix=KEBA[:17])
    s.no("unknown_value", "prefix", "lookup.by_prefix", prefix="ABCD")

KEYED = hmac.new(KEY.encode(), b"KEBA:22004711", hashlib.sha256).hexdigest()
with Scenario("lookup-keyed", "the keyed hash finds what the plain one finds", D3, identity_key=KEY) as s:
    green = s.organization()
    s.ok("lookup.by_keyed_hash", {"registered": False}, keyed_hash=KEYED)
    one = s.register(green.may(), vendor="Keba AG", serial="S/N 2200 4711")
    s.ok("lookup.by_keyed_hash", {"registered": True, "registration_count": 1}, keyed_hash=KEYED)
    s.ok("registrations.renew", caller=green.may(), public_id=one["registration.public_id"], request={"start_date": "2027-01-01", "end_date": "2027-12-31"})
    s.ok("lookup.by_keyed_hash", {"registration_count": 2}, keyed_hash=KEYED)
    s.ok("lookup.by_keyed_hash", {"registered": False}, keyed_hash=KEBA)
    s.no("unknown_value", "keyed_hash", "lookup.by_keyed_hash", keyed_hash="KEBA")

with Scenario("lookup-keyed-without-key", "a ledger without an identity key has no keyed hashes", D3) as s:
    s.register(s.organization().may())
    s.no("missing_field", "identity_key", "lookup.by_keyed_hash", keyed_hash=KEYED)
    s.ok("lookup.by_hash", {"registered": True}, serial_hash=KEBA)

cases.bad(
    "identity-key-short", "ledger", {"options": {"seed": "a", "identity_key": "0123456789abcde"}, "steps": []},
    "out_of_range", "identity_key", "15 bytes are too few for a keyed hash", D3,
)
cases.bad(
    "identity-key-empty", "ledger", {"options": {"seed": "a", "identity_key": ""}, "steps": []},
    "out_of_range", "identity_key", "an empty identity key", D3,
)


# Disputes.

def conflicted(s):
    """Two parties and their conflict."""
    green, volt = s.organization(), s.organization("Volt Credits")
    first = s.register(green.may())
    second = s.register(volt.may())
    return green, volt, first, second, second["conflicts.0.public_id"]


def opened(s, party, conflict, reason="We hold the contract."):
    return s.ok("disputes.open", {"dispute.status": "open"}, caller=party.may(DISPUTE), request={"conflict": conflict, "reason": reason})


with Scenario("dispute-resolved", "open, under review, resolved; the parties write, the operator decides nothing", D8) as s:
    green, volt, _, _, conflict = conflicted(s)
    operator = s.organization("Registry").may(RESOLVE)
    dispute = opened(s, green, conflict)["dispute.public_id"]
    s.at("2026-03-02T09:00:00Z")
    s.ok("disputes.message", {"organization": "Volt Credits"}, caller=volt.may(DISPUTE), public_id=dispute, request={"body": "So do we.\n"})
    s.ok("disputes.review", {"status": "under_review"}, caller=operator, public_id=dispute)
    s.ok("disputes.message", caller=green.may(DISPUTE), public_id=dispute, request={"body": "Ours ends later."})
    s.ok("disputes.resolve", {"status": "resolved"}, caller=operator, public_id=dispute, request={"resolution_note": "Volt Credits cancels."})
    shown = {
        "opened_by": "Green Miles", "other_party": "Volt Credits", "messages.#": 2, "messages.0.body": "So do we.\n",
        "resolution_note": "Volt Credits cancels.", "updated_at": "2026-03-02T09:00:00.000Z",
    }
    s.ok("disputes.show", shown, caller=volt.may(""), public_id=dispute)
    s.ok("disputes.show", {"status": "resolved"}, caller=operator, public_id=dispute)
    s.ok("webhooks.events", {"data.#": 4, "data.0.type": "dispute.created", "data.3.type": "dispute.resolved"}, after=4)
    s.no("invalid_transition", "status", "disputes.message", caller=green.may(DISPUTE), public_id=dispute, request={"body": "x"})
    s.no("invalid_transition", "status", "disputes.withdraw", caller=green.may(DISPUTE), public_id=dispute)

with Scenario("dispute-transitions", "review from open alone, resolve from under review alone", D8) as s:
    green, volt, _, _, conflict = conflicted(s)
    dispute = opened(s, volt, conflict)["dispute.public_id"]
    note = {"resolution_note": "Agreed."}
    s.no("invalid_transition", "status", "disputes.resolve", caller=green.may(RESOLVE), public_id=dispute, request=note)
    s.ok("disputes.review", caller=green.may(RESOLVE), public_id=dispute)
    s.no("invalid_transition", "status", "disputes.review", caller=green.may(RESOLVE), public_id=dispute)
    s.ok("disputes.resolve", caller=green.may(RESOLVE), public_id=dispute, request=note)
    s.no("invalid_transition", "status", "disputes.resolve", caller=green.may(RESOLVE), public_id=dispute, request=note)
    s.no("invalid_transition", "status", "disputes.review", caller=green.may(RESOLVE), public_id=dispute)
    s.ok("disputes.list", {"data.#": 1, "data.0.status": "resolved"}, caller=green.may(DISPUTE))

with Scenario("dispute-withdrawn", "by the opener alone; a new one may follow", D8) as s:
    green, volt, _, _, conflict = conflicted(s)
    dispute = opened(s, green, conflict)["dispute.public_id"]
    again = {"conflict": conflict, "reason": "Again."}
    s.no("dispute_exists", "conflict", "disputes.open", caller=volt.may(DISPUTE), request=again)
    s.no("invalid_transition", "caller", "disputes.withdraw", caller=volt.may(DISPUTE), public_id=dispute)
    s.ok("disputes.review", caller=volt.may(RESOLVE), public_id=dispute)
    s.no("dispute_exists", "conflict", "disputes.open", caller=green.may(DISPUTE), request=again)
    s.ok("disputes.withdraw", {"status": "withdrawn"}, caller=green.may(DISPUTE), public_id=dispute)
    s.no("invalid_transition", "status", "disputes.withdraw", caller=green.may(DISPUTE), public_id=dispute)
    s.no("invalid_transition", "status", "disputes.message", caller=volt.may(DISPUTE), public_id=dispute, request={"body": "x"})
    opened(s, volt, conflict, "Again.")
    s.ok("disputes.list", {"data.#": 2, "data.0.status": "open", "data.1.status": "withdrawn"}, caller=green.may(DISPUTE))
    s.ok("disputes.list", {"data.0.status": "withdrawn"}, caller=volt.may(DISPUTE), page=2, per_page=1)

with Scenario("dispute-third-party", "what belongs to others is not found", D8) as s:
    green, volt, _, _, conflict = conflicted(s)
    third = s.organization("Third Party")
    dispute = opened(s, green, conflict)["dispute.public_id"]
    s.no("not_found", "conflict", "disputes.open", caller=third.may(DISPUTE), request={"conflict": conflict, "reason": "Mine."})
    s.no("not_found", "conflict", "disputes.open", caller=green.may(DISPUTE), request={"conflict": NOBODY, "reason": "Mine."})
    s.no("not_found", "public_id", "disputes.show", caller=third.may(DISPUTE), public_id=dispute)
    s.no("not_found", "public_id", "disputes.message", caller=third.may(DISPUTE), public_id=dispute, request={"body": "x"})
    s.no("not_found", "public_id", "disputes.withdraw", caller=third.may(DISPUTE), public_id=dispute)
    s.no("not_found", "public_id", "disputes.review", caller=third.may(RESOLVE), public_id=NOBODY)
    s.no("not_found", "public_id", "disputes.resolve", caller=third.may(RESOLVE), public_id=NOBODY, request={"resolution_note": "x"})
    s.ok("disputes.list", {"data.#": 0}, caller=third.may(DISPUTE))
    s.ok("disputes.show", {"status": "open"}, caller=volt.may(""), public_id=dispute)

with Scenario("dispute-refused", "scopes and texts", DISPUTES) as s:
    green, _, _, _, conflict = conflicted(s)
    request = {"conflict": conflict, "reason": "We hold the contract."}
    s.no("insufficient_scope", "caller", "disputes.open", caller=green.may(RESOLVE), request=request)
    s.no("empty", "reason", "disputes.open", caller=green.may(DISPUTE), request=request | {"reason": ""})
    s.no("too_long", "reason", "disputes.open", caller=green.may(DISPUTE), request=request | {"reason": "x" * 5001})
    s.no("invalid_uuid", "conflict", "disputes.open", caller=green.may(DISPUTE), request=request | {"conflict": "1"})
    dispute = opened(s, green, conflict, "x" * 5000)["dispute.public_id"]
    s.no("insufficient_scope", "caller", "disputes.message", caller=green.may(RESOLVE), public_id=dispute, request={"body": "x"})
    s.no("empty", "body", "disputes.message", caller=green.may(DISPUTE), public_id=dispute, request={"body": "\n"})
    s.no("insufficient_scope", "caller", "disputes.review", caller=green.may(DISPUTE), public_id=dispute)
    s.no("insufficient_scope", "caller", "disputes.resolve", caller=green.may(DISPUTE), public_id=dispute, request={"resolution_note": "x"})
    s.no("insufficient_scope", "caller", "disputes.withdraw", caller=green.may("lookup"), public_id=dispute)
    s.no("insufficient_scope", "caller", "disputes.list", caller=green.may("lookup"))
    s.ok("disputes.review", caller=green.may(RESOLVE), public_id=dispute)
    s.no("empty", "resolution_note", "disputes.resolve", caller=green.may(RESOLVE), public_id=dispute, request={"resolution_note": " "})

with Scenario("dispute-over", "no dispute over a conflict of which a side is cancelled; one that is open goes on", D8) as s:
    green, volt, first, second, conflict = conflicted(s)
    s.ok("registrations.cancel", caller=green.may(), public_id=first["registration.public_id"])
    s.no("invalid_transition", "conflict", "disputes.open", caller=volt.may(), request={"conflict": conflict, "reason": "Mine."})
    other = s.register(green.may())
    dispute = opened(s, volt, other["conflicts.0.public_id"])["dispute.public_id"]
    s.ok("registrations.cancel", caller=green.may(), public_id=other["registration.public_id"])
    s.ok("disputes.message", caller=green.may(), public_id=dispute, request={"body": "We have cancelled ours."})
    s.ok("disputes.withdraw", {"status": "withdrawn"}, caller=volt.may(), public_id=dispute)

with Scenario("dispute-own", "an organisation may dispute what it claimed twice itself, and is told once", D4) as s:
    green = s.organization()
    s.register(green.may())
    second = s.register(green.may())
    dispute = opened(s, green, second["conflicts.0.public_id"])["dispute.public_id"]
    s.ok("disputes.show", {"opened_by": "Green Miles", "other_party": "Green Miles"}, caller=green.may(), public_id=dispute)
    s.ok("webhooks.events", {"data.#": 1, "data.0.type": "dispute.created"}, after=3)


# Webhooks.

def hooked(s, party, events=("registration.created",), url=URL):
    return s.ok("webhooks.create", {"status": "active"}, caller=party.may(MANAGE), request={"url": url, "events": list(events)})


def recorded(s, delivery, attempt, shows, outcome, now=...):
    return s.ok("webhooks.record", shows, delivery_id=delivery, attempt=attempt, outcome=outcome, **({} if now is ... else {"now": now}))


with Scenario("endpoints", "made, listed, shown, changed, deleted; the secret is shown once", HOOKS) as s:
    green, volt = s.organization(), s.organization("Volt Credits")
    one = s.ok(
        "webhooks.create", {"id": 1, "url": "https://hooks.example.com/", "events": ["registration.created", "dispute.resolved"]},
        caller=green.may(MANAGE), request={"url": "HTTPS://Hooks.Example.com:443", "events": ["dispute.resolved", "registration.created"]},
    )
    hooked(s, green, url="https://8.8.8.8:8443/in?tenant=1")
    s.ok("webhooks.list", {"data.#": 2}, caller=green.may(MANAGE))
    s.ok("webhooks.list", {"data.#": 0}, caller=volt.may(MANAGE))
    s.ok("webhooks.update", {"events": ["conflict.detected"], "url": "https://hooks.example.com/"}, caller=green.may(MANAGE), id=one["id"], request={"events": ["conflict.detected"]})
    s.ok("webhooks.update", {"status": "disabled", "url": URL}, caller=green.may(MANAGE), id=1, request={"url": URL, "status": "disabled"})
    s.ok("webhooks.update", {"status": "active"}, caller=green.may(MANAGE), id=1, request={"status": "active"})
    s.ok("webhooks.show", {"status": "active", "events": ["conflict.detected"]}, caller=green.may(MANAGE), id=1)
    s.no("not_found", "id", "webhooks.show", caller=volt.may(MANAGE), id=1)
    s.ok("webhooks.delete", caller=green.may(MANAGE), id=2)
    s.no("not_found", "id", "webhooks.show", caller=green.may(MANAGE), id=2)
    # The id of a deleted endpoint names no other one later.
    s.ok("webhooks.create", {"id": 3}, caller=green.may(MANAGE), request={"url": URL, "events": ["conflict.detected"]})
    s.ok("audit.entries", {"data.#": 2, "data.1.action": "endpoint.deleted", "data.1.after": None}, subject="endpoint 2")

with Scenario("endpoints-refused", "where a webhook may not go, and what it may not ask for", D10) as s:
    green = s.organization()

    def refused_hook(code, path, **changes):
        request = {"url": URL, "events": ["conflict.detected"]} | changes
        s.no(code, path, "webhooks.create", caller=green.may(MANAGE), request={k: v for k, v in request.items() if v is not ...})

    refused_hook("invalid_url", "url", url="http://hooks.example.com/in")
    refused_hook("forbidden_address", "url", url="https://127.0.0.1/")
    refused_hook("forbidden_address", "url", url="https://[::ffff:10.0.0.1]/")
    refused_hook("forbidden_address", "url", url="https://169.254.169.254/latest/meta-data/")
    refused_hook("invalid_url", "url", url="https://user:secret@hooks.example.com/")
    refused_hook("too_long", "url", url="https://example.com/" + "a" * 2029)
    refused_hook("empty", "events", events=[])
    refused_hook("duplicate", "events[2]", events=["conflict.detected", "dispute.created", "conflict.detected"])
    refused_hook("unknown_value", "events[0]", events=["registration.deleted"])
    refused_hook("missing_field", "events", events=...)
    refused_hook("unknown_field", "secret", secret="whsec_mine")
    s.no("insufficient_scope", "caller", "webhooks.create", caller=green.may(WRITE), request={"url": URL, "events": ["conflict.detected"]})
    s.ok("webhooks.list", {"data.#": 0}, caller=green.may(MANAGE))

with Scenario("endpoints-others", "another's endpoint is not found, and every call needs the scope", D8) as s:
    green, volt = s.organization(), s.organization("Volt Credits")
    hooked(s, green)
    s.register(green.may())
    for call, more in [
        ("webhooks.show", {}), ("webhooks.update", {"request": {"status": "disabled"}}), ("webhooks.delete", {}),
        ("webhooks.rotate_secret", {}), ("webhooks.deliveries", {}), ("webhooks.attempts", {}), ("webhooks.resend", {}),
    ]:
        s.no("not_found", "id", call, caller=volt.may(MANAGE), id=1, **more)
        s.no("insufficient_scope", "caller", call, caller=green.may(WRITE), id=1, **more)
    s.no("insufficient_scope", "caller", "webhooks.list", caller=green.may(WRITE))
    s.no("forbidden_address", "url", "webhooks.update", caller=green.may(), id=1, request={"url": "https://localhost/"})
    s.no("empty", "events", "webhooks.update", caller=green.may(), id=1, request={"events": []})
    s.no("unknown_value", "status", "webhooks.update", caller=green.may(), id=1, request={"status": "paused"})
    s.no("out_of_range", "overlap_seconds", "webhooks.rotate_secret", caller=green.may(), id=1, overlap_seconds=2592001)
    s.ok("webhooks.show", {"status": "active"}, caller=green.may(), id=1)

with Scenario("delivered", "both parties' events, signed, each once", D9) as s:
    green, volt = s.organization(), s.organization("Volt Credits")
    s.register(green.may())
    hooked(s, green, ["conflict.detected", "registration.created"])
    hooked(s, volt, ["conflict.detected"], "https://volt.example/hook")
    s.ok("webhooks.next_due", {"due_at": None})
    s.register(volt.may())
    s.ok("webhooks.next_due", {"due_at": "2026-03-01T09:00:00.000Z"})
    s.at("2026-03-01T09:00:00.7Z")
    s.ok(
        "webhooks.due",
        {
            "data.#": 2, "data.0.method": "POST", "data.0.url": "https://volt.example/hook", "data.1.url": URL,
            "data.0.headers.content-type": "application/json", "data.0.headers.webhook-timestamp": "1772355600",
        },
    )
    s.ok("webhooks.due", {"data.#": 0})
    s.ok("webhooks.next_due", {"due_at": "2026-03-01T09:02:00.700Z"})
    recorded(s, 1, 1, {"status": "succeeded", "attempts": 1, "next_attempt_at": None, "last_response_status": 204}, {"status": 204})
    s.no("invalid_transition", "attempt", "webhooks.record", delivery_id=1, attempt=1, outcome={"status": 200})
    s.ok("webhooks.deliveries", {"data.#": 1, "data.0.event": "conflict.detected", "data.0.status": "pending"}, caller=green.may(), id=1)
    s.ok("webhooks.attempts", {"data.#": 1, "data.0.response_status": 204}, caller=volt.may(), id=1)
    s.ok("webhooks.attempts", {"data.#": 1, "data.0.recorded_at": None}, caller=green.may(), id=2)

with Scenario("due-in-turns", "endpoints take turns, and one that fails has ten at most", D10) as s:
    green, volt = s.organization(), s.organization("Volt Credits")
    hooked(s, green)
    hooked(s, volt, url="https://volt.example/hook")
    for serial in range(1, 13):
        s.register(green.may(), serial=str(serial))
    s.register(volt.may(), serial="99")
    s.ok("webhooks.due", {"data.#": 3, "data.0.delivery_id": 1, "data.1.url": "https://volt.example/hook", "data.2.delivery_id": 2}, limit=3)
    recorded(s, 1, 1, {"status": "pending"}, {"status": 500})
    s.register(green.may(), serial="13")
    s.register(volt.may(), serial="98")
    s.ok("webhooks.due", {"data.#": 11, "data.0.delivery_id": 3, "data.1.url": "https://volt.example/hook", "data.10.delivery_id": 12})
    s.ok("webhooks.due", {"data.#": 1, "data.0.delivery_id": 14})
    recorded(s, 2, 1, {"status": "succeeded"}, {"status": 200})

with Scenario("lease-extended", "a request is kept longer by the sender that was handed it", D10) as s:
    green = s.organization()
    hooked(s, green)
    s.register(green.may())
    s.no("not_found", "attempt", "webhooks.extend_lease", delivery_id=1, attempt=1)
    s.ok("webhooks.due", {"data.0.attempt": 1})
    s.at("2026-03-01T09:01:00Z")
    s.ok("webhooks.extend_lease", {"status": "pending", "next_attempt_at": "2026-03-01T09:03:00.000Z"}, delivery_id=1, attempt=1)
    s.ok("webhooks.extend_lease", {"next_attempt_at": "2026-03-01T09:03:00.000Z"}, delivery_id=1, attempt=1, seconds=1)
    s.ok("webhooks.due", {"data.#": 0}, now="2026-03-01T09:02:59.999Z")
    s.no("out_of_range", "seconds", "webhooks.extend_lease", delivery_id=1, attempt=1, seconds=0)
    s.no("out_of_range", "seconds", "webhooks.extend_lease", delivery_id=1, attempt=1, seconds=3601)
    s.no("not_found", "delivery_id", "webhooks.extend_lease", delivery_id=2, attempt=1)
    s.at("2026-03-01T09:03:00Z")
    # The time is over, but nobody else was handed it.
    s.ok("webhooks.extend_lease", {"next_attempt_at": "2026-03-01T10:03:00.000Z"}, delivery_id=1, attempt=1, seconds=3600)
    s.at("2026-03-01T10:03:00Z")
    s.ok("webhooks.due", {"data.0.attempt": 2})
    s.no("invalid_transition", "attempt", "webhooks.extend_lease", delivery_id=1, attempt=1)
    recorded(s, 1, 2, {"status": "succeeded"}, {"status": 200})
    s.no("invalid_transition", "attempt", "webhooks.extend_lease", delivery_id=1, attempt=2)

with Scenario("rotated-twice", "a second rotation leaves the first overlap as long as it was given", D9) as s:
    green = s.organization()
    hooked(s, green)
    s.ok("webhooks.rotate_secret", caller=green.may(MANAGE), id=1, overlap_seconds=7200)
    s.ok("webhooks.rotate_secret", caller=green.may(MANAGE), id=1, overlap_seconds=600)
    s.register(green.may(), serial="1")
    s.ok("webhooks.due", {"data.#": 1})
    recorded(s, 1, 1, {"status": "succeeded"}, {"status": 200})
    s.at("2026-03-01T09:10:00Z")
    s.register(green.may(), serial="2")
    s.ok("webhooks.due", {"data.#": 1})
    recorded(s, 2, 1, {"status": "succeeded"}, {"status": 200})
    s.ok("webhooks.rotate_secret", caller=green.may(MANAGE), id=1, overlap_seconds=60)
    s.at("2026-03-01T11:00:00Z")
    s.ok("webhooks.rotate_secret", caller=green.may(MANAGE), id=1, overlap_seconds=60)
    s.register(green.may(), serial="3")
    s.ok("webhooks.due")
    for _ in range(14):
        s.ok("webhooks.rotate_secret", caller=green.may(MANAGE), id=1, overlap_seconds=60)
    s.no("invalid_transition", "overlap_seconds", "webhooks.rotate_secret", caller=green.may(MANAGE), id=1, overlap_seconds=60)
    s.ok("webhooks.rotate_secret", caller=green.may(MANAGE), id=1)
    s.register(green.may(), serial="4")
    s.ok("webhooks.due")
    s.ok("audit.verify", {"ok": True})
    s.ok("audit.entries", subject="endpoint 1")

with Scenario("due-in-parts", "as many as are asked for, those due first before", D10) as s:
    green = s.organization()
    hooked(s, green)
    hooked(s, green, url="https://8.8.8.8/")
    s.register(green.may(), serial="1")
    s.at("2026-03-01T09:00:01Z")
    s.register(green.may(), serial="2")
    s.ok("webhooks.due", {"data.#": 3, "data.2.delivery_id": 3}, limit=3)
    s.ok("webhooks.due", {"data.#": 1, "data.0.delivery_id": 4, "data.0.url": "https://8.8.8.8/"}, limit=3)
    s.no("out_of_range", "limit", "webhooks.due", limit=0)
    s.no("out_of_range", "limit", "webhooks.due", limit=1001)
    s.ok("webhooks.events", {"data.#": 1, "data.0.seq": 1}, limit=1)
    s.ok("webhooks.events", {"data.#": 0}, after=2)
    s.no("out_of_range", "limit", "webhooks.events", limit=0)
    s.ok("webhooks.deliveries", {"data.#": 1, "data.0.id": 1, "meta.total": 2}, caller=green.may(), id=1, page=2, per_page=1)
    s.no("out_of_range", "per_page", "webhooks.deliveries", caller=green.may(), id=1, per_page=0)

# The whole schedule, each attempt later than the jitter can have moved it.
with Scenario("retries", "5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h, each up to a tenth more; then it is given up", D10) as s:
    green = s.organization()
    hooked(s, green)
    s.register(green.may())
    instants = [
        "2026-03-01T09:00:00Z", "2026-03-01T09:00:06Z", "2026-03-01T09:06:00Z", "2026-03-01T09:40:00Z", "2026-03-01T12:00:00Z",
        "2026-03-01T18:00:00Z", "2026-03-02T06:00:00Z", "2026-03-02T18:00:00Z",
    ]
    for attempt, at in enumerate(instants, 1):
        s.ok("webhooks.due", {"data.#": 1, "data.0.attempt": attempt}, now=at)
        ends = attempt == len(instants)
        outcome = [{"status": 500}, {"error": "connection refused"}, {"status": 301}, {"status": 404, "retry_after": "86400"}][attempt % 4]
        recorded(s, 1, attempt, {"status": "failed" if ends else "pending"}, outcome, at)
        if attempt == 1:
            s.ok("webhooks.due", {"data.#": 0}, now="2026-03-01T09:00:04.999Z")
    s.ok("webhooks.next_due", {"due_at": None})
    s.at("2026-03-03T00:00:00Z")
    s.ok("webhooks.resend", {"status": "pending", "attempts": 8, "next_attempt_at": "2026-03-03T00:00:00.000Z"}, caller=green.may(), id=1)
    s.ok("webhooks.due", {"data.0.attempt": 9})
    recorded(s, 1, 9, {"status": "pending"}, {"status": 500})
    s.ok("webhooks.attempts", {"data.#": 9}, caller=green.may(), id=1)

with Scenario("retry-after", "429, 502, 503 and 504 may ask for more time, up to a day, never for less", D10) as s:
    green = s.organization()
    hooked(s, green)
    for serial in range(1, 9):
        s.register(green.may(), serial=str(serial))
    s.ok("webhooks.due", {"data.#": 8})
    for delivery, status, text, next_at in [
        (1, 429, "120", "2026-03-01T09:02:00.000Z"), (2, 503, "Sun, 01 Mar 2026 10:00:00 GMT", "2026-03-01T10:00:00.000Z"),
        (3, 502, "999999999", "2026-03-02T09:00:00.000Z"), (4, 504, "Sun, 01 Mar 2026 08:00:00 GMT", ...), (5, 429, "1", ...),
        (6, 503, "soon", ...), (7, 500, "120", ...), (8, 503, " 60 ", "2026-03-01T09:01:00.000Z"),
    ]:
        recorded(s, delivery, 1, {"status": "pending"} | ({} if next_at is ... else {"next_attempt_at": next_at}), {"status": status, "retry_after": text})
    s.ok("webhooks.due", {"data.#": 0}, now="2026-03-01T09:00:04.999Z")

with Scenario("gone", "410 disables the endpoint and gives up what waits for it", D10) as s:
    green = s.organization()
    hooked(s, green)
    hooked(s, green, url="https://8.8.8.8/")
    s.register(green.may(), serial="1")
    s.register(green.may(), serial="2")
    s.ok("webhooks.due", {"data.#": 4})
    recorded(s, 1, 1, {"status": "failed", "last_response_status": 410, "completed_at": "2026-03-01T09:00:00.000Z"}, {"status": 410})
    s.ok("webhooks.show", {"status": "disabled"}, caller=green.may(), id=1)
    s.ok("webhooks.show", {"status": "active"}, caller=green.may(), id=2)
    s.ok("webhooks.deliveries", {"data.0.status": "failed", "data.0.last_response_status": None}, caller=green.may(), id=1)
    s.no("invalid_transition", "id", "webhooks.resend", caller=green.may(), id=1)
    s.register(green.may(), serial="3")
    s.ok("webhooks.due", {"data.#": 1, "data.0.delivery_id": 5})
    s.ok("webhooks.update", {"status": "active"}, caller=green.may(), id=1, request={"status": "active"})
    s.ok("webhooks.resend", {"status": "pending"}, caller=green.may(), id=1)
    s.ok("audit.entries", {"data.1.action": "endpoint.disabled", "data.1.actor": "host"}, subject="endpoint 1")

with Scenario("five-days", "an endpoint that fails for five days is disabled; a success starts anew", D10) as s:
    green = s.organization()
    hooked(s, green)
    s.register(green.may(), serial="1")
    s.ok("webhooks.due")
    recorded(s, 1, 1, {"status": "pending"}, {"error": "x" * 501})
    s.at("2026-03-06T08:59:59.999Z")
    s.ok("webhooks.due", {"data.#": 1})
    recorded(s, 1, 2, {"status": "pending", "last_error": "timed out"}, {"error": "timed out"})
    s.register(green.may(), serial="2")
    s.at("2026-03-06T09:00:00Z")
    s.ok("webhooks.due", {"data.#": 1})
    recorded(s, 2, 1, {"status": "failed", "next_attempt_at": None}, {"status": 503, "retry_after": "60"})
    s.ok("webhooks.show", {"status": "disabled"}, caller=green.may(), id=1)
    s.ok("webhooks.deliveries", {"data.1.status": "failed"}, caller=green.may(), id=1)
    s.ok("webhooks.attempts", {"data.#": 2}, caller=green.may(), id=1)

with Scenario("five-days-seldom", "five days of failures disable an endpoint, however seldom there is an event", D10) as s:
    green = s.organization()
    hooked(s, green)
    for delivery, day in enumerate((1, 3, 5), 1):
        s.at(f"2026-03-0{day}T09:00:00Z")
        s.register(green.may(), serial=str(day))
        clock = ["T09:00:00", "T09:00:06", "T09:06:00", "T09:40:00", "T12:00:00", "T18:00:00", "T06:00:00", "T18:00:00"]
        for attempt, time in enumerate(clock, 1):
            s.at(f"2026-03-0{day + (attempt > 6)}{time}Z")
            s.ok("webhooks.due", {"data.#": 1, "data.0.attempt": attempt})
            recorded(s, delivery, attempt, {"status": "failed" if attempt == 8 else "pending"}, {"status": 500})
        s.ok("webhooks.show", {"status": "active" if day < 5 else "disabled"}, caller=green.may(), id=1)

with Scenario("success-starts-anew", "a success between failures ends the five days", D10) as s:
    green = s.organization()
    hooked(s, green)
    s.register(green.may(), serial="1")
    s.ok("webhooks.due")
    recorded(s, 1, 1, {"status": "pending"}, {"status": 500})
    s.at("2026-03-05T09:00:00Z")
    s.ok("webhooks.due")
    recorded(s, 1, 2, {"status": "succeeded"}, {"status": 299})
    s.register(green.may(), serial="2")
    s.at("2026-03-07T09:00:00Z")
    s.ok("webhooks.due")
    recorded(s, 2, 1, {"status": "pending"}, {"status": 500})
    s.ok("webhooks.show", {"status": "active"}, caller=green.may(), id=1)

with Scenario("lease", "what was handed out and not recorded is handed out again after two minutes", D10) as s:
    green = s.organization()
    hooked(s, green)
    s.register(green.may())
    s.ok("webhooks.due", {"data.0.attempt": 1})
    s.ok("webhooks.due", {"data.#": 0}, now="2026-03-01T09:01:59.999Z")
    s.at("2026-03-01T09:02:00Z")
    s.ok("webhooks.due", {"data.0.attempt": 2, "data.0.headers.webhook-timestamp": "1772355720"})
    # The answer to an attempt that was taken for lost decides nothing.
    recorded(s, 1, 1, {"status": "pending", "next_attempt_at": "2026-03-01T09:07:00.000Z", "last_response_status": None}, {"status": 500})
    s.no("not_found", "attempt", "webhooks.record", delivery_id=1, attempt=3, outcome={"status": 200})
    s.no("not_found", "attempt", "webhooks.record", delivery_id=1, attempt=0, outcome={"status": 200})
    s.no("not_found", "delivery_id", "webhooks.record", delivery_id=2, attempt=1, outcome={"status": 200})
    s.no("missing_field", "outcome", "webhooks.record", delivery_id=1, attempt=2, outcome={})
    s.no("missing_field", "outcome", "webhooks.record", delivery_id=1, attempt=2, outcome={"status": 200, "error": "x"})
    s.no("wrong_type", "outcome.retry_after", "webhooks.record", delivery_id=1, attempt=2, outcome={"status": 503, "retry_after": 5})
    recorded(s, 1, 2, {"status": "succeeded"}, {"status": 200})
    s.no("invalid_transition", "attempt", "webhooks.record", delivery_id=1, attempt=2, outcome={"status": 200})

with Scenario("late-success", "an answer that comes late still counts where it is a success", D10) as s:
    green = s.organization()
    hooked(s, green)
    s.register(green.may())
    s.ok("webhooks.due")
    s.ok("webhooks.due", {"data.0.attempt": 2}, now="2026-03-01T09:02:00Z")
    s.at("2026-03-01T09:02:01Z")
    recorded(s, 1, 1, {"status": "succeeded", "attempts": 2}, {"status": 200})
    recorded(s, 1, 2, {"status": "succeeded", "last_response_status": 200}, {"status": 500})
    s.ok("webhooks.next_due", {"due_at": None})

with Scenario("late-gone", "a late 410 disables the endpoint too, and the delivery says so", D10) as s:
    green = s.organization()
    hooked(s, green)
    s.register(green.may())
    s.ok("webhooks.due")
    s.ok("webhooks.due", {"data.0.attempt": 2}, now="2026-03-01T09:02:00Z")
    s.at("2026-03-01T09:02:01Z")
    recorded(s, 1, 1, {"status": "failed", "next_attempt_at": None}, {"status": 410})
    s.ok("webhooks.deliveries", {"data.0.status": "failed"}, caller=green.may(), id=1)
    s.ok("webhooks.show", {"status": "disabled"}, caller=green.may(), id=1)

with Scenario("never-recorded", "eight attempts that nobody recorded are the last", D10) as s:
    green = s.organization()
    hooked(s, green)
    s.register(green.may())
    # As if each had failed, but never within two minutes.
    after = (0, 120, 300, 1_800, 7_200, 18_000, 36_000, 36_000, 120)
    instants = [f"{datetime(2026, 3, 1, 9) + timedelta(seconds=sum(after[: made + 1])):%Y-%m-%dT%H:%M:%SZ}" for made in range(9)]
    for attempt, instant in enumerate(instants[:8]):
        s.ok("webhooks.due", {"data.0.attempt": attempt + 1}, now=instant)
    s.at(instants[8])
    s.ok("webhooks.due", {"data.#": 0})
    s.ok("webhooks.deliveries", {"data.0.status": "failed", "data.0.attempts": 8}, caller=green.may(), id=1)
    s.ok("webhooks.next_due", {"due_at": None})

with Scenario("secret-rotated", "two signatures while the old secret lasts, then one", D9) as s:
    green = s.organization()
    hooked(s, green)
    s.register(green.may(), serial="1")
    s.ok("webhooks.rotate_secret", {"id": 1}, caller=green.may(), id=1, overlap_seconds=60)
    s.at("2026-03-01T09:00:59.999Z")
    s.ok("webhooks.due", {"data.#": 1})
    s.at("2026-03-01T09:01:00Z")
    s.register(green.may(), serial="2")
    s.ok("webhooks.due", {"data.#": 1})
    s.ok("webhooks.rotate_secret", caller=green.may(), id=1)
    s.register(green.may(), serial="3")
    s.ok("webhooks.due", {"data.#": 1})
    s.ok("audit.entries", {"data.#": 3, "data.1.action": "endpoint.secret_rotated"}, subject="endpoint 1")

with Scenario("disabled-by-owner", "what waits is given up; the owner may send it again", HOOKS) as s:
    green = s.organization()
    hooked(s, green)
    s.register(green.may(), serial="1")
    s.ok("webhooks.update", caller=green.may(), id=1, request={"status": "disabled"})
    s.ok("webhooks.due", {"data.#": 0})
    s.register(green.may(), serial="2")
    s.ok("webhooks.deliveries", {"data.#": 1, "data.0.status": "failed", "data.0.attempts": 0}, caller=green.may(), id=1)
    s.no("invalid_transition", "id", "webhooks.resend", caller=green.may(), id=1)
    s.ok("webhooks.update", caller=green.may(), id=1, request={"status": "active"})
    s.ok("webhooks.due", {"data.#": 0})
    s.ok("webhooks.resend", {"status": "pending"}, caller=green.may(), id=1)
    s.ok("webhooks.due", {"data.0.attempt": 1})

with Scenario("deleted", "an endpoint's deliveries go with it", HOOKS) as s:
    green = s.organization()
    hooked(s, green)
    s.register(green.may(), serial="1")
    s.ok("webhooks.due", {"data.#": 1})
    s.ok("webhooks.delete", caller=green.may(), id=1)
    s.no("not_found", "delivery_id", "webhooks.record", delivery_id=1, attempt=1, outcome={"status": 200})
    s.no("not_found", "id", "webhooks.deliveries", caller=green.may(), id=1)
    s.no("not_found", "id", "webhooks.delete", caller=green.may(), id=1)
    hooked(s, green)
    s.register(green.may(), serial="2")
    s.ok("webhooks.due", {"data.#": 1, "data.0.delivery_id": 2})
    s.ok("webhooks.events", {"data.#": 2})

# The file as a whole.

with Scenario("audit", "every change, each row's hash over the one before it", AUDIT) as s:
    s.ok("audit.head", {"seq": 0, "hash": "0" * 64})
    s.ok("audit.verify", {"ok": True, "audit_rows": 0, "records": 0})
    green, volt, first, _, conflict = conflicted(s)
    hooked(s, green)
    s.no("conflict", "", "registrations.register", caller=green.may(), request=claim(on_conflict="fail"))
    key = s.ok("access.issue_key", organization=green["public_id"], name="Depot", scopes="lookup")
    head = s.ok("audit.head", {"seq": 7})
    s.ok("registrations.update", caller=green.may(ALL, credential=key["id"]), public_id=first["registration.public_id"], request={"metadata": {"a": 1}})
    s.ok("access.rotate", id=key["id"], overlap_seconds=60)
    dispute = opened(s, volt, conflict)["dispute.public_id"]
    s.ok("disputes.message", caller=volt.may(), public_id=dispute, request={"body": "\"é\"\n\\"})
    s.ok("disputes.withdraw", caller=volt.may(), public_id=dispute)
    s.ok("audit.entries", {"data.#": 12, "data.11.action": "dispute.withdrawn", "data.11.seq": 12})
    s.ok("audit.entries", {"data.#": 2, "data.0.before": None}, subject=first["registration.public_id"])
    s.ok("audit.verify", {"ok": True, "audit_rows": 12, "records": 9, "findings": []}, known=head.whole)

with Scenario("audit-known", "a head that was kept elsewhere shows a log that was rewritten or cut", AUDIT) as s:
    s.organization()
    head = s.ok("audit.head", {"seq": 1})
    s.ok("audit.verify", {"ok": True}, known=head.whole)
    s.ok("audit.verify", {"ok": False, "findings.#": 1, "findings.0.check": "audit_chain"}, known={"seq": 1, "hash": "0" * 64})
    s.ok("audit.verify", {"ok": False, "findings.#": 1}, known={"seq": 2, "hash": head["hash"]})
    s.no("unknown_value", "known.hash", "audit.verify", known={"seq": 1, "hash": "0" * 63})
    s.no("missing_field", "known.hash", "audit.verify", known={"seq": 1})
    s.no("out_of_range", "limit", "audit.entries", limit=0)
    s.no("out_of_range", "limit", "audit.entries", limit=1001)
    s.ok("audit.entries", {"data.#": 0}, after=1)
    s.ok("audit.entries", {"data.#": 0}, subject=NOBODY)

with Scenario("audit-tokens", "tokens and clients by their digests, never their secrets", D11) as s:
    green = s.organization()
    client = s.ok("access.create_client", organization=green["public_id"], name="Fleet", scopes="lookup")
    request = {"grant_type": "client_credentials", "client_id": client["id"], "client_secret": client["secret"]}
    token = s.ok("access.token", request=request)
    s.ok("access.revoke_token", token=token["access_token"])
    s.ok("access.revoke", id=client["id"])
    s.ok("audit.entries", {"data.#": 5, "data.2.action": "token.issued", "data.3.action": "token.revoked"})
    s.ok("audit.verify", {"ok": True, "records": 3})

with Scenario("back-up", "a copy in a new file", "DESIGN, The ledger") as s:
    s.register(s.organization().may())
    s.ok("back_up", path={"$temporary": "copy.sqlite"})
    s.no("file_error", "path", "back_up", path=".")
    s.no("missing_field", "path", "back_up")
    s.ok("lookup.by_hash", {"registered": True}, serial_hash=KEBA)

with Scenario("closed", "a closed ledger refuses every call; closing again does nothing", "DESIGN, The ledger") as s:
    green = s.organization()
    s.no("unknown_field", "force", "close", force=True)
    s.ok("close")
    s.ok("close")
    s.no("closed", "", "access.create_organization", name="Volt Credits")
    s.no("closed", "", "access.organizations")
    s.no("closed", "", "lookup.by_hash", serial_hash=KEBA)
    s.no("closed", "", "registrations.register", caller=green.may(), request=claim())
    s.no("closed", "", "registrations.list", caller=green.may())
    s.no("closed", "", "disputes.list", caller=green.may())
    s.no("closed", "", "webhooks.due")
    s.no("closed", "", "webhooks.next_due")
    s.no("closed", "", "webhooks.events")
    s.no("closed", "", "audit.head")
    s.no("closed", "", "audit.verify")
    s.no("closed", "", "back_up", path="copy.sqlite")

# What several cases share, named once in the file.
cases.fixtures = {
    "make-green-miles": {"call": "access.create_organization", "input": {"name": "Green Miles", "now": NOW}},
    "make-volt-credits": {"call": "access.create_organization", "input": {"name": "Volt Credits", "now": NOW}},
    # Callers of the organisations that steps 0 and 1 made.
    "caller-0": Answer(0).may(),
    "caller-1": Answer(1).may(),
    "claim": claim(),
    "register": {"call": "registrations.register", "input": {"caller": Answer(0).may(), "request": claim(), "now": NOW}},
    "create-endpoint": {
        "call": "webhooks.create",
        "input": {"caller": Answer(0).may(MANAGE), "request": {"url": URL, "events": ["registration.created"]}, "now": NOW},
    },
}
