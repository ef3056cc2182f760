"""JSON by its digits: reading keeps each number's digits, writing gives the one canonical text."""

import json
import math
import re
from decimal import Decimal


class Digits(str):
    """A JSON number as it stood in the text."""


def _non_number(token):
    raise ValueError(f"{token} is no JSON")


def read(text: str):
    """The value of a JSON text. Numbers come as `Digits`."""
    return json.loads(text, parse_int=Digits, parse_float=Digits, parse_constant=_non_number)


def decimal_text(value: Decimal) -> str:
    """Plain digits: no exponent, no trailing zeros, no minus before zero."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def float_text(value: float) -> str:
    """ECMAScript's Number::toString (ECMA-262, 6.1.6.1.20)."""
    if not math.isfinite(value):
        raise ValueError("JSON has no such number")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    # repr() gives the shortest digits that read back, as ECMAScript asks; only the layout differs.
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    point = len(whole) + int(exponent or 0)
    digits = whole + fraction
    point -= len(digits) - len(digits.lstrip("0"))
    digits = digits.strip("0")
    count = len(digits)
    if count <= point <= 21:
        body = digits + "0" * (point - count)
    elif 0 < point <= 21:
        body = f"{digits[:point]}.{digits[point:]}"
    elif -6 < point <= 0:
        body = f"0.{'0' * -point}{digits}"
    else:
        power = f"{'+' if point > 0 else '-'}{abs(point - 1)}"
        body = f"{digits[0]}{'.' + digits[1:] if count > 1 else ''}e{power}"
    return sign + body


_SHORT = {"\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}


def string_text(text: str) -> str:
    """A JSON string with nothing escaped but what must be, control characters as `\\u00xx` in lower hex."""
    return '"' + re.sub(r'["\\\x00-\x1f]', lambda m: _SHORT.get(m[0]) or f"\\u{ord(m[0]):04x}", text) + '"'


def write(value, string=string_text) -> str:
    """Compact JSON text with fields in their order: Decimal as plain digits, float in ECMAScript's form."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Digits):
        return str(value)
    if isinstance(value, str):
        return string(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return float_text(value)
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(write(item, string) for item in value) + "]"
    return "{" + ",".join(f"{string(name)}:{write(item, string)}" for name, item in value.items()) + "}"
