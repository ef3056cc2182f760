"""Has someone already claimed it? DECISIONS 4."""

from hashlib import sha256

from . import Cases

cases = Cases("overlap")
D4, ISSUE = "DECISIONS 4", "issue 2, bad input"
KEBA, ABB = (sha256(text.encode()).hexdigest() for text in ("KEBA:22004711", "ABB:TACW2241321G0123"))
GREEN, VOLT = "Green Miles", "Volt Credits"


def claim(public_id, start, end, organization=GREEN, charger=KEBA, status="active"):
    return {
        "public_id": public_id,
        "organization": organization,
        "serial_hash": charger,
        "period": {"start": start, "end": end},
        "status": status,
    }


def pairs(name, claims, note, source=D4, count=None):
    states = {} if count is None else {"count": count}
    cases.good(name, "find_conflicts", {"registrations": claims}, note, source, states)


def against(name, new, claims, note, source=D4, count=None):
    states = {} if count is None else {"count": count}
    cases.good(name, "conflicts_with", {"registration": new, "registrations": claims}, note, source, states)


YEAR = claim("a", "2026-01-01", "2026-12-31")
pairs("none", [], "no registrations, no conflicts", count=0)
pairs("one", [YEAR], "one registration conflicts with nothing", count=0)
pairs("shared-one-day", [YEAR, claim("b", "2026-12-31", "2027-12-31", VOLT)], "both ends belong: one shared day is enough", count=1)
pairs("adjacent", [YEAR, claim("b", "2027-01-01", "2027-12-31", VOLT)], "the day after is no conflict", count=0)
pairs("partly", [YEAR, claim("b", "2026-06-01", "2027-05-31", VOLT)], "the shared days are named", count=1)
pairs("identical", [YEAR, claim("b", "2026-01-01", "2026-12-31", VOLT)], "identical periods", count=1)
pairs("contained", [YEAR, claim("b", "2026-03-01", "2026-03-31", VOLT)], "one period within the other", count=1)
pairs("contained-turned", [claim("b", "2026-03-01", "2026-03-31", VOLT), YEAR], "the first of a pair is the one that stands first in the list, not the one that starts first", count=1)
pairs("single-days", [claim("a", "2026-05-05", "2026-05-05"), claim("b", "2026-05-05", "2026-05-05", VOLT)], "two periods of one day", count=1)
pairs("cancelled", [YEAR, claim("b", "2026-06-01", "2026-06-30", VOLT, status="cancelled")], "a cancelled one claims nothing", count=0)
pairs("cancelled-both", [claim("a", "2026-01-01", "2026-12-31", status="cancelled"), claim("b", "2026-01-01", "2026-12-31", VOLT, status="cancelled")], "nor do two cancelled ones", count=0)
pairs("expired", [claim("a", "2020-01-01", "2020-12-31", status="expired"), claim("b", "2020-12-01", "2021-12-31", VOLT, status="expired")], "expired ones still claim the days they covered", count=1)
pairs("pending", [claim("a", "2030-01-01", "2030-12-31", status="pending"), claim("b", "2030-06-01", "2031-05-31", VOLT, status="pending")], "pending ones claim as well", count=1)
pairs("same-organization", [YEAR, claim("b", "2026-06-01", "2026-06-30")], "an organisation's own overlap counts too", "DECISIONS 4; charger-registry contract, batch re-submission", 1)
pairs("other-charger", [YEAR, claim("b", "2026-01-01", "2026-12-31", VOLT, ABB)], "another charger is no conflict", count=0)
pairs("triple", [YEAR, claim("b", "2026-06-01", "2027-05-31", VOLT), claim("c", "2026-12-01", "2027-11-30", "Third")], "three that overlap are three pairs", count=3)
pairs("chain", [YEAR, claim("b", "2026-12-31", "2027-12-31", VOLT), claim("c", "2027-12-31", "2028-12-31", "Third")], "a chain: the first and the last share no day", count=2)
pairs("long-covers-many", [claim("a", "2020-01-01", "2029-12-31"), claim("b", "2021-01-01", "2021-12-31", VOLT), claim("c", "2022-01-01", "2022-12-31", VOLT), claim("d", "2029-12-31", "2030-12-31", VOLT)], "a long period meets later ones that do not meet one another", count=3)
pairs("two-chargers-mixed", [YEAR, claim("b", "2026-01-01", "2026-12-31", VOLT, ABB), claim("c", "2026-02-01", "2026-02-28", VOLT), claim("d", "2026-02-28", "2026-03-01", GREEN, ABB)], "chargers interleaved in the list; pairs in the order of their indices", count=2)
pairs("open-end", [claim("a", "1900-01-01", "9999-12-31"), claim("b", "2026-02-28", "2026-03-01", VOLT)], "the first and the last year allowed", count=1)
pairs("leap-day", [claim("a", "2024-02-29", "2024-02-29"), claim("b", "2024-02-28", "2024-03-01", VOLT)], "29 February of a leap year", count=1)
pairs("organization-case", [YEAR, claim("b", "2026-06-01", "2026-06-30", "green miles")], "organisations are compared as given", "doc of find_conflicts", 1)
pairs("non-ascii-names", [claim("réf-1", "2026-01-01", "2026-12-31", "Öko Strom"), claim("réf-2 \"x\"\t", "2026-12-31", "2026-12-31", "Öko Strom")], "names cross unescaped but for quotes and controls", "DESIGN, values", 1)

against("with-none", YEAR, [], "nothing to conflict with", count=0)
against("with-two", claim("new", "2026-06-01", "2027-05-31", VOLT), [claim("a", "2026-01-01", "2026-12-31"), claim("b", "2027-05-31", "2028-05-30"), claim("c", "2027-06-01", "2028-05-30")], "what a new one meets, in the order of the list", count=2)
against("with-itself", YEAR, [YEAR, claim("b", "2026-06-01", "2026-06-30", VOLT)], "the registration of the same id is the new one itself", "doc of conflicts_with", 1)
against("with-cancelled", YEAR, [claim("b", "2026-06-01", "2026-06-30", VOLT, status="cancelled")], "a cancelled one is no conflict", count=0)
against("new-cancelled", claim("new", "2026-01-01", "2026-12-31", status="cancelled"), [YEAR], "a cancelled new one conflicts with nothing", count=0)
against("with-expired", claim("new", "2026-06-01", "2027-05-31", VOLT), [claim("a", "2026-01-01", "2026-12-31", status="expired")], "an expired one still claims its days", count=1)
against("with-own", claim("new", "2026-06-01", "2027-05-31"), [YEAR], "the own organisation's registration counts", count=1)
against("with-other-charger", claim("new", "2026-01-01", "2026-12-31", VOLT, ABB), [YEAR], "another charger", count=0)


def refused(name, claims, code, path, note, source=ISSUE):
    cases.bad(name, "find_conflicts", {"registrations": claims}, code, path, note, source)


def changed(**fields):
    return [YEAR, {**claim("b", "2026-06-01", "2026-06-30"), **fields}]


def without(name):
    return [{key: value for key, value in YEAR.items() if key != name}]


refused("start-after-end", [claim("a", "2026-12-31", "2026-01-01")], "invalid_period", "registrations[0].period.start", "start after end")
refused("year-1800", changed(period={"start": "1800-01-01", "end": "2026-01-01"}), "out_of_range", "registrations[1].period.start", "the year 1800")
refused("year-0000", changed(period={"start": "2026-01-01", "end": "0000-01-01"}), "out_of_range", "registrations[1].period.end", "the year 0, before start and end are compared")
refused("no-such-day", changed(period={"start": "2025-02-29", "end": "2026-01-01"}), "invalid_date", "registrations[1].period.start", "29 February of a common year")
refused("date-slashes", changed(period={"start": "01/02/2026", "end": "2026-01-01"}), "invalid_date", "registrations[1].period.start", "a date of two readings")
refused("date-short", changed(period={"start": "2026-1-1", "end": "2026-01-01"}), "invalid_date", "registrations[1].period.start", "a date without its zeros")
refused("date-with-time", changed(period={"start": "2026-01-01", "end": "2026-01-01T00:00:00Z"}), "invalid_date", "registrations[1].period.end", "an instant is no day")
refused("date-fullwidth", changed(period={"start": "２０２６-01-01", "end": "2026-01-01"}), "invalid_date", "registrations[1].period.start", "digits of another script")
refused("status-unknown", changed(status="open"), "unknown_value", "registrations[1].status", "a status that the contract does not have")
refused("status-case", changed(status="Active"), "unknown_value", "registrations[1].status", "enum values are matched by case")
refused("hash-short", changed(serial_hash="a1b2c3"), "unknown_value", "registrations[1].serial_hash", "no SHA-256 hash")
refused("hash-upper", changed(serial_hash=KEBA.upper()), "unknown_value", "registrations[1].serial_hash", "the hash is lower-case hex", "DECISIONS 3")
refused("hash-not-hex", changed(serial_hash="g" * 64), "unknown_value", "registrations[1].serial_hash", "64 characters, not hexadecimal")
refused("id-empty", changed(public_id=""), "empty", "registrations[1].public_id", "an empty id")
refused("id-long", changed(public_id="x" * 256), "too_long", "registrations[1].public_id", "an id of 256 characters")
refused("id-twice", changed(public_id="a"), "duplicate", "registrations[1].public_id", "one id names two registrations")
refused("organization-blank", changed(organization="  "), "empty", "registrations[1].organization", "a blank name")
refused("organization-nul", changed(organization="A\u0000"), "invalid_character", "registrations[1].organization", "NUL")
refused("missing-period", without("period"), "missing_field", "registrations[0].period", "no period")
refused("missing-status", without("status"), "missing_field", "registrations[0].status", "no status: the host knows the day, the core has no clock")
refused("missing-end", changed(period={"start": "2026-01-01"}), "missing_field", "registrations[1].period.end", "no end")
refused("end-null", changed(period={"start": "2026-01-01", "end": None}), "missing_field", "registrations[1].period.end", "null is absent, not open-ended")
refused("period-text", changed(period="2026"), "wrong_type", "registrations[1].period", "a text where an object belongs")
refused("start-number", changed(period={"start": 20260101, "end": "2026-01-01"}), "wrong_type", "registrations[1].period.start", "a number where a date belongs")
refused("unknown-field", changed(serial="22004711"), "unknown_field", "registrations[1].serial", "a raw serial has no place here")
refused("unknown-period-field", changed(period={"start": "2026-01-01", "end": "2026-01-02", "until": None}), "unknown_field", "registrations[1].period.until", "an unknown field, even null")
refused("item-null", [YEAR, None], "wrong_type", "registrations[1]", "null in the list")
cases.bad("no-list", "find_conflicts", {"registrations": YEAR}, "wrong_type", "registrations", "one registration is no list", ISSUE)
cases.bad("missing-list", "find_conflicts", {}, "missing_field", "registrations", "no list", ISSUE)
cases.bad("duplicate-key", "find_conflicts", None, "duplicate", "registrations[0].period.start", "a doubled key deep within", ISSUE, text='{"registrations":[{"public_id":"a","period":{"start":"2026-01-01","start":"2026-02-01","end":"2026-12-31"}}]}')
cases.bad("lone-surrogate", "find_conflicts", None, "invalid_unicode", "registrations[0].organization", "a lone surrogate in a name", ISSUE, text='{"registrations":[{"public_id":"a","organization":"Volt \\ud83d"}]}')
cases.bad("new-start-after-end", "conflicts_with", {"registration": claim("n", "2026-02-01", "2026-01-01"), "registrations": []}, "invalid_period", "registration.period.start", "start after end in the new one", ISSUE)
cases.bad("new-missing", "conflicts_with", {"registrations": []}, "missing_field", "registration", "no new registration", ISSUE)
cases.bad("new-list", "conflicts_with", {"registration": [YEAR], "registrations": []}, "wrong_type", "registration", "a list where one belongs", ISSUE)
cases.bad("others-bad-date", "conflicts_with", {"registration": YEAR, "registrations": changed(period={"start": "2026-13-01", "end": "2026-12-31"})}, "invalid_date", "registrations[1].period.start", "month 13 in the list", ISSUE)
cases.bad("others-id-twice", "conflicts_with", {"registration": claim("n", "2026-01-01", "2026-01-02"), "registrations": [YEAR, YEAR]}, "duplicate", "registrations[1].public_id", "one id twice in the list", ISSUE)

# What several cases share, named once in the file.
cases.fixtures = {"claim": YEAR}
