"""Factor resolution and CO2e (emission-factor contract, DECISIONS 12, 13 and 15)."""

import re
from datetime import datetime, timezone
from decimal import Context, Decimal

from . import text as t
from .fault import Fault
from .text import folded

EXACT = Context(prec=60)
AUTHORITIES = ("ipcc", "defra", "epa", "iea", "egrid")
KG_PER = {"g": Decimal("0.001"), "kg": Decimal(1), "t": Decimal(1000), "tonne": Decimal(1000)}
KG_PER["lb"] = Decimal("0.45359237")  # NIST Handbook 44, appendix C


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(timezone.utc)


def _instant_text(text: str) -> str:
    value = _instant(text)
    return value.strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"


def _revision(library: dict) -> tuple:
    """Editions in order: by year, then publication, then version with numbers as numbers, then id."""
    version = tuple((int(part), "") if part.isdigit() else (-1, folded(part)) for part in re.findall(r"[0-9]+|[^0-9]+", library["version"]))
    return int(library["releaseYear"]), _instant(library["createdAt"]), version, library["id"].lower()


def _library(libraries: list, authority: str, year: int):
    of_authority = [library for library in libraries if library["authority"] == authority]
    until_then = [library for library in of_authority if int(library["releaseYear"]) <= year]
    if until_then:
        library = max(until_then, key=_revision)
        return library, "exact" if int(library["releaseYear"]) == year else "earlier"
    defaults = [library for library in of_authority if library["isDefault"]]
    if defaults:
        return max(defaults, key=_revision), "default"
    return None, None


def _same(a, b) -> bool:
    return (a is None) == (b is None) and (a is None or folded(a) == folded(b))


def _figure(factor: dict) -> tuple:
    numbers = Decimal(factor["value"]), Decimal(factor["oxidationFactor"])
    return *numbers, factor["isBiogenic"], t.strip(factor["unit"])


def _find(factors: list, query: dict):
    region, technology = query.get("region"), query.get("technology")
    in_region = [f for f in factors if region is not None and _same(f.get("region"), region)]
    tiers = [
        ("specific", [f for f in in_region if technology is not None and _same(f.get("technology"), technology)]),
        ("regional", in_region),
        ("global", [f for f in factors if f.get("region") is None]),
    ]
    for tier, members in tiers:
        if not members:
            continue
        equal = [f for f in members if _same(f.get("technology"), technology)]
        without = [f for f in members if f.get("technology") is None]
        best = equal or without or members
        if len({_figure(f) for f in best}) > 1:
            raise Fault("ambiguous_factor", "query")
        return min(best, key=lambda f: f["id"].lower()), tier
    return None, None


def _resolve(data: dict, query: dict):
    if query["authority"] not in AUTHORITIES:
        raise Fault("unknown_value", "query.authority")
    year = int(query["reportingYear"])
    if not 1990 <= year <= 2100:
        raise Fault("out_of_range", "query.reportingYear")
    for name in ("fuelType", "gas", "category", "region", "technology"):
        if query.get(name) is not None:
            t.check(f"query.{name}", query[name], 500)
    library, match = _library(data.get("libraries") or [], query["authority"], year)
    if library is None:
        return None
    names = ("fuelType", "gas", "category")
    factors = [
        factor
        for factor in data.get("factors") or []
        if factor["libraryId"].lower() == library["id"].lower() and all(_same(factor[n], query[n]) for n in names)
    ]
    factor, tier = _find(factors, query)
    return factor and (factor, tier, library, match)


def _factor_answer(factor: dict) -> dict:
    return {
        "id": factor["id"].lower(),
        "libraryId": factor["libraryId"].lower(),
        "externalId": factor.get("externalId"),
        "category": factor["category"],
        "fuelType": factor["fuelType"],
        "gas": factor["gas"],
        "isBiogenic": factor["isBiogenic"],
        "value": Decimal(factor["value"]),
        "oxidationFactor": Decimal(factor["oxidationFactor"]),
        "unit": factor["unit"],
        "region": factor.get("region"),
        "technology": factor.get("technology"),
        "createdAt": _instant_text(factor["createdAt"]),
    }


def _library_answer(library: dict) -> dict:
    answer = {
        "id": library["id"].lower(),
        "name": library["name"],
        "authority": library["authority"],
        "version": library["version"],
        "releaseYear": int(library["releaseYear"]),
        "isDefault": library["isDefault"],
        "createdAt": _instant_text(library["createdAt"]),
    }
    if library.get("valuesExcludeOxidation"):
        answer["valuesExcludeOxidation"] = True
    return answer


def _answer(found) -> dict:
    if not found:
        return {"factor": None, "tier": None, "library": None, "usedFallback": False, "libraryMatch": None}
    factor, tier, library, match = found
    return {
        "factor": _factor_answer(factor),
        "tier": tier,
        "library": _library_answer(library),
        "usedFallback": match != "exact",
        "libraryMatch": match,
    }


def resolve(question: dict) -> dict:
    return _answer(_resolve(question["data"], question["query"]))


def _gwp(data: dict, gas: str, version: str) -> Decimal:
    for value in data.get("gwpValues") or []:
        if value["version"] == version and _same(value["gas"], gas):
            return Decimal(value["value"])
    if folded(gas) == "co2":
        return Decimal(1)
    raise Fault("gwp_not_found", "query.gwpVersion")


def co2e(question: dict) -> dict:
    data, query = question["data"], question["query"]
    found = _resolve(data, query)
    if not found:
        raise Fault("factor_not_found", "query")
    factor, tier, library, match = found
    misunderstood = Fault("unknown_value", f"data.factors[{data['factors'].index(factor)}].unit")
    mass, slash, per = factor["unit"].partition("/")
    mass_unit, *label = [word for word in t.words(mass) if word]
    label = folded(" ".join(label))
    gas = folded(factor["gas"])
    if not slash or mass_unit not in KG_PER or not per.strip():
        raise misunderstood
    of = re.fullmatch(r"co2e(?: of (\S+)(?: per unit)?)?", label)
    if label and not of and label != gas:
        raise misunderstood
    if of and of[1] and gas != of[1]:
        raise misunderstood
    if query["activity"]["unit"].split() != per.split():
        raise Fault("unit_mismatch", "query.activity.unit")

    per_unit = KG_PER[mass_unit]
    emitted = EXACT.multiply(EXACT.multiply(Decimal(query["activity"]["amount"]), Decimal(factor["value"])), per_unit)
    oxidation = Decimal(factor["oxidationFactor"]) if library.get("valuesExcludeOxidation") else None
    if oxidation is not None:
        emitted = EXACT.multiply(emitted, oxidation)
    gwp = None if of or gas == "co2e" else _gwp(data, factor["gas"], query["gwpVersion"])
    total = EXACT.multiply(emitted, gwp if gwp is not None else Decimal(1))
    biogenic = factor["isBiogenic"] and gas == "co2"
    late = {"exact": [], "earlier": ["earlier_library"], "default": ["default_library"]}[match]
    return {
        "co2eKg": Decimal(0) if biogenic else total,
        "biogenicCo2Kg": total if biogenic else Decimal(0),
        "emittedKg": emitted,
        "activityAmount": Decimal(query["activity"]["amount"]),
        "kgPerMassUnit": per_unit,
        "gwpVersion": query["gwpVersion"],
        "gwp": gwp,
        "oxidationFactor": oxidation,
        "warnings": (["global_average"] if tier == "global" else []) + late,
        "resolved": _answer(found),
    }
