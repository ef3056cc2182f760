"""Libraries, factors, fuel properties, GWP values and trees of regions in the contract's shapes, and their digest."""

import hashlib
from datetime import datetime, timezone
from decimal import Decimal

from .jsontext import decimal_text

LISTS = ("libraries", "factors", "fuelProperties", "gwpValues", "regionParents")


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(timezone.utc)


def instant_text(text: str) -> str:
    value = instant(text)
    return value.strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"


def _same(value):
    return value


def _lower(value):
    return value.lower()


def _texts(*names):
    return lambda value: {name: value[name] for name in names}


def _number(value):
    return None if value is None else Decimal(value)


# Name and how its value is written; behind `/` the additions to the contract, which are left out where they say nothing.
SHAPES = {
    "libraries": (
        {"id": _lower, "name": _same, "authority": _same, "version": _same, "releaseYear": int, "isDefault": _same,
         "createdAt": instant_text},
        {"valuesExcludeOxidation": _same, "gwpVersion": _same, "calorificBasis": _same,
         "biogenicCategories": lambda pairs: [_texts("category", "biogenicCategory")(pair) for pair in pairs],
         "publication": _same, "licence": _same},
    ),
    "factors": (
        {"id": _lower, "libraryId": _lower, "externalId": _same, "category": _same, "fuelType": _same, "gas": _same,
         "isBiogenic": _same, "value": _number, "oxidationFactor": _number, "unit": _same, "region": _same,
         "technology": _same, "createdAt": instant_text},
        {"scope": _same, "lower": _number, "upper": _number, "source": _texts("table", "row")},
    ),
    "fuelProperties": (
        {"id": _lower, "libraryId": _lower, "fuelType": _same, "propertyType": _same, "value": _number, "unit": _same,
         "region": _same, "createdAt": instant_text},
        {"source": _texts("table", "row")},
    ),
    "gwpValues": (
        {"id": _lower, "version": _same, "gas": _same, "value": _number, "createdAt": instant_text},
        {"source": _texts("table", "row")},
    ),
    "regionParents": ({"libraryId": _lower, "region": _same, "parent": _same}, {}),
}


def shaped(kind: str, given: dict) -> dict:
    """As the contract shows it."""
    contract, additions = SHAPES[kind]
    answer = {name: write(given.get(name)) for name, write in contract.items()}
    for name, write in additions.items():
        # A number of zero says something.
        if given.get(name) not in (None, False, []):
            answer[name] = write(given[name])
    return answer


def read(data: dict) -> dict:
    return {kind: [shaped(kind, item) for item in data.get(kind) or []] for kind in LISTS}


def digest(data: dict, library: dict) -> str:
    """SHA-256 of the lines that the doc of `EmissionFactors::digest` describes."""
    lines = [_line("library", library, {"isDefault"})]
    for kind, name in (("factors", "factor"), ("fuelProperties", "fuelProperty"), ("regionParents", "regionParent")):
        own = [item for item in data[kind] if item["libraryId"] == library["id"]]
        lines += [_line(name, item, {"libraryId"}, SHAPES[kind]) for item in own]
    return hashlib.sha256(b"".join(line + b"\n" for line in sorted(lines))).hexdigest()


def _line(name: str, item: dict, without: set, shape=SHAPES["libraries"]) -> bytes:
    fields = [name]
    for field in [*shape[0], *shape[1]]:
        if field not in without:
            fields += _hashed(field, item.get(field))
    return "\x1f".join(fields).encode()


def _hashed(field: str, value) -> list:
    if field == "source":
        return [value["table"], value["row"]] if value else ["", ""]
    if field == "biogenicCategories":
        return [text for pair in value or [] for text in pair.values()]
    if field == "valuesExcludeOxidation":
        value = bool(value)
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, Decimal):
        return [decimal_text(value)]
    return ["" if value is None else str(value)]
