"""The vectors: the contract between the languages, run by Python."""

from __future__ import annotations

import dataclasses
import inspect
import hashlib
import json
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import tierra
from tierra import _tierra

from scenario import play, told
from vectors import CASES as EVERY_CASE
from vectors import Case


def has_reference_data() -> bool:
    """Whether the package was built with the core's own reference data."""
    try:
        tierra.call_json("factors", '{"data":{"reference":true},"call":"gwp_values","query":{}}')
    except tierra.TierraError as error:
        assert (error.code, error.path) == ("unknown_value", "data.reference")
        return False
    return True


LACKING = [] if has_reference_data() else ["reference-data"]
CASES = [case for case in EVERY_CASE if case.needs not in LACKING]
KNOWN = set(_tierra.op_names())
LEDGER = "ledger"
"""What scenarios have for a call: their steps are calls of one ledger."""
CALLS = [case for case in CASES if case.op != LEDGER]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_text_answers_byte_for_byte(case: Case) -> None:
    try:
        answer = play(case.input) if case.op == LEDGER else tierra.call_json(case.op, case.text)
    except tierra.TierraError as error:
        answer = json.dumps(told(error), ensure_ascii=False, separators=(",", ":"))
        assert case.error is not None, answer
    assert hashlib.sha256(answer.encode()).hexdigest() == case.sha256, answer


@pytest.mark.parametrize("case", [case for case in CALLS if case.input is not None], ids=lambda case: case.id)
def test_native_values_answer_the_same(case: Case) -> None:
    """Python objects in, Python objects out, through the extension module."""
    if case.error is not None:
        with pytest.raises(tierra.TierraError) as caught:
            _tierra.call(case.op, case.input)
        assert told(caught.value) == case.error
        return
    answer, expected = plain(_tierra.call(case.op, case.input)), plain(case.expected)
    # What JSON wraps into an object of one field stands by itself.
    if isinstance(expected, dict) and len(expected) == 1 and not (isinstance(answer, dict) and answer.keys() == expected.keys()):
        (expected,) = expected.values()
    assert_same_fields(answer, expected)


def factor_call(name: str) -> Callable[[dict[str, Any]], Any]:
    """The call of `EmissionFactors` with the contract's field names as Python's arguments."""

    def answer(request: dict[str, Any]) -> Any:
        return getattr(tierra.EmissionFactors(request["data"]), name)(**named_fields(request["query"]))

    return answer


def factors_call(data: dict[str, Any], call: str, query: dict[str, Any]) -> Any:
    """Any call of `EmissionFactors`, with the contract's field names as Python's arguments."""
    factors = tierra.EmissionFactors(data)
    if call == "inventory":
        rows = [named_fields(row) if isinstance(row, dict) else row for row in query["rows"]]
        for row in rows:
            # JSON has ids that are texts or numbers; in Python an id comes back whatever it is.
            if isinstance(row, dict) and isinstance(row.get("id"), (bool, dict, list)):
                del row["id"]
        defaults = named_fields(query["defaults"]) if "defaults" in query else None
        inventory = factors.inventory(rows, gwp_version=query["gwpVersion"], defaults=defaults)
        parts = {name: getattr(inventory, name) for name in ("gwp_version", "totals", "failed", "methods")}
        return {**parts, "rows": list(inventory.rows())}
    if call == "resolve_batch":
        queries = [named_fields(one) if isinstance(one, dict) else one for one in query["queries"]]
        return {"results": factors.resolve_batch(queries)}
    named = named_fields(query)
    if call == "emissions":
        # A row's id is for its inventory.
        named.pop("id", None)
    answer = getattr(factors, call)(**named)
    return {"digest": answer} if call == "digest" else answer


def named_fields(fields: dict[str, Any]) -> dict[str, Any]:
    """The contract's field names as Python's arguments; the fields of an activity are arguments of their own."""
    named = {snake(field): value for field, value in fields.items() if field != "activity"}
    return {**named, **fields.get("activity", {})}


def dated(name: str) -> Callable[[dict[str, Any]], Any]:
    def answer(request: dict[str, Any]) -> Any:
        rest = {field: value for field, value in request.items() if field not in ("flows", "dates", "amounts")}
        if "flows" in request:
            flows = request["flows"]
            dates, amounts = [flow["date"] for flow in flows], [flow["amount"] for flow in flows]
        else:
            dates, amounts = request["dates"], request["amounts"]
        return getattr(tierra, name)(dates=dates, amounts=amounts, **rest)

    return answer


PUBLIC: dict[str, Callable[[dict[str, Any]], Any]] = {
    "identify": lambda request: tierra.identify(**request),
    "identify_batch": lambda request: tierra.identify_batch(
        [(one["vendor"], one["serial"]) if one.keys() == {"vendor", "serial"} else one for one in request["chargers"]]
    ),
    "find_conflicts": lambda request: {"conflicts": tierra.find_conflicts(**request)},
    "conflicts_with": lambda request: {"conflicts": tierra.conflicts_with(**request)},
    "resolve": factor_call("resolve"),
    "co2e": factor_call("co2e"),
    "factors": lambda request: factors_call(**request),
    "convert_unit": lambda request: {
        "amount": tierra.convert_unit(request["amount"], request["from"], request["to"])
    },
    "error_body": lambda request: tierra.error_body(error_of(request)),
    "xnpv": lambda request: {"npv": dated("xnpv")(request)},
    "xnfv": lambda request: {"nfv": dated("xnfv")(request)},
    "xirr": dated("xirr"),
    "irr": lambda request: tierra.irr(**request),
    "allocate": lambda request: {
        "allocations": [
            {"id": party, "amount": amount}
            for party, amount in tierra.allocate(
                request["total"],
                {share["id"]: share["weight"] for share in request["shares"]},
                **{name: value for name, value in request.items() if name in ("minor_digits", "distribution")},
            ).items()
        ]
    },
    "summarize_portfolio": lambda request: tierra.summarize_portfolio(**request),
    "keyed_hash": lambda request: {"keyed_hash": tierra.keyed_hash(**request)},
    "sign_webhook": lambda request: {"headers": tierra.sign_webhook(**as_bytes(request))},
    "verify_webhook": lambda request: {
        "timestamp": tierra.verify_webhook(
            **{"headers" if name == "signature" else name: value for name, value in as_bytes(request).items()}
        )
    },
    "sign_body": lambda request: {"signature": tierra.sign_body(**as_bytes(request))},
    "verify_body": lambda request: verify_body(**as_bytes(request)),
    "check_webhook_url": lambda request: {"url": tierra.check_webhook_url(**request)},
    "http_status": lambda request: {"status": error_of({"path": "", "message": "", **request}).http_status},
    "check_webhook_address": lambda request: {"address": tierra.check_webhook_address(**request)},
}


def error_of(fields: dict[str, Any]) -> tierra.TierraError:
    """The error that a case states."""
    issues = [(issue["code"], issue["message"], issue["path"]) for issue in fields.get("issues") or ()]
    return tierra.TierraError(fields["code"], fields["path"], fields["message"], issues)


def verify_body(signature: str, body: bytes, secret: str) -> dict[str, bool]:
    """What the call answers; the function answers by returning."""
    tierra.verify_body(signature, body, secret)
    return {"verified": True}


def as_bytes(request: dict[str, Any]) -> dict[str, Any]:
    """The same with the body as the bytes that a server receives."""
    return {**request, "body": request["body"].encode()}



PASSING = [case for case in CALLS if case.error is None and case.input is not None]


@pytest.mark.parametrize("case", PASSING, ids=lambda case: case.id)
def test_public_functions_give_the_same(case: Case) -> None:
    """The functions and classes that a Python user sees, field by field."""
    answer = PUBLIC[case.op](case.input) if case.op in PUBLIC else of_returns(case)
    assert_same_fields(plain(answer), plain(case.expected))


def of_returns(case: Case) -> Any:
    """A function of `tierra.returns` on the fields of its call, with what JSON wraps its answer into."""
    function = getattr(tierra.returns, case.op)
    takes_columns = "dates" in inspect.signature(function).parameters and "flows" in (case.input or {})
    request = dict(case.input or {})
    for name in request.keys() - inspect.signature(function).parameters.keys() - {"flows"}:
        # A record that stands alone is told by its fields.
        request |= request.pop(name)
    answer = dated(case.op)(request) if takes_columns else function(**request)
    wrap = list(case.expected) if isinstance(case.expected, dict) else []
    return answer if dataclasses.is_dataclass(answer) else {wrap[0]: answer}


def plain(value: Any) -> Any:
    """Objects as dicts with Python's names, special types as the text of the contract."""
    if dataclasses.is_dataclass(value):
        fields = dataclasses.fields(value)
        named = {field.name: getattr(value, field.name) for field in fields}
        # Where an error has a field of its own, it stands there as it is.
        return {name: told(item) if isinstance(item, tierra.TierraError) else plain(item) for name, item in named.items()}
    if isinstance(value, tierra.ErrorBody):
        return plain(value._asdict())
    if isinstance(value, tierra.TierraError):
        return {"error": told(value)}
    if isinstance(value, dict):
        return {snake(name): plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, (date, UUID)):
        return str(value)
    return value


RESERVED = {"return": "total_return", "from": "from_unit", "to": "to_unit"}
"""What Python's names are where the contract's are words of the language, or stand beside one."""


def snake(name: str) -> str:
    """The contract's camel case as Python's names; keys that are data, such as `US`, stay as they are."""
    if name in RESERVED:
        return RESERVED[name]
    return re.sub(r"(?<=[a-z0-9])[A-Z]", lambda letter: "_" + letter.group().lower(), name)


LEFT_OUT = {
    "amount",
    "biogenic_categories",
    "calorific_basis",
    "category",
    "gwp_version",
    "issues",
    "json",
    "licence",
    "lower",
    "lower_co2e_kg",
    "publication",
    "scope",
    "source",
    "upper",
    "upper_co2e_kg",
    "values_exclude_oxidation",
}
"""The fields that stand in the JSON only where they say something."""


def assert_same_fields(ours: Any, expected: Any) -> None:
    """As `assert_same`, but the classes need not have the fields that are the same in every answer."""
    if ours is None and isinstance(expected, dict):
        # A resolution without an answer: all null in JSON.
        assert set(expected) == {"factor", "tier", "library", "used_fallback", "library_match"}
        assert not any(expected.values())
    elif isinstance(expected, dict):
        assert expected.keys() - ours.keys() <= {"type"}, expected.keys() ^ ours.keys()
        assert ours.keys() - expected.keys() <= LEFT_OUT, expected.keys() ^ ours.keys()
        # The sentence lists the fields that there are, which have Python's names here.
        reworded = {"message"} if expected.get("code") == "unknown_field" else set()
        for name in expected.keys() & ours.keys() - reworded:
            assert_same_fields(ours[name], expected[name])
    elif isinstance(expected, list):
        assert len(ours) == len(expected)
        for left, right in zip(ours, expected):
            assert_same_fields(left, right)
    elif isinstance(ours, float):
        assert ours == float(expected)
    else:
        assert ours == expected


def test_every_call_is_public() -> None:
    assert PUBLIC.keys() | {name for name in KNOWN if callable(getattr(tierra.returns, name, None))} == KNOWN
    assert LEDGER not in KNOWN
    assert {case.op for case in CASES} - KNOWN == {LEDGER, "Identify", "identify_fleet"}


def test_decimals_come_back_as_decimals() -> None:
    assert isinstance(tierra.allocate("1", {"a": 1})["a"], Decimal)
