"""The parameters of a query: everything that is wrong with them, in the contract's words for it (doc of `IssueCode`)."""

import re

from . import text as t
from .fault import Fault
from .jsontext import Digits


class Wrong(Exception):
    """Code of the error, and code of the issue."""


def one_of(*names):
    def read(value):
        if text(value) not in names:
            raise Wrong("unknown_value", "invalid_enum_value")
        return value

    return read


def text(value):
    if type(value) is not str:
        raise Wrong("wrong_type", "invalid_type")
    return value


def named(value):
    """At least one character, at most 500, no control characters."""
    try:
        t.check("", text(value), 500)
    except Fault as fault:
        codes = {"empty": "too_small", "too_long": "too_big", "invalid_character": "invalid_string"}
        raise Wrong(fault.code, codes[fault.code]) from None
    return value


def pattern(form, code):
    def read(value):
        if not re.fullmatch(form, text(value)):
            raise Wrong(code, "invalid_string")
        return value.lower()

    return read


uuid = pattern(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}", "invalid_uuid")
digest = pattern(r"[0-9a-f]{64}", "unknown_value")


def whole(least, most=None):
    """A whole number, also as text; without `most` up to what 64 bits hold."""

    def read(value):
        if type(value) not in (str, Digits):
            raise Wrong("wrong_type", "invalid_type")
        if not re.fullmatch(r"-?[0-9]+", value):
            raise Wrong("invalid_number", "invalid_type")
        number = int(value)
        if number < least:
            raise Wrong("out_of_range", "too_small")
        if number > (2**63 - 1 if most is None else most):
            raise Wrong("out_of_range", "too_big")
        return number

    return read


def read(query, fields: dict, required=(), more=()) -> dict:
    """The values by name, None for what is absent. `more` are fields that are read elsewhere."""
    if not isinstance(query, dict):
        raise Fault("wrong_type")
    found = [(name, "unknown_field", "unrecognized_keys") for name in query if name not in fields and name not in more]
    values = {}
    for name, take in fields.items():
        values[name] = None
        if query.get(name) is None:
            if name in required:
                found.append((name, "missing_field", "invalid_type"))
            continue
        try:
            values[name] = take(query[name])
        except Wrong as wrong:
            found.append((name, *wrong.args))
    if found:
        raise Fault(found[0][1], found[0][0], [(issue, [name]) for name, _, issue in found])
    return values
