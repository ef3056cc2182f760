"""Emission factors in a ledger: what was loaded, answered as factors in memory are (doc of `Factors::load`)."""

import hashlib
import re

from . import factordata
from .emission import FACTOR_CALLS, Factors
from .fault import Fault, Told

# What a library's own rows are counted as.
CONTENT = ("factors", "fuelProperties", "regionParents")
COUNTED = ("libraries", *CONTENT, "gwpValues")
# A field of a factor's that need not be there.
OPTIONAL = {"externalId", "region", "technology"}
QUERIES = [name for name in FACTOR_CALLS if name not in ("data", "resolve_batch")]
GWP = "gwp values"
# What the calls in memory take for granted.
NEEDED = {"digest": ("libraryId",), "inventory": ("gwpVersion", "rows")}


def checked(data) -> Factors:
    """The data by itself. Shapes beyond names are taken for granted."""
    for name in data:
        if name not in (*factordata.LISTS, "reference"):
            raise Fault("unknown_field", name)
    for kind in factordata.LISTS:
        items = [] if data.get(kind) is None else data[kind]
        if not isinstance(items, list):
            raise Fault("wrong_type", kind)
        for at, item in enumerate(items):
            names, additions = factordata.SHAPES[kind]
            for name in item:
                if name not in names and name not in additions:
                    raise Fault("unknown_field", f"{kind}[{at}].{name}")
            for name in names:
                if item.get(name) is None and name not in OPTIONAL:
                    raise Fault("missing_field", f"{kind}[{at}].{name}")
    given = Factors(data)
    libraries = {one["id"] for one in given.data["libraries"]}
    for kind in CONTENT:
        for at, item in enumerate(given.data[kind]):
            if item["libraryId"] not in libraries:
                raise Fault("unknown_reference", f"{kind}[{at}].libraryId")
    return given


def refuse_known(kind, at, known, item):
    if any(one["id"] == item["id"] for one in known):
        raise Fault("duplicate", f"{kind}[{at}].id")


def by_id(path: str, factors: Factors) -> str:
    """A path that names a factor by its id in place of its place."""
    return re.sub(r"factors\[([0-9]+)\]", lambda found: f"factors[{factors.data['factors'][int(found[1])]['id']}]", path)


class FactorCalls:
    """The part of the registry that holds emission factors, in the contract's shapes."""

    def __init__(self):
        self.data = {kind: [] for kind in factordata.LISTS}

    def factor_records(self) -> int:
        """How many records the log is compared with."""
        return len(self.data["libraries"]) + bool(self.data["gwpValues"])

    def factors_load(self, asked):
        given, before = checked(asked.data), Factors(self.data)
        after = {kind: list(rows) for kind, rows in before.data.items()}
        counts = {word: dict.fromkeys(COUNTED, 0) for word in ("loaded", "already")}
        known, listed, logged = {one["id"]: one for one in after["libraries"]}, [], []
        for at, library in enumerate(given.data["libraries"]):
            old = known.get(library["id"])
            if old is None:
                after["libraries"].append(library)
            elif before.digest(old) != given.digest(library):
                raise Fault("duplicate", f"libraries[{at}].id")
            elif old["isDefault"] != library["isDefault"]:
                after["libraries"][after["libraries"].index(old)] = library
                states = [self.library_record(before, one) for one in (old, old | {"isDefault": library["isDefault"]})]
                logged.append((library["id"], *states))
            counts["already" if old else "loaded"]["libraries"] += 1
            shown = {name: library[name] for name in ("id", "name", "version")}
            listed.append({**shown, "digest": given.digest(library), "already": old is not None})
        for kind in CONTENT:
            for at, item in enumerate(given.data[kind]):
                there = item["libraryId"] in known
                counts["already" if there else "loaded"][kind] += 1
                if not there:
                    if "id" in item:
                        refuse_known(kind, at, before.data[kind], item)
                    after[kind].append(item)
        for library in given.data["libraries"]:
            if library["id"] not in known:
                logged.append((library["id"], None, self.library_record(given, library)))
        for at, value in enumerate(given.data["gwpValues"]):
            same = [one for one in before.data["gwpValues"] if (one["version"], one["gas"].lower()) == (value["version"], value["gas"].lower())]
            if same and same[0]["value"] != value["value"]:
                raise Fault("duplicate", f"gwpValues[{at}].value")
            if not same:
                refuse_known("gwpValues", at, before.data["gwpValues"], value)
                after["gwpValues"].append(value)
            counts["already" if same else "loaded"]["gwpValues"] += 1
        self.data = after
        for subject, *states in logged:
            self.write("host", "factors.load", subject, *states)
        if counts["loaded"]["gwpValues"]:
            self.write("host", "gwp_values.load", GWP, *(self.gwp_record(one) for one in (before.data, after)))
        return {**counts, "libraries": listed}

    @staticmethod
    def library_record(factors: Factors, library: dict) -> dict:
        names = ("id", "name", "authority", "version", "releaseYear", "isDefault")
        counts = {kind: sum(one["libraryId"] == library["id"] for one in factors.data[kind]) for kind in CONTENT}
        return {**{name: library[name] for name in names}, "digest": factors.digest(library), **counts}

    @staticmethod
    def gwp_record(data: dict):
        values = data["gwpValues"]
        if not values:
            return None
        lines = [factordata._line("gwpValue", one, set(), factordata.SHAPES["gwpValues"]) for one in values]
        digest = hashlib.sha256(b"".join(line + b"\n" for line in sorted(lines))).hexdigest()
        return {"values": len(values), "digest": digest}

    def factor_answer(self, name, asked):
        self.acting(asked.caller)
        factors, query = Factors(self.data), {} if asked.query is None else asked.query
        for field in NEEDED.get(name, ()):
            if query.get(field) is None:
                raise Fault("missing_field", field)
        try:
            answer = FACTOR_CALLS[name](factors, query)
        except Fault as fault:
            raise Fault(fault.code, by_id(fault.path, factors), fault.issues) from None
        for row in answer.get("failed", []) if isinstance(answer, dict) else []:
            fault = row["error"].fault
            row["error"] = Told(Fault(fault.code, by_id(fault.path, factors), fault.issues))
        return answer


def asks(name):
    return lambda self, asked: self.factor_answer(name, asked)


for name in QUERIES:
    setattr(FactorCalls, f"factors_{name}", asks(name))
