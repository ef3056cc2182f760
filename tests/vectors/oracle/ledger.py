"""The charger registry in memory: lists of records, written from charger-registry.openapi.json and DECISIONS 1 to 11.

`play` makes the calls of a scenario one after the other. What only the core can know comes as objects of `opaque`.
"""

import hashlib
import re
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from types import SimpleNamespace as Record

from . import identity, jsontext, overlap, webhook
from . import text as t
from .fault import Fault
from .ledger_factors import QUERIES, FactorCalls
from .opaque import Between, Checked, Computed, JsonText, Mismatch, Opaque, known, sentence

SCOPES = ["lookup", "registrations:write", "disputes:write", "disputes:resolve", "webhooks:manage"]
EVENTS = [
    "registration.created",
    "registration.updated",
    "registration.expired",
    "registration.cancelled",
    "conflict.detected",
    "dispute.created",
    "dispute.resolved",
]
STATUSES = ["pending", "active", "expired", "cancelled"]
ON_CONFLICT = ["warn", "fail", "force"]
# DECISIONS 10: what the next attempt waits, in seconds, after so many made.
WAITS = {1: 5, 2: 5 * 60, 3: 30 * 60, 4: 2 * 3600, 5: 5 * 3600, 6: 10 * 3600, 7: 10 * 3600}
ASKS_FOR_TIME = (429, 502, 503, 504)
MONTH, DAY, LEASE = 30 * 86_400, 86_400, 120
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
START = datetime(1970, 1, 1, tzinfo=timezone.utc)


# Instants are milliseconds since 1970.

def read_instant(text: str) -> int:
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", text):
        raise Fault("invalid_date")
    whole, fraction, offset = re.fullmatch(r"(.{19})(\.\d+)?(.*)", text).groups()
    try:
        at = datetime.fromisoformat(whole + ("+00:00" if offset == "Z" else offset))
    except ValueError:
        raise Fault("invalid_date") from None
    return (at - START) // timedelta(milliseconds=1) + int(((fraction or ".0")[1:] + "000")[:3])


def instant_text(at) -> str | None:
    """UTC with milliseconds; what is not known yet as it is."""
    if not isinstance(at, int):
        return at
    return (START + timedelta(milliseconds=at)).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at % 1000:03}Z"


def day_of(at: int) -> str:
    return instant_text(at)[:10]


# Reading an input. A reader takes a value and gives what the calls work with, or refuses.

def text(value):
    if isinstance(value, Opaque):
        return value
    if type(value) is not str:
        raise Fault("wrong_type")
    return value


def uuid(value):
    if isinstance(value, Opaque):
        return value
    if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text(value)):
        raise Fault("invalid_uuid")
    return value


def whole(value):
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise Fault("wrong_type")
    if not re.fullmatch("-?[0-9]+", value):
        raise Fault("invalid_number")
    return int(value)


def count(value):
    if whole(value) < 0:
        raise Fault("out_of_range")
    return whole(value)


def instant(value):
    return read_instant(text(value))


def now(value):
    at = instant(value)
    if at < 0:
        raise Fault("out_of_range")
    return at


def day(value):
    overlap.day(text(value))
    return value


def digits(length):
    def read(value):
        if isinstance(value, Computed):
            return value
        if not re.fullmatch(f"[0-9a-f]{{{length}}}", text(value)):
            raise Fault("unknown_value")
        return value

    return read


def one_of(names):
    def read(value):
        if text(value) not in names:
            raise Fault("unknown_value")
        return value

    return read


def list_of(read, most=None):
    def read_list(value):
        if not isinstance(value, list):
            raise Fault("wrong_type")
        if most is not None and not 1 <= len(value) <= most:
            raise Fault("out_of_range")
        items = []
        for index, item in enumerate(value):
            try:
                items.append(read(item))
            except Fault as fault:
                raise fault.under(f"[{index}]") from None
        return items

    return read_list


def scopes(value):
    names = [one for one in value.split(" ") if one] if type(value) is str else list_of(text)(value)
    for index, name in enumerate(names):
        if name not in SCOPES:
            raise Fault("unknown_value", "" if type(value) is str else f"[{index}]")
    return [scope for scope in SCOPES if scope in names]


def json_object(value):
    if not isinstance(value, dict):
        raise Fault("wrong_type")
    return value


def fields(shape):
    """An object of these fields and no others. `name?` need not be there; null is absent."""

    def read(value):
        names = {name.rstrip("?") for name in shape}
        for name in json_object(value):
            if name not in names:
                raise Fault("unknown_field", name)
        found = {}
        for name, read_field in shape.items():
            plain = name.rstrip("?")
            if value.get(plain) is None:
                if not name.endswith("?"):
                    raise Fault("missing_field", plain)
                found[plain] = None
                continue
            try:
                found[plain] = read_field(value[plain])
            except Fault as fault:
                # The contract knows its body's fields by their own names.
                raise (fault if plain in ("request", "query", "data") else fault.under(plain)) from None
        return Record(**found)

    return read


CALLER = fields({"organization": uuid, "scopes": scopes, "credential?": uuid})
PERIOD = {"start_date": day, "end_date": day, "on_conflict?": one_of(ON_CONFLICT)}
REGISTRATION = fields(
    {"vendor": text, "serial": text, "program_name": text, "metadata?": json_object, **PERIOD}
)
PAIR = fields({"vendor": text, "serial": text})
PAGE = {"page?": count, "per_page?": count}
ACTS = {"caller": CALLER, "now": now}
ASKS = {"caller": CALLER, "now?": now}


def pair_or_items(value):
    if isinstance(value, dict) and "items" in value:
        return fields({"items": list_of(PAIR, 100)})(value).items
    return PAIR(value)


def of_request(**shape):
    return fields({name.replace("_or_none", "?"): read for name, read in shape.items()})


SHAPES = {
    "access.create_client": {"organization": uuid, "name": text, "scopes": scopes, "now": now},
    "access.create_organization": {"name": text, "now": now},
    "access.credentials": {"organization": uuid, "kind?": one_of(["api_key", "oauth_client"]), "now?": now},
    "access.issue_key": {"organization": uuid, "name": text, "scopes": scopes, "expires_at?": instant, "now": now},
    "access.organizations": {**PAGE, "now?": now},
    "access.revoke": {"id": uuid, "now": now},
    "access.revoke_token": {"token": text, "now": now},
    "access.rotate": {"id": uuid, "overlap_seconds?": count, "now": now},
    "access.token": {
        "request": of_request(grant_type=text, client_id=text, client_secret=text, scope_or_none=scopes),
        "now": now,
    },
    "access.verify": {"token": text, "now": now},
    "audit.entries": {"subject?": text, "after?": whole, "limit?": count, "now?": now},
    "audit.head": {"now?": now},
    "audit.verify": {"known?": fields({"seq": whole, "hash": digits(64)}), "now?": now},
    "back_up": {"path": text, "now?": now},
    "close": {"now?": now},
    "disputes.list": {**ASKS, **PAGE},
    "disputes.message": {**ACTS, "public_id": uuid, "request": of_request(body=text)},
    "disputes.open": {**ACTS, "request": of_request(conflict=uuid, reason=text)},
    "disputes.resolve": {**ACTS, "public_id": uuid, "request": of_request(resolution_note=text)},
    "disputes.review": {**ACTS, "public_id": uuid},
    "disputes.show": {**ASKS, "public_id": uuid},
    "disputes.withdraw": {**ACTS, "public_id": uuid},
    "factors.load": {"data": json_object, "now": now},
    **{f"factors.{name}": {"caller": CALLER, "query?": lambda value: value, "now?": now} for name in QUERIES},
    "lookup.by_hash": {"serial_hash": digits(64), "now": now},
    "lookup.by_keyed_hash": {"keyed_hash": digits(64), "now": now},
    "lookup.by_prefix": {"prefix": digits("4,16"), "now": now},
    "lookup.charger": {**ACTS, "request": pair_or_items},
    "registrations.cancel": {**ACTS, "public_id": uuid},
    "registrations.expire": {"limit?": count, "now": now},
    "registrations.list": {**ACTS, "status?": one_of(STATUSES), **PAGE},
    "registrations.register": {**ACTS, "request": REGISTRATION},
    "registrations.register_batch": {**ACTS, "request": of_request(registrations=list_of(REGISTRATION, 100))},
    "registrations.renew": {**ACTS, "public_id": uuid, "request": fields(PERIOD)},
    "registrations.show": {**ACTS, "public_id": uuid},
    "registrations.update": {
        **ACTS, "public_id": uuid, "request": of_request(program_name_or_none=text, metadata_or_none=json_object)
    },
    "webhooks.attempts": {**ASKS, "id": whole},
    "webhooks.create": {**ACTS, "request": of_request(url=text, events=list_of(one_of(EVENTS)))},
    "webhooks.delete": {**ACTS, "id": whole},
    "webhooks.deliveries": {**ASKS, "id": whole, **PAGE},
    "webhooks.due": {"limit?": count, "now": now},
    "webhooks.events": {"after?": whole, "limit?": count, "now?": now},
    "webhooks.list": {**ASKS},
    "webhooks.extend_lease": {"delivery_id": whole, "attempt": count, "seconds?": count, "now": now},
    "webhooks.next_due": {"now?": now},
    "webhooks.record": {
        "delivery_id": whole, "attempt": count, "now": now,
        "outcome": fields({"status?": count, "retry_after?": text, "error?": text}),
    },
    "webhooks.resend": {**ACTS, "id": whole},
    "webhooks.rotate_secret": {**ACTS, "id": whole, "overlap_seconds?": count},
    "webhooks.show": {**ASKS, "id": whole},
    "webhooks.update": {
        **ACTS, "id": whole,
        "request": of_request(
            url_or_none=text, events_or_none=list_of(one_of(EVENTS)), status_or_none=one_of(["active", "disabled"])
        ),
    },
}


# References to earlier answers.

def dug(answer, at: str):
    for part in at.split(".") if at else []:
        answer = answer[int(part)] if isinstance(answer, list) else answer[part]
    return answer


def resolved(value, answers: list):
    """The value with `{"$answer": index, "at": path}` replaced by what that answer holds there."""
    if isinstance(value, dict) and "$answer" in value:
        return dug(answers[int(value["$answer"])], value.get("at", ""))
    if isinstance(value, dict) and "$temporary" in value:
        return f"/temporary/{value['$temporary']}"
    if isinstance(value, dict):
        return {name: resolved(item, answers) for name, item in value.items()}
    return [resolved(item, answers) for item in value] if isinstance(value, list) else value


def play(scenario) -> dict:
    ledger, answers = Ledger(scenario["options"]), []
    for step in scenario["steps"]:
        try:
            answers.append(ledger.call(step["call"], resolved(step["input"], answers)))
        except Fault as fault:
            answers.append(fault)
    return {"answers": answers}


# The registry.

def within(field: str, value, low: int, high: int):
    if not low <= value <= high:
        raise Fault("out_of_range", field)
    return value


def page_of(items: list, asked) -> dict:
    page = 1 if asked.page is None else asked.page
    size = 25 if asked.per_page is None else asked.per_page
    within("page", page, 1, 2**32 - 1)
    within("per_page", size, 1, 100)
    last = max(1, -(-len(items) // size))
    meta = {"current_page": page, "last_page": last, "per_page": size, "total": len(items)}
    return {"data": items[(page - 1) * size : page * size], "meta": meta}


def found(items: list, path: str, matches):
    for item in items:
        if matches(item):
            return item
    raise Fault("not_found", path)


def period_of(request) -> dict:
    if request.start_date > request.end_date:
        raise Fault("invalid_period", "start_date")
    return {"start": request.start_date, "end": request.end_date}


def sha256(secret) -> Computed:
    return Computed(lambda: hashlib.sha256(secret.known().encode()).hexdigest())


def listed_events(events: list) -> list:
    if not events:
        raise Fault("empty", "events")
    for index, event in enumerate(events):
        if event in events[:index]:
            raise Fault("duplicate", f"events[{index}]")
    return [event for event in EVENTS if event in events]


class Ledger(FactorCalls):
    def __init__(self, options: dict):
        super().__init__()
        self.key = options.get("identity_key")
        if self.key is not None and len(self.key.encode()) < 16:
            raise Fault("out_of_range", "identity_key")
        self.book, self.closed, self.now = {}, False, 0
        self.organizations, self.credentials, self.tokens = [], [], []
        self.registrations, self.conflicts, self.disputes = [], [], []
        self.endpoints, self.events, self.deliveries, self.log = [], [], [], []
        self.endpoint_count = self.gone = 0

    def call(self, name: str, given):
        if name not in SHAPES:
            raise Fault("unknown_op")
        asked = fields(SHAPES[name])(given)
        if self.closed and name != "close":
            raise Fault("closed")
        self.now = asked.now
        return getattr(self, name.replace(".", "_"))(asked)

    def new_id(self) -> Opaque:
        return Opaque(self.book, UUID, self.now)

    def new_secret(self, prefix: str) -> Opaque:
        return Opaque(self.book, prefix + "[0-9a-f]{64}")

    def today(self) -> str:
        return day_of(self.now)

    # The log and the outbox.

    def write(self, actor, action, subject, before, after):
        self.log.append(
            Record(at=instant_text(self.now), actor=actor, action=action, subject=subject, before=before, after=after)
        )

    def hash_after(self, rows: int) -> str:
        """SHA-256 over the hash before, the number, and each field behind its length, all numbers in 8 bytes."""
        last = bytes(32)
        for seq, row in enumerate(self.log[:rows], 1):
            states = [None if state is None else jsontext.write(known(state)) for state in (row.before, row.after)]
            message = last + seq.to_bytes(8, "big")
            for field in [row.at, known(row.actor), row.action, known(row.subject), *states]:
                data = None if field is None else field.encode()
                message += b"\xff" * 8 if data is None else len(data).to_bytes(8, "big") + data
            last = hashlib.sha256(message).digest()
        return last.hex()

    def head(self) -> dict:
        rows = len(self.log)
        return {"seq": rows, "hash": Computed(lambda: self.hash_after(rows))}

    def tell(self, event, organization, data):
        body = {"id": self.new_id(), "type": event, "created_at": instant_text(self.now), "data": data}
        self.events.append(Record(id=body["id"], type=event, organization=organization, body=body))
        for endpoint in self.endpoints:
            if endpoint.organization is organization and endpoint.status == "active" and event in endpoint.events:
                self.deliveries.append(
                    Record(
                        id=max([one.id for one in self.deliveries] + [self.gone], default=0) + 1, endpoint=endpoint,
                        event=self.events[-1], status="pending", attempts=[], made=0, due=self.now, response=None,
                        error=None, created=self.now, completed=None,
                    )
                )

    # Who calls.

    def organization(self, public_id, path):
        return found(self.organizations, path, lambda one: one.public_id == public_id)

    def acting(self, caller, scope=None):
        """The caller's organisation and how the log names it."""
        if scope is not None and scope not in caller.scopes:
            raise Fault("insufficient_scope", "caller")
        organization = self.organization(caller.organization, "caller.organization")

        def actor():
            name = f"organization {organization.public_id.known()}"
            return name if caller.credential is None else f"{name} by credential {known(caller.credential)}"

        return organization, Computed(actor)

    # Access.

    def access_create_organization(self, asked):
        t.check("name", asked.name, 255)
        if any(one.name == asked.name for one in self.organizations):
            raise Fault("duplicate", "name")
        one = Record(public_id=self.new_id(), name=asked.name, created=instant_text(self.now))
        self.organizations.append(one)
        self.write("host", "organization.created", one.public_id, None, self.organization_view(one))
        return self.organization_view(one)

    @staticmethod
    def organization_view(one):
        return {"public_id": one.public_id, "name": one.name, "created_at": one.created}

    def access_organizations(self, asked):
        return page_of([self.organization_view(one) for one in self.organizations], asked)

    def access_issue_key(self, asked):
        if asked.expires_at is not None and asked.expires_at <= self.now:
            raise Fault("out_of_range", "expires_at")
        return self.issued("api_key", "tk_", asked, asked.expires_at)

    def access_create_client(self, asked):
        return self.issued("oauth_client", "tc_", asked, None)

    def issued(self, kind, prefix, asked, expires):
        t.check("name", asked.name, 255)
        if not asked.scopes:
            raise Fault("empty", "scopes")
        organization = self.organization(asked.organization, "organization")
        one = Record(
            id=self.new_id(), kind=kind, organization=organization, name=asked.name, scopes=asked.scopes,
            created=self.now, expires=expires, revoked=None, prefix=prefix, secret=self.new_secret(prefix), previous=None,
            previous_until=None, earlier=[],
        )
        self.credentials.append(one)
        self.write("host", "credential.created", one.id, None, self.credential_record(one))
        return self.credential_view(one) | {"secret": one.secret}

    @staticmethod
    def credential_view(one):
        return {
            "id": one.id, "kind": one.kind, "organization": one.organization.public_id, "name": one.name,
            "scopes": one.scopes, "created_at": instant_text(one.created), "expires_at": instant_text(one.expires),
            "revoked_at": instant_text(one.revoked),
        }

    def credential_record(self, one):
        return self.credential_view(one) | {
            "secret_sha256": sha256(one.secret),
            "previous_sha256": None if one.previous is None else sha256(one.previous),
            "previous_expires_at": instant_text(one.previous_until),
        } | self.earlier_record(one)

    @staticmethod
    def earlier_record(one) -> dict:
        """Secrets before the last two: named where there are any."""
        shown = [{"secret_sha256": sha256(secret), "expires_at": instant_text(until)} for secret, until in one.earlier]
        return {"earlier_secrets": shown} if shown else {}

    def turn(self, one, overlap_seconds, secret):
        """Every old secret goes on as long as it was given; without an overlap all end at once."""
        old = [*one.earlier, (one.previous, one.previous_until)] if one.previous is not None else one.earlier
        if overlap_seconds == 0:
            one.earlier, one.previous, one.previous_until = [], None, None
        else:
            live = [(secret, until) for secret, until in old if until > self.now]
            if len(live) >= 15:
                raise Fault("invalid_transition", "overlap_seconds")
            one.earlier, one.previous, one.previous_until = live, one.secret, self.now + 1000 * overlap_seconds
        one.secret = secret()

    def access_credentials(self, asked):
        organization = self.organization(asked.organization, "organization")
        own = [one for one in self.credentials if one.organization is organization]
        return {"data": [self.credential_view(one) for one in own if one.kind == (asked.kind or "api_key")]}

    def living(self, wanted):
        one = found(self.credentials, "id", lambda one: one.id == wanted)
        if one.revoked is not None:
            raise Fault("invalid_transition", "id")
        return one

    def access_rotate(self, asked):
        overlap_seconds = within("overlap_seconds", asked.overlap_seconds or 0, 0, MONTH)
        one = self.living(asked.id)
        before = self.credential_record(one)
        self.turn(one, overlap_seconds, lambda: self.new_secret(one.prefix))
        self.write("host", "credential.rotated", one.id, before, self.credential_record(one))
        return self.credential_view(one) | {"secret": one.secret}

    def access_revoke(self, asked):
        one = self.living(asked.id)
        before = self.credential_record(one)
        one.revoked = self.now
        self.write("host", "credential.revoked", one.id, before, self.credential_record(one))
        return self.credential_view(one)

    def is_secret_of(self, one, secret) -> bool:
        old = [*one.earlier, (one.previous, one.previous_until)] if one.previous is not None else one.earlier
        return secret == one.secret or any(secret == other and self.now < until for other, until in old)

    def access_token(self, asked):
        request = asked.request
        if request.grant_type != "client_credentials":
            raise Fault("unsupported_grant_type", "grant_type")
        clients = [one for one in self.credentials if one.kind == "oauth_client" and one.id == request.client_id]
        if not clients or clients[0].revoked is not None or not self.is_secret_of(clients[0], request.client_secret):
            raise Fault("invalid_client", "client_id")
        granted = clients[0].scopes if request.scope is None else request.scope
        if not granted or set(granted) - set(clients[0].scopes):
            raise Fault("insufficient_scope", "scope")
        one = Record(
            token=self.new_secret("tt_"), client=clients[0], scopes=granted, issued=self.now,
            expires=self.now + 3_600_000, revoked=None,
        )
        self.tokens.append(one)
        self.write("host", "token.issued", self.token_subject(one), None, self.token_record(one))
        return {"access_token": one.token, "token_type": "Bearer", "expires_in": 3600, "scope": " ".join(granted)}

    @staticmethod
    def token_subject(one):
        digest = sha256(one.token)
        return Computed(lambda: f"token {digest.known()}")

    @staticmethod
    def token_record(one):
        return {
            "client": one.client.id, "scope": " ".join(one.scopes), "issued_at": instant_text(one.issued),
            "expires_at": instant_text(one.expires), "revoked_at": instant_text(one.revoked),
        }

    def access_revoke_token(self, asked):
        for one in self.tokens:
            if one.token == asked.token and one.revoked is None and self.now < one.expires:
                before = self.token_record(one)
                one.revoked = self.now
                self.write("host", "token.revoked", self.token_subject(one), before, self.token_record(one))
                return {}
        raise Fault("invalid_token", "token")

    def access_verify(self, asked):
        for one in self.credentials:
            lives = one.revoked is None and (one.expires is None or self.now < one.expires)
            if one.kind == "api_key" and lives and self.is_secret_of(one, asked.token):
                return {"organization": one.organization.public_id, "scopes": one.scopes, "credential": one.id}
        for one in self.tokens:
            lives = one.revoked is None and self.now < one.expires and one.client.revoked is None
            if one.token == asked.token and lives:
                client = one.client
                return {"organization": client.organization.public_id, "scopes": one.scopes, "credential": client.id}
        raise Fault("invalid_token", "token")

    # Registrations.

    def status(self, one) -> str:
        if one.cancelled is not None:
            return "cancelled"
        if self.today() < one.period["start"]:
            return "pending"
        return "active" if self.today() <= one.period["end"] else "expired"

    def view(self, one) -> dict:
        return {
            "public_id": one.public_id, "status": self.status(one), "program_name": one.program,
            "period": one.period, "charger": one.charger,
        }

    @staticmethod
    def registration_record(one) -> dict:
        return {
            "public_id": one.public_id, "organization": one.organization.public_id,
            "serial_hash": one.charger["serial_hash"], "vendor_canonical": one.charger["vendor_canonical"],
            "serial_last4": one.charger["serial_last4"], "program_name": one.program, "period": one.period,
            "metadata": one.metadata, "renewed_from": one.source and one.source.public_id,
            "created_at": instant_text(one.created), "cancelled_at": instant_text(one.cancelled),
            "expired_at": instant_text(one.expired),
        }

    @staticmethod
    def conflict_view(public_id, other) -> dict:
        named = {} if public_id is None else {"public_id": public_id}
        side = {"public_id": other.public_id, "organization": other.organization.name, "period": other.period}
        return named | {"type": "overlap", "conflicting_registration": side}

    def claimed(self, charger_hash, period) -> list:
        """DECISIONS 4: the same charger, a shared day, not cancelled; expired ones too."""
        return [
            one
            for one in self.registrations
            if one.charger["serial_hash"] == charger_hash
            and one.cancelled is None
            and max(one.period["start"], period["start"]) <= min(one.period["end"], period["end"])
        ]

    def claim(self, organization, actor, charger, keyed, program, period, metadata, on_conflict, source=None):
        """The registration and its conflicts; no registration where `fail` stopped it."""
        others = self.claimed(charger["serial_hash"], period)
        if others and on_conflict == "fail":
            return None, [self.conflict_view(None, other) for other in others]
        one = Record(
            public_id=self.new_id(), organization=organization, charger=charger, keyed=keyed, program=program,
            period=period, metadata=metadata, source=source, created=self.now, cancelled=None, expired=None,
        )
        self.registrations.append(one)
        self.write(actor, "registration.created", one.public_id, None, self.registration_record(one))
        self.tell("registration.created", organization, {"registration": self.view(one)})
        conflicts = []
        for other in others:
            pair = Record(public_id=self.new_id(), first=other, second=one)
            self.conflicts.append(pair)
            record = {
                "public_id": pair.public_id, "first": other.public_id, "second": one.public_id,
                "acknowledged": on_conflict == "force", "detected_at": instant_text(self.now),
            }
            self.write(actor, "conflict.detected", pair.public_id, None, record)
            seen = self.conflict_view(pair.public_id, other)
            self.tell("conflict.detected", organization, {"registration": self.view(one), "conflict": seen})
            if other.organization is not organization:
                theirs = self.conflict_view(pair.public_id, one)
                self.tell("conflict.detected", other.organization, {"registration": self.view(other), "conflict": theirs})
            conflicts.append(seen)
        return one, conflicts

    def request_claim(self, organization, actor, request):
        charger = identity.identify({"vendor": request.vendor, "serial": request.serial})
        keyed = None
        if self.key is not None:
            question = {"vendor": request.vendor, "serial": request.serial, "secret": self.key}
            keyed = webhook.keyed_hash(question)["keyed_hash"]
        shown = {name: charger[name] for name in ("vendor_canonical", "serial_last4", "serial_hash")}
        metadata = {} if request.metadata is None else request.metadata
        period = period_of(request)
        return self.claim(
            organization, actor, shown, keyed, request.program_name, period, metadata, request.on_conflict
        )

    @staticmethod
    def check_texts(request):
        t.check("vendor", request.vendor, 120)
        t.check("serial", request.serial, 255)
        if hasattr(request, "program_name"):
            t.check("program_name", request.program_name, 255)

    def registrations_register(self, asked):
        organization, actor = self.acting(asked.caller, "registrations:write")
        self.check_texts(asked.request)
        one, conflicts = self.request_claim(organization, actor, asked.request)
        if one is None:
            raise Fault("conflict")
        return {"registration": self.view(one), "conflicts": conflicts}

    def registrations_register_batch(self, asked):
        organization, actor = self.acting(asked.caller, "registrations:write")
        for index, request in enumerate(asked.request.registrations):
            try:
                self.check_texts(request)
            except Fault as fault:
                raise fault.under(f"registrations[{index}]") from None
        results = []
        for index, request in enumerate(asked.request.registrations):
            try:
                one, conflicts = self.request_claim(organization, actor, request)
            except Fault as fault:
                results.append({"index": index, "status": "failed", "error": sentence(f"{fault.path}: ")})
                continue
            if one is None:
                results.append({"index": index, "status": "conflict", "conflicts": conflicts})
            else:
                made = {"registration": self.view(one), "conflicts": conflicts}
                results.append({"index": index, "status": "created"} | made)
        outcomes = [one["status"] for one in results]
        summary = {"total": len(results)} | {name: outcomes.count(name) for name in ("created", "conflict", "failed")}
        return {"results": results, "summary": summary}

    def owned(self, organization, public_id):
        """DECISIONS 8: another's is not found."""
        return found(
            self.registrations, "public_id", lambda one: one.public_id == public_id and one.organization is organization
        )

    def registrations_list(self, asked):
        organization, _ = self.acting(asked.caller)
        own = [self.view(one) for one in reversed(self.registrations) if one.organization is organization]
        return page_of([one for one in own if asked.status in (None, one["status"])], asked)

    def registrations_show(self, asked):
        organization, _ = self.acting(asked.caller)
        one = self.owned(organization, asked.public_id)
        conflicts = []
        for pair in self.conflicts:
            if one in (pair.first, pair.second) and pair.first.cancelled is None and pair.second.cancelled is None:
                conflicts.append(self.conflict_view(pair.public_id, pair.second if one is pair.first else pair.first))
        return self.view(one) | {
            "metadata": one.metadata, "renewed_from": one.source and one.source.public_id,
            "created_at": instant_text(one.created), "conflicts": conflicts,
        }

    def changed(self, one, actor, event, **changes):
        before = self.registration_record(one)
        vars(one).update(changes)
        self.write(actor, event, one.public_id, before, self.registration_record(one))
        self.tell(event, one.organization, {"registration": self.view(one)})

    def registrations_update(self, asked):
        organization, actor = self.acting(asked.caller, "registrations:write")
        if asked.request.program_name is not None:
            t.check("program_name", asked.request.program_name, 255)
        one = self.owned(organization, asked.public_id)
        program = one.program if asked.request.program_name is None else asked.request.program_name
        metadata = one.metadata if asked.request.metadata is None else asked.request.metadata
        if program != one.program or jsontext.write(metadata) != jsontext.write(one.metadata):
            self.changed(one, actor, "registration.updated", program=program, metadata=metadata)
        return self.view(one)

    def registrations_cancel(self, asked):
        organization, actor = self.acting(asked.caller, "registrations:write")
        one = self.owned(organization, asked.public_id)
        if self.status(one) not in ("pending", "active"):
            raise Fault("invalid_transition", "status")
        self.changed(one, actor, "registration.cancelled", cancelled=self.now)
        return self.view(one)

    def registrations_renew(self, asked):
        organization, actor = self.acting(asked.caller, "registrations:write")
        period = period_of(asked.request)
        source = self.owned(organization, asked.public_id)
        if source.cancelled is not None:
            raise Fault("invalid_transition", "status")
        one, conflicts = self.claim(
            organization, actor, source.charger, source.keyed, source.program, period, source.metadata,
            asked.request.on_conflict, source,
        )
        if one is None:
            raise Fault("conflict")
        return {"registration": self.view(one), "conflicts": conflicts}

    def registrations_expire(self, asked):
        limit = within("limit", 1000 if asked.limit is None else asked.limit, 1, 10_000)
        over = [one for one in self.registrations if self.status(one) == "expired" and one.expired is None]
        over.sort(key=lambda one: one.period["end"])
        for one in over[:limit]:
            self.changed(one, "host", "registration.expired", expired=self.now)
        return {"expired": len(over[:limit]), "more": len(over) > limit}

    # Look-ups.

    def counted(self, matches) -> list:
        return [one for one in self.registrations if matches(one) and self.status(one) in ("pending", "active")]

    def public(self, matches) -> dict:
        counted = self.counted(matches)
        active = [one.period for one in counted if self.status(one) == "active"]
        smallest = None
        if active:
            smallest = {"start": min(one["start"] for one in active), "end": max(one["end"] for one in active)}
        return {"registered": bool(counted), "registration_count": len(counted), "active_period": smallest}

    def lookup_by_hash(self, asked):
        return self.public(lambda one: one.charger["serial_hash"] == asked.serial_hash)

    def lookup_by_keyed_hash(self, asked):
        if self.key is None:
            raise Fault("missing_field", "identity_key")
        return self.public(lambda one: one.keyed == asked.keyed_hash)

    def lookup_by_prefix(self, asked):
        prefix, real = asked.prefix, {}
        for one in self.counted(lambda one: one.charger["serial_hash"].startswith(asked.prefix)):
            suffix = one.charger["serial_hash"][len(prefix) :]
            real[suffix] = real.get(suffix, 0) + 1

        def check(theirs):
            shown = {one["suffix"]: int(one["registration_count"]) for one in theirs}
            plain = all(list(one) == ["suffix", "registration_count"] for one in theirs)
            well_formed = all(re.fullmatch(f"[0-9a-f]{{{64 - len(prefix)}}}", suffix) for suffix in shown)
            if not plain or not well_formed or list(shown) != sorted(shown) or len(shown) != len(theirs):
                raise Mismatch("no list of different suffixes in order")
            if len(theirs) != max(64, -(-len(real) // 64) * 64):
                raise Mismatch(f"{len(theirs)} suffixes are not padded to pages of 64")
            if {suffix: number for suffix, number in shown.items() if number} != real:
                raise Mismatch("the registered chargers are others")

        return {"prefix": prefix, "suffixes": Checked(check)}

    def entitled(self, charger) -> dict:
        counted = self.counted(lambda one: one.charger["serial_hash"] == charger["serial_hash"])
        shown = [
            {
                "public_id": one.public_id, "program_name": one.program, "organization": one.organization.name,
                "period": one.period,
            }
            for one in counted
        ]
        return {"registered": bool(counted), "registration_count": len(counted), "registrations": shown}

    def lookup_charger(self, asked):
        self.acting(asked.caller, "lookup")
        if not isinstance(asked.request, list):
            return self.entitled(identity.identify(vars(asked.request)))
        for index, pair in enumerate(asked.request):
            try:
                self.check_texts(pair)
            except Fault as fault:
                raise fault.under(f"items[{index}]") from None
        results = []
        for index, pair in enumerate(asked.request):
            try:
                results.append(vars(pair) | self.entitled(identity.identify(vars(pair))))
            except Fault as fault:
                nothing = {"registered": False, "registration_count": 0, "registrations": []}
                error = {"code": fault.code, "path": fault.under(f"items[{index}]").path, "message": sentence()}
                results.append(vars(pair) | nothing | {"error": error})
        return {"results": results}

    # Disputes.

    def disputes_open(self, asked):
        organization, actor = self.acting(asked.caller, "disputes:write")
        t.check("reason", asked.request.reason, 5000)

        def is_party(pair):
            return organization in (pair.first.organization, pair.second.organization)

        wanted = asked.request.conflict
        pair = found(self.conflicts, "conflict", lambda one: one.public_id == wanted and is_party(one))
        if any(one.conflict is pair and one.status in ("open", "under_review") for one in self.disputes):
            raise Fault("dispute_exists", "conflict")
        if pair.first.cancelled is not None or pair.second.cancelled is not None:
            raise Fault("invalid_transition", "conflict")
        sides = [pair.first.organization, pair.second.organization]
        one = Record(
            public_id=self.new_id(), conflict=pair, opener=organization,
            other=sides[0] if sides[1] is organization else sides[1], status="open", reason=asked.request.reason,
            note=None, created=self.now, updated=self.now, messages=[],
        )
        self.disputes.append(one)
        self.write(actor, "dispute.created", one.public_id, None, self.dispute_record(one))
        self.tell_parties("dispute.created", one)
        return {"dispute": self.dispute_view(one)}

    @staticmethod
    def dispute_view(one) -> dict:
        return {"public_id": one.public_id, "status": one.status}

    @staticmethod
    def dispute_record(one) -> dict:
        return {
            "public_id": one.public_id, "conflict": one.conflict.public_id, "opened_by": one.opener.public_id,
            "other_party": one.other.public_id, "status": one.status, "reason": one.reason, "resolution_note": one.note,
            "created_at": instant_text(one.created), "updated_at": instant_text(one.updated),
        }

    def tell_parties(self, event, one):
        told = self.dispute_view(one) | {
            "conflict": one.conflict.public_id, "reason": one.reason, "resolution_note": one.note
        }
        self.tell(event, one.opener, {"dispute": told})
        if one.other is not one.opener:
            self.tell(event, one.other, {"dispute": told})

    def party_to(self, organization, public_id):
        return found(
            self.disputes, "public_id",
            lambda one: one.public_id == public_id and organization in (one.opener, one.other),
        )

    def any_dispute(self, public_id):
        return found(self.disputes, "public_id", lambda one: one.public_id == public_id)

    def disputes_list(self, asked):
        organization, _ = self.acting(asked.caller, "disputes:write")
        own = [one for one in reversed(self.disputes) if organization in (one.opener, one.other)]
        return page_of([self.dispute_view(one) for one in own], asked)

    def disputes_show(self, asked):
        organization, _ = self.acting(asked.caller)
        if "disputes:resolve" in asked.caller.scopes:
            one = self.any_dispute(asked.public_id)
        else:
            one = self.party_to(organization, asked.public_id)
        return self.dispute_view(one) | {
            "conflict": one.conflict.public_id, "opened_by": one.opener.name, "other_party": one.other.name,
            "reason": one.reason, "resolution_note": one.note, "created_at": instant_text(one.created),
            "updated_at": instant_text(one.updated), "messages": list(one.messages),
        }

    def disputes_message(self, asked):
        organization, actor = self.acting(asked.caller, "disputes:write")
        t.check("body", asked.request.body, 5000)
        one = self.party_to(organization, asked.public_id)
        if one.status not in ("open", "under_review"):
            raise Fault("invalid_transition", "status")
        message = {
            "public_id": self.new_id(), "organization": organization.name, "body": asked.request.body,
            "created_at": instant_text(self.now),
        }
        one.messages.append(message)
        record = message | {"organization": organization.public_id}
        self.write(actor, "message.posted", message["public_id"], None, record)
        return message

    def moved(self, one, actor, allowed, status, note=None):
        if one.status not in allowed:
            raise Fault("invalid_transition", "status")
        before = self.dispute_record(one)
        one.status, one.note, one.updated = status, note, self.now
        self.write(actor, f"dispute.{status}", one.public_id, before, self.dispute_record(one))
        if status == "resolved":
            self.tell_parties("dispute.resolved", one)
        return self.dispute_view(one)

    def disputes_withdraw(self, asked):
        organization, actor = self.acting(asked.caller, "disputes:write")
        one = self.party_to(organization, asked.public_id)
        if one.opener is not organization:
            raise Fault("invalid_transition", "caller")
        return self.moved(one, actor, ("open", "under_review"), "withdrawn")

    def disputes_review(self, asked):
        _, actor = self.acting(asked.caller, "disputes:resolve")
        return self.moved(self.any_dispute(asked.public_id), actor, ("open",), "under_review")

    def disputes_resolve(self, asked):
        _, actor = self.acting(asked.caller, "disputes:resolve")
        t.check("resolution_note", asked.request.resolution_note, 5000)
        one = self.any_dispute(asked.public_id)
        return self.moved(one, actor, ("under_review",), "resolved", asked.request.resolution_note)

    # Webhooks.

    def webhooks_create(self, asked):
        organization, actor = self.acting(asked.caller, "webhooks:manage")
        url = webhook.check_webhook_url({"url": asked.request.url})["url"]
        events = listed_events(asked.request.events)
        if sum(one.organization is organization for one in self.endpoints) == 100:
            raise Fault("out_of_range", "url")
        self.endpoint_count += 1
        one = Record(
            id=self.endpoint_count, organization=organization, url=url, events=events, status="active",
            secret=self.webhook_secret(), previous=None, previous_until=None, earlier=[], failing=None, created=self.now,
        )
        self.endpoints.append(one)
        self.write(actor, "endpoint.created", f"endpoint {one.id}", None, self.endpoint_record(one))
        return self.endpoint_view(one) | {"secret": one.secret}

    def webhook_secret(self):
        return Opaque(self.book, "whsec_[A-Za-z0-9+/]{43}=")

    @staticmethod
    def endpoint_view(one) -> dict:
        return {"id": one.id, "url": one.url, "events": one.events, "status": one.status}

    def endpoint_record(self, one) -> dict:
        return self.endpoint_view(one) | {
            "organization": one.organization.public_id, "secret_sha256": sha256(one.secret),
            "previous_secret_sha256": None if one.previous is None else sha256(one.previous),
            "previous_secret_expires_at": instant_text(one.previous_until),
        } | self.earlier_record(one) | {"created_at": instant_text(one.created)}

    def endpoint(self, caller, wanted):
        organization, actor = self.acting(caller, "webhooks:manage")
        return found(self.endpoints, "id", lambda one: one.id == wanted and one.organization is organization), actor

    def webhooks_list(self, asked):
        organization, _ = self.acting(asked.caller, "webhooks:manage")
        return {"data": [self.endpoint_view(one) for one in self.endpoints if one.organization is organization]}

    def webhooks_show(self, asked):
        return self.endpoint_view(self.endpoint(asked.caller, asked.id)[0])

    def give_up(self, endpoint):
        for one in self.deliveries:
            if one.endpoint is endpoint and one.status == "pending":
                one.status, one.due, one.error, one.completed = "failed", None, sentence(), self.now

    def webhooks_update(self, asked):
        request = asked.request
        url = None if request.url is None else webhook.check_webhook_url({"url": request.url})["url"]
        events = None if request.events is None else listed_events(request.events)
        one, actor = self.endpoint(asked.caller, asked.id)
        before, view = self.endpoint_record(one), self.endpoint_view(one)
        one.url, one.events, one.status = url or one.url, events or one.events, request.status or one.status
        if self.endpoint_view(one) != view:
            one.failing = None
            if one.status == "disabled":
                self.give_up(one)
            self.write(actor, "endpoint.updated", f"endpoint {one.id}", before, self.endpoint_record(one))
        return self.endpoint_view(one)

    def webhooks_delete(self, asked):
        one, actor = self.endpoint(asked.caller, asked.id)
        self.write(actor, "endpoint.deleted", f"endpoint {one.id}", self.endpoint_record(one), None)
        self.endpoints.remove(one)
        # Ids of deliveries are not given twice either.
        self.gone = max([delivery.id for delivery in self.deliveries] + [self.gone])
        self.deliveries = [delivery for delivery in self.deliveries if delivery.endpoint is not one]
        return {}

    def webhooks_rotate_secret(self, asked):
        overlap_seconds = within("overlap_seconds", asked.overlap_seconds or 0, 0, MONTH)
        one, actor = self.endpoint(asked.caller, asked.id)
        before = self.endpoint_record(one)
        self.turn(one, overlap_seconds, self.webhook_secret)
        self.write(actor, "endpoint.secret_rotated", f"endpoint {one.id}", before, self.endpoint_record(one))
        return self.endpoint_view(one) | {"secret": one.secret}

    @staticmethod
    def delivery_view(one) -> dict:
        return {
            "id": one.id, "endpoint_id": one.endpoint.id, "event_id": one.event.id, "event": one.event.type,
            "status": one.status, "attempts": len(one.attempts), "last_response_status": one.response,
            "last_error": one.error, "next_attempt_at": instant_text(one.due), "created_at": instant_text(one.created),
            "completed_at": instant_text(one.completed),
        }

    def webhooks_deliveries(self, asked):
        endpoint, _ = self.endpoint(asked.caller, asked.id)
        own = [self.delivery_view(one) for one in reversed(self.deliveries) if one.endpoint is endpoint]
        return page_of(own, asked)

    def delivery(self, caller, wanted):
        organization, _ = self.acting(caller, "webhooks:manage")
        return found(
            self.deliveries, "id", lambda one: one.id == wanted and one.endpoint.organization is organization
        )

    def webhooks_attempts(self, asked):
        shown = [
            {
                "attempt": number, "started_at": instant_text(one.started), "recorded_at": instant_text(one.recorded),
                "response_status": one.response, "error": one.error,
            }
            for number, one in enumerate(self.delivery(asked.caller, asked.id).attempts, 1)
        ]
        return {"data": shown}

    def webhooks_resend(self, asked):
        _, actor = self.acting(asked.caller, "webhooks:manage")
        one = self.delivery(asked.caller, asked.id)
        if one.endpoint.status != "active":
            raise Fault("invalid_transition", "id")
        before = self.delivery_view(one)
        one.status, one.made, one.due, one.completed = "pending", 0, self.now, None
        after = self.delivery_view(one)
        self.write(actor, "delivery.resent", f"delivery {one.id}", before, after)
        return after

    def webhooks_events(self, asked):
        limit = within("limit", 100 if asked.limit is None else asked.limit, 1, 1000)
        shown = [
            {
                "seq": seq, "id": one.id, "type": one.type, "organization": one.organization.public_id,
                "created_at": one.body["created_at"], "body": one.body,
            }
            for seq, one in enumerate(self.events, 1)
        ]
        return {"data": shown[asked.after or 0 :][:limit]}

    def webhooks_due(self, asked):
        limit = within("limit", 100 if asked.limit is None else asked.limit, 1, 1000)
        ready = [one for one in self.deliveries if one.status == "pending" and self.has_come(one.due)]
        ready.sort(key=lambda one: (latest(one.due), one.id))
        for earlier, later in zip(ready, ready[1:]):
            if earlier.due is not later.due and earliest(later.due) < latest(earlier.due):
                raise AssertionError("the jitter decides which delivery comes first")
        # Endpoints take turns; one whose last attempt failed has ten.
        turns, queue = {}, []
        for one in ready:
            turns[one.endpoint.id] = turn = turns.get(one.endpoint.id, 0) + 1
            if one.endpoint.failing is None or turn <= 10:
                queue.append((turn, latest(one.due), one.id, one))
        requests = []
        for *_, one in sorted(queue, key=lambda place: place[:3])[:limit]:
            if one.made == 8:
                one.status, one.due, one.error, one.completed = "failed", None, sentence(), self.now
                continue
            one.made += 1
            one.attempts.append(Record(started=self.now, recorded=None, response=None, error=None))
            one.due = self.now + 1000 * max(LEASE, WAITS.get(one.made, 0))
            requests.append(
                {
                    "delivery_id": one.id, "attempt": len(one.attempts), "method": "POST", "url": one.endpoint.url,
                    "headers": self.headers(one), "body": JsonText(one.event.body),
                }
            )
        return {"data": requests}

    def has_come(self, due) -> bool:
        if earliest(due) <= self.now < latest(due):
            raise AssertionError("the jitter decides whether the delivery is due")
        return latest(due) <= self.now

    def headers(self, one) -> dict:
        endpoint, seconds, body = one.endpoint, self.now // 1000, JsonText(one.event.body)
        secrets = [endpoint.secret]
        if endpoint.previous is not None and self.now < endpoint.previous_until:
            secrets.append(endpoint.previous)
        secrets += [secret for secret, until in reversed(endpoint.earlier) if self.now < until]

        def signed(name):
            question = {"secrets": secrets, "id": one.event.id, "timestamp": seconds, "body": body}
            return Computed(lambda: webhook.sign_webhook(known(question))["headers"][name])

        def agent(theirs):
            if not re.fullmatch(r"tierra/\d+\.\d+\.\d+", theirs):
                raise Mismatch(f"{theirs!r} is not tierra and its version")

        return {
            "content-type": "application/json", "user-agent": Checked(agent), "EVR-Signature": signed("EVR-Signature"),
            "webhook-id": one.event.id, "webhook-timestamp": str(seconds),
            "webhook-signature": signed("webhook-signature"),
        }

    def webhooks_next_due(self, asked):
        waiting = [one.due for one in self.deliveries if one.status == "pending"]
        first = min(waiting, key=latest, default=None)
        if any(earliest(other) < latest(first) for other in waiting if other is not first):
            raise AssertionError("the jitter decides which delivery comes first")
        return {"due_at": instant_text(first)}

    def webhooks_extend_lease(self, asked):
        seconds = within("seconds", 120 if asked.seconds is None else asked.seconds, 1, 3600)
        one, _ = self.on_its_way(asked)
        if one.status != "pending" or one.made == 0 or asked.attempt != len(one.attempts):
            raise Fault("invalid_transition", "attempt")
        one.due = max(one.due, self.now + 1000 * seconds)
        return self.delivery_view(one)

    def on_its_way(self, asked):
        one = found(self.deliveries, "delivery_id", lambda one: one.id == asked.delivery_id)
        if not 1 <= asked.attempt <= len(one.attempts):
            raise Fault("not_found", "attempt")
        attempt = one.attempts[asked.attempt - 1]
        if attempt.recorded is not None:
            raise Fault("invalid_transition", "attempt")
        return one, attempt

    def webhooks_record(self, asked):
        outcome = asked.outcome
        if (outcome.status is None) == (outcome.error is None):
            raise Fault("missing_field", "outcome")
        one, attempt = self.on_its_way(asked)
        error = None if outcome.error is None else outcome.error[:500]
        attempt.recorded, attempt.response, attempt.error = self.now, outcome.status, error
        endpoint, succeeded = one.endpoint, outcome.status is not None and 200 <= outcome.status < 300
        resent = one.status == "pending" and one.made == 0
        if succeeded:
            endpoint.failing = None
            # Sent off anew while an attempt was on its way: the new one is still to come.
            if not resent:
                one.status, one.due, one.completed = "succeeded", None, self.now
                one.response, one.error = outcome.status, None
            return self.delivery_view(one)
        # What became of an attempt that was taken for lost says nothing of the one that followed it.
        decides = one.status == "pending" and not resent and asked.attempt == len(one.attempts)
        if decides:
            endpoint.failing = self.now if endpoint.failing is None else endpoint.failing
        gone = outcome.status == 410 or (decides and self.now - endpoint.failing >= 5 * 86_400_000)
        if decides:
            one.response, one.error = outcome.status, error
            if gone or one.made not in WAITS:
                one.status, one.due, one.completed = "failed", None, self.now
            else:
                one.due = self.next_attempt(one.made, outcome)
        if gone and endpoint.status == "active":
            before = self.endpoint_record(endpoint)
            endpoint.status = "disabled"
            self.give_up(endpoint)
            self.write("host", "endpoint.disabled", f"endpoint {endpoint.id}", before, self.endpoint_record(endpoint))
        return self.delivery_view(one)

    def next_attempt(self, made, outcome):
        low = self.now + 1000 * WAITS[made]
        high = low + 100 * WAITS[made]
        asked = None
        if outcome.status in ASKS_FOR_TIME and outcome.retry_after is not None:
            told = outcome.retry_after.strip()
            if re.fullmatch("[0-9]+", told):
                asked = self.now + 1000 * min(int(told), DAY)
            else:
                try:
                    at = parsedate_to_datetime(told).replace(tzinfo=timezone.utc)
                    asked = min((at - START) // timedelta(milliseconds=1), self.now + 1000 * DAY)
                except ValueError:
                    pass
        if asked is not None:
            low, high = max(low, asked), max(high, asked)
        return low if low == high else Between(low, high, read_instant)

    # The file as a whole.

    def audit_entries(self, asked):
        limit = within("limit", 100 if asked.limit is None else asked.limit, 1, 1000)
        rows = []
        for seq, row in enumerate(self.log, 1):
            shown = {
                "seq": seq, "at": row.at, "actor": row.actor, "action": row.action, "subject": row.subject,
                "before": row.before, "after": row.after, "hash": Computed(lambda seq=seq: self.hash_after(seq)),
            }
            if seq > (asked.after or 0) and asked.subject in (None, row.subject):
                rows.append(shown)
        return {"data": rows[:limit]}

    def audit_head(self, asked):
        return self.head()

    def audit_verify(self, asked):
        findings = []
        if asked.known is not None and asked.known.seq > len(self.log):
            findings.append({"check": "audit_chain", "subject": "", "message": sentence()})
        elif asked.known is not None and type(asked.known.hash) is str:
            # A hash that was written by hand is not the log's.
            findings.append({"check": "audit_chain", "subject": str(asked.known.seq), "message": sentence()})
        kinds = [self.organizations, self.credentials, self.registrations, self.conflicts, self.disputes, self.endpoints]
        records = sum(map(len, kinds)) + len(self.tokens) + self.factor_records() + sum(len(one.messages) for one in self.disputes)
        return {
            "ok": not findings, "audit_rows": len(self.log), "records": records, "head": self.head(),
            "findings": findings, "more_findings": 0,
        }

    def back_up(self, asked):
        if not asked.path.startswith("/temporary/"):
            raise Fault("file_error", "path")
        return {}

    def close(self, asked):
        self.closed = True
        return {}


def earliest(due) -> int:
    return due.low if isinstance(due, Between) else due


def latest(due) -> int:
    return due.high if isinstance(due, Between) else due
