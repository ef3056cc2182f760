"""Conflicting registrations, pair by pair (DECISIONS 4)."""

import re
from datetime import date

from . import text as t
from .fault import Fault


def day(text: str) -> date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise Fault("invalid_date")
    year = int(text[:4])
    try:
        # The calendar repeats every 400 years; Python's has no year 0.
        value = date.fromisoformat(f"{year if year >= 1900 else year % 400 + 2000:04}{text[4:]}")
    except ValueError:
        raise Fault("invalid_date") from None
    if year < 1900:
        raise Fault("out_of_range")
    return value


def _check(registration: dict) -> None:
    for name in ("public_id", "organization"):
        t.check(name, registration[name], 255)
    if not re.fullmatch("[0-9a-f]{64}", registration["serial_hash"]):
        raise Fault("unknown_value", "serial_hash")
    for name in ("start", "end"):
        try:
            day(registration["period"][name])
        except Fault as fault:
            raise fault.under(name).under("period") from None
    if registration["period"]["start"] > registration["period"]["end"]:
        raise Fault("invalid_period", "period.start")
    if registration["status"] not in ("pending", "active", "expired", "cancelled"):
        raise Fault("unknown_value", "status")


def _check_all(registrations: list) -> None:
    for index, one in enumerate(registrations):
        try:
            _check(one)
        except Fault as fault:
            raise fault.under(f"registrations[{index}]") from None
    ids = [one["public_id"] for one in registrations]
    for index, one in enumerate(ids):
        if one in ids[:index]:
            raise Fault("duplicate", f"registrations[{index}].public_id")


def _shared_days(a: dict, b: dict):
    """The days that both claim, or None where they do not conflict."""
    if a["serial_hash"] != b["serial_hash"] or "cancelled" in (a["status"], b["status"]):
        return None
    # ISO dates sort as text.
    start = max(a["period"]["start"], b["period"]["start"])
    end = min(a["period"]["end"], b["period"]["end"])
    return {"start": start, "end": end} if start <= end else None


def _side(index: int, one: dict) -> dict:
    period = {"start": one["period"]["start"], "end": one["period"]["end"]}
    return {"index": index, "public_id": one["public_id"], "organization": one["organization"], "period": period}


def find_conflicts(question: dict) -> dict:
    registrations = question["registrations"]
    _check_all(registrations)
    conflicts = []
    for i, a in enumerate(registrations):
        for j in range(i + 1, len(registrations)):
            b = registrations[j]
            shared = _shared_days(a, b)
            if shared:
                conflicts.append(
                    {
                        "type": "overlap",
                        "serial_hash": a["serial_hash"],
                        "shared_days": shared,
                        "same_organization": a["organization"] == b["organization"],
                        "first": _side(i, a),
                        "second": _side(j, b),
                    }
                )
    return {"conflicts": conflicts}


def conflicts_with(question: dict) -> dict:
    new, registrations = question["registration"], question["registrations"]
    try:
        _check(new)
    except Fault as fault:
        raise fault.under("registration") from None
    _check_all(registrations)
    conflicts = []
    for index, other in enumerate(registrations):
        shared = _shared_days(new, other)
        if shared and other["public_id"] != new["public_id"]:
            conflicts.append(
                {"type": "overlap", "shared_days": shared, "conflicting_registration": _side(index, other)}
            )
    return {"conflicts": conflicts}
