"""What a stranger may hand over: every refusal is a `TierraError` with a code and a path."""

from __future__ import annotations

import datetime
import decimal
import ipaddress
import math
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import tierra

HASH = "0" * 64


def registration(**changes: Any) -> dict[str, Any]:
    fields = {
        "public_id": "r1",
        "organization": "Green Miles",
        "serial_hash": HASH,
        "period": {"start": "2026-01-01", "end": "2026-12-31"},
        "status": "active",
    }
    return {**fields, **changes}


LIMIT = tierra.RateLimit(capacity=1, refill=1, period_seconds=60)


def limiter(capacity: int = 1) -> tierra.RateLimiter:
    return tierra.RateLimiter(key=LIMIT, ip=tierra.RateLimit(capacity, 1, 60), serial_hash=LIMIT)


def holds_itself() -> list[Any]:
    values: list[Any] = []
    values.append(values)
    return values


REFUSED: list[tuple[str, Callable[[], Any], str, str]] = [
    ("empty vendor", lambda: tierra.identify("", "1"), "empty", "vendor"),
    ("blank serial", lambda: tierra.identify("ABB", " \t"), "empty", "serial"),
    ("a body that is not UTF-8", lambda: tierra.sign_body("secret", b"\xff"), "invalid_unicode", "body"),
    ("a parsed body", lambda: tierra.sign_body("secret", {"a": 1}), "wrong_type", "body"),  # type: ignore[arg-type]
    ("bytes for a secret", lambda: tierra.verify_body("", "", b"s"), "wrong_type", "secret"),  # type: ignore[arg-type]
    ("a float for the time", lambda: tierra.verify_webhook("t=1,v1=", "", [], now=1.5), "invalid_number", "now"),  # type: ignore[arg-type]
    ("a host for an address", lambda: tierra.check_webhook_address("localhost"), "unknown_value", "address"),
    ("a private address", lambda: tierra.check_webhook_address(ipaddress.ip_address("10.0.0.1")), "forbidden_address", "address"),
    ("a limit of 0", lambda: limiter(capacity=0), "out_of_range", "ip.capacity"),
    ("a number for a limit", lambda: tierra.RateLimiter(key=5, ip=LIMIT, serial_hash=LIMIT), "wrong_type", "key"),  # type: ignore[arg-type]
    ("no bucket", lambda: limiter().check(now=0), "empty", "buckets"),
    ("an empty key", lambda: limiter().check(now=0, key=""), "empty", "key"),
    ("NaN for the time", lambda: limiter().check(now=math.nan, key="k"), "not_finite", "now"),
    ("a time beyond all", lambda: limiter().check(now=1e20, key="k"), "out_of_range", "now"),
    ("no vendor", lambda: tierra.identify(None, "1"), "missing_field", "vendor"),  # type: ignore[arg-type]
    ("number for a vendor", lambda: tierra.identify(5, "1"), "wrong_type", "vendor"),  # type: ignore[arg-type]
    ("bytes for a serial", lambda: tierra.identify("ABB", b"1"), "wrong_type", "serial"),  # type: ignore[arg-type]
    ("NUL", lambda: tierra.identify("ABB", "1\0"), "invalid_character", "serial"),
    ("lone surrogate", lambda: tierra.identify("ABB\ud800", "1"), "invalid_unicode", "vendor"),
    ("Cyrillic look-alike", lambda: tierra.identify("ABB", "\u0410CE1"), "invalid_character", "serial"),
    ("121 characters", lambda: tierra.identify("v" * 121, "1"), "too_long", "vendor"),
    ("256 characters", lambda: tierra.identify("ABB", "1" * 256), "too_long", "serial"),
    ("a string for a batch", lambda: tierra.identify_batch("ABB"), "wrong_type", "chargers"),
    ("start after end", lambda: tierra.find_conflicts([registration(period={"start": "2026-02-01", "end": "2026-01-01"})]),
     "invalid_period", "registrations[0].period.start"),
    ("year 1800", lambda: tierra.find_conflicts([registration(period={"start": "1800-01-01", "end": "2026-01-01"})]),
     "out_of_range", "registrations[0].period.start"),
    ("unknown status", lambda: tierra.find_conflicts([registration(status="live")]), "unknown_value", "registrations[0].status"),
    ("unknown field", lambda: tierra.find_conflicts([registration(extra=1)]), "unknown_field", "registrations[0].extra"),
    ("an id twice", lambda: tierra.find_conflicts([registration(), registration()]), "duplicate", "registrations[1].public_id"),
    ("a key that is no string", lambda: tierra.find_conflicts([{1: 2}]), "wrong_type", "registrations[0]"),  # type: ignore[dict-item]
    ("a date for a vendor", lambda: tierra.identify(datetime.date(2024, 1, 1), "1"), "wrong_type", "vendor"),  # type: ignore[arg-type]
    ("a UUID for a serial", lambda: tierra.identify("ABB", uuid.UUID(int=1)), "wrong_type", "serial"),  # type: ignore[arg-type]
    ("2,000 claims on one placeholder", lambda: tierra.find_conflicts(
        [registration(public_id=f"r{i}") for i in range(2000)]), "out_of_range", "registrations"),
    ("a number for rates", lambda: tierra.summarize_portfolio([], currency="USD", rates=5), "wrong_type", "rates"),  # type: ignore[arg-type]
    ("too many changes of sign", lambda: tierra.irr([(-1) ** i for i in range(50_000)]), "out_of_range", "amounts"),
    ("a number for a call", lambda: tierra.call_json(5, "{}"), "wrong_type", ""),  # type: ignore[arg-type]
    ("an instant for a day", lambda: tierra.find_conflicts(
        [registration(period={"start": datetime.datetime(2026, 1, 1, 12), "end": "2026-12-31"})]),
     "invalid_date", "registrations[0].period.start"),
    ("NaN", lambda: tierra.xirr(["2020-01-01", "2021-01-01"], [-1, math.nan]), "not_finite", "amounts[1]"),
    ("Decimal NaN", lambda: tierra.xirr(["2020-01-01", "2021-01-01"], [-1, decimal.Decimal("NaN")]), "not_finite", "amounts[1]"),
    ("infinity", lambda: tierra.irr([-1, math.inf]), "not_finite", "amounts[1]"),
    ("a whole number of 5,000 digits", lambda: tierra.irr([-1, 10**5000]), "out_of_range", "amounts[1]"),
    ("lists of two lengths", lambda: tierra.xirr(["2020-01-01"], [-1, 2]), "length_mismatch", "amounts"),
    ("no flows", lambda: tierra.xirr([], []), "empty", "flows"),
    ("one sign", lambda: tierra.xirr(["2020-01-01", "2021-01-01"], [1, 2]), "one_sign", "flows"),
    ("one day", lambda: tierra.xirr(["2020-01-01", "2020-01-01"], [-1, 2]), "one_day", "flows"),
    ("a short period", lambda: tierra.xirr(["2020-01-01", "2020-02-01"], [-1, 2]), "short_period", "flows"),
    ("no date", lambda: tierra.xirr(["29/02/2020", "2021-01-01"], [-1, 2]), "invalid_date", "dates[0]"),
    ("a generator of strings", lambda: tierra.irr(str(n) + "x" for n in range(2)), "invalid_number", "amounts[0]"),  # type: ignore[misc]
    ("a rate of -1", lambda: tierra.xnpv(-1, ["2020-01-01"], [1]), "out_of_range", "rate"),
    ("a fraction of a cent", lambda: tierra.allocate("0.005", {"a": 1}), "out_of_range", "total"),
    ("a negative weight", lambda: tierra.allocate(1, {"a": -1}), "out_of_range", "shares[0].weight"),
    ("29 decimal places", lambda: tierra.allocate(1, {"a": "0." + "1" * 29}), "out_of_range", "shares[0].weight"),
    ("a list for weights", lambda: tierra.allocate(1, [1]), "wrong_type", "shares[0]"),  # type: ignore[arg-type]
    ("unknown authority", lambda: tierra.EmissionFactors({}).resolve(
        authority="unknown",  # type: ignore[arg-type]
        reporting_year=2024, fuel_type="x", gas="CO2", category="y"), "unknown_value", "authority"),
    ("reporting year 1800", lambda: tierra.EmissionFactors({}).resolve(
        authority="defra", reporting_year=1800, fuel_type="x", gas="CO2", category="y"), "out_of_range", "reportingYear"),
    ("no factor", lambda: tierra.EmissionFactors({}).co2e(
        authority="defra", reporting_year=2024, fuel_type="x", gas="CO2", category="y",
        amount=1, unit="kWh", gwp_version="ar5"), "factor_not_found", ""),
    ("a number for data", lambda: tierra.EmissionFactors(5), "wrong_type", ""),  # type: ignore[arg-type]
    ("a class for data", lambda: tierra.EmissionFactors(object()), "wrong_type", ""),  # type: ignore[arg-type]
    ("a list that holds itself", lambda: tierra.irr(holds_itself()), "out_of_range", ""),
    ("bytes for JSON text", lambda: tierra.call_json("irr", b"{}"), "wrong_type", ""),  # type: ignore[arg-type]
    ("a key twice", lambda: tierra.call_json("irr", '{"amounts":[],"amounts":[]}'), "duplicate", "amounts"),
    ("no JSON", lambda: tierra.call_json("irr", "{"), "invalid_json", ""),
    ("a number for investments", lambda: tierra.summarize_portfolio(5), "wrong_type", "investments"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("call", "code", "path"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_refused_with_code_and_path(call: Callable[[], Any], code: str, path: str) -> None:
    with pytest.raises(tierra.TierraError) as caught:
        call()
    error = caught.value
    # What holds itself is refused where the nesting ends, which is deep down.
    assert (error.code, error.path if "nested" not in error.message else path) == (code, path)
    assert error.message and str(error).endswith(error.message)


def test_python_types_are_taken_as_they_come() -> None:
    days = [datetime.date(2015, 6, 11), datetime.datetime(2018, 6, 10)]
    assert tierra.xirr(days, (decimal.Decimal("-1000"), 2000.0)).rate > 0
    # A UUID's text is a serial like any other.
    assert tierra.identify("ABB", str(uuid.UUID(int=1))).serial_last4 == "0001"
