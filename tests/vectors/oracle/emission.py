"""Which factor applies, and what an activity emitted (emission-factor contract, DECISIONS 12 to 15, docs of the calls)."""

import itertools
import re
from fractions import Fraction

from . import factordata, params, units
from . import text as t
from .exact import decimal, number, product, rounded, total
from .fault import Fault, Told
from .jsontext import Digits
from .text import folded

AUTHORITIES = ("ipcc", "defra", "epa", "iea", "egrid")
REPORTS = ("ar4", "ar5", "ar6")
# In the order in which they are tried.
TIERS = ("specific", "regional", "global")
NOWHERE = float("inf")
SCOPES = ("scope_1", "scope_2", "scope_3", "outside_of_scopes")
# By severity, the gravest first: the order in which they are told.
SEVERITIES = {
    "incomplete": ("co2_not_stated", "gas_not_stated"),
    "caution": (
        "default_library", "technology_ignored", "other_technology", "other_gwp_version", "library_calorific_basis",
        "methane_origin_unknown", "biogenic_not_stated", "no_residual_mix",
    ),
    "note": ("earlier_library", "pinned_library", "parent_region", "global_average"),
}
WARNINGS = tuple(name for names in SEVERITIES.values() for name in names)
METHANE = ("by_report", "by_origin")
YEAR = params.whole(1990, 2100)
QUERY = {
    "authority": params.one_of(*AUTHORITIES), "reportingYear": YEAR, "fuelType": params.named, "gas": params.named,
    "category": params.named, "region": params.named, "technology": params.named, "factorUnit": params.named,
    "libraryDigest": params.digest,
}
REQUIRED = ("authority", "reportingYear", "fuelType", "gas", "category")
# What the crate's own reference data are, where the generator could ask: the answer of the call `data`.
reference = None


def same(a, b) -> bool:
    return (a is None) == (b is None) and (a is None or folded(a) == folded(b))


def revision(library: dict) -> tuple:
    """Editions in order: by year, then publication, then version with numbers as numbers, then id."""
    parts = re.findall(r"[0-9]+|[^0-9]+", library["version"])
    version = tuple((int(part), "") if part.isdigit() else (-1, folded(part)) for part in parts)
    return library["releaseYear"], factordata.instant(library["createdAt"]), version, library["id"]


def figure(factor: dict) -> tuple:
    return factor["value"], factor["oxidationFactor"], factor["isBiogenic"], t.strip(factor["unit"])


class Factors:
    def __init__(self, data: dict):
        self.data = factordata.read(data)
        if data.get("reference"):
            self.data = {kind: factordata.read(reference)[kind] + self.data[kind] for kind in factordata.LISTS}
        self.digests = {}

    def digest(self, library: dict) -> str:
        if library["id"] not in self.digests:
            self.digests[library["id"]] = factordata.digest(self.data, library)
        return self.digests[library["id"]]

    def editions(self, authority: str) -> list:
        """The newest first."""
        return sorted((one for one in self.data["libraries"] if one["authority"] == authority), key=revision, reverse=True)

    def library(self, query: dict):
        editions, year = self.editions(query["authority"]), query["reportingYear"]
        later = "default"
        if query["libraryDigest"] is not None:
            found = [one for one in editions if self.digest(one) == query["libraryDigest"]]
            if not found:
                raise Fault("digest_not_found", "libraryDigest")
            later = "pinned"
        else:
            found = [one for one in editions if one["releaseYear"] <= year] or [one for one in editions if one["isDefault"]]
        if not found:
            return None, None
        chosen = found[0]["releaseYear"]
        return found[0], "exact" if chosen == year else "earlier" if chosen < year else later

    def above(self, library: dict, region: str) -> dict:
        """The regions to look in, folded, nearest first, with how many steps up each is."""
        steps, found = 0, {folded(region): 0}
        level = [folded(region)]
        while level:
            steps += 1
            rows = [row for row in self.data["regionParents"] if row["libraryId"] == library["id"]]
            parents = [folded(row["parent"]) for child in level for row in rows if folded(row["region"]) == child]
            level = []
            for parent in parents:
                if parent not in found:
                    found[parent] = steps
                    level.append(parent)
        return found

    def candidates(self, library: dict, query: dict) -> list:
        """The library's factors for fuel, gas and category, each with its rank, None where it is of another region."""
        above = self.above(library, query["region"]) if query["region"] is not None else {}
        found = []
        for index, factor in enumerate(self.data["factors"]):
            names = ("fuelType", "gas", "category")
            if factor["libraryId"] == library["id"] and all(same(factor[name], query[name]) for name in names):
                found.append(Candidate(index, factor, above, query))
        return found

    def best(self, library: dict, query: dict) -> list:
        """The candidates that match most closely."""
        ranked = [one for one in self.candidates(library, query) if one.rank and one.has_unit]
        return [one for one in ranked if one.rank == min(one.rank for one in ranked)]

    def resolve(self, query: dict):
        library, match = self.library(query)
        best = self.best(library, query) if library else []
        return (only_figure(library, best), library, match) if best else None

    # Conversions.

    def links(self, library: dict, fuel: str, region) -> list:
        """Pairs of dimensions that the library joins for the fuel."""
        found = {}
        for item in self.data["fuelProperties"]:
            if item["libraryId"] != library["id"] or not same(item["fuelType"], fuel):
                continue
            if item["region"] is not None and not same(item["region"], region):
                continue
            link = Link.of(item, library["authority"])
            if link:
                found.setdefault((link.one[0], link.other[0]), []).append(link)
        links = []
        for alike in found.values():
            # The figure of the region itself wins over one for everywhere.
            alike = [link for link in alike if link.property["region"] is not None] or alike
            if len({link.in_base for link in alike}) > 1:
                raise Fault("ambiguous_factor", "unit")
            links.append(alike[0])
        links.sort(key=lambda link: [units.DIMENSIONS.index(side[0]) for side in (link.one, link.other)])
        basis = library.get("calorificBasis")
        return ([Basis(basis)] if basis else []) + links

    def conversions(self, library: dict, query: dict, unit: str, to: units.FactorUnit):
        """How far the activity's unit is from the factor's, and the steps."""
        if units.same_written(unit, to.activity):
            return 0, []
        meanings = units.meanings(unit)
        if meanings and meanings == units.meanings(to.activity):
            return 0, []
        own = units.meant(library["authority"], to.activity)
        given = units.unit(unit) or (own if own in meanings else None)
        if given is None:
            raise Fault("unknown_unit", "unit")
        if own is None:
            raise Fault("unit_mismatch", "unit")
        steps, name = [], unit
        if units.is_gas_therm(unit) and (own[0] != "energy" or library.get("calorificBasis") == "net"):
            name, given = f"{unit} (Gross CV)", ("energy_gross", given[1])
            steps.append(Step(unit, name, 1, 1, "calorific_basis"))
        if given[0] == own[0]:
            return 0 if given == own else 1, steps + by_size(name, given, to.activity, own)
        path = shortest(self.links(library, query["fuelType"], query["region"]), given[0], own[0])
        if path is None:
            raise Fault("unit_mismatch", "unit")
        size = given
        for link, forwards in path:
            taken, name, size = link.steps(name, size, forwards)
            steps += taken
        steps += by_size(name, size, to.activity, own)
        return 2 + sum(link.property is not None for link, _ in path), steps

    # Emissions.

    def use(self, query: dict, unit: str, report: str):
        """The factor for a query and the activity's unit; None where there is none."""
        library, match = self.library(query)
        best = self.best(library, query) if library else []
        return self.nearest(library, match, best, query, unit, report) if best else None

    def nearest(self, library, match, best, query, unit, report):
        reached, refused = [], []
        for one in best:
            to = one.unit()
            try:
                reached.append((*self.conversions(library, query, unit, to), one, to))
            except Fault as fault:
                refused.append(fault)
        if not reached:
            raise refused[0]
        reached = [row for row in reached if row[0] == min(row[0] for row in reached)]
        chosen = only_figure(library, [row[2] for row in reached])
        _, steps, one, to = next(row for row in reached if row[2] is chosen)
        return Use(self, library, match, one, to, steps, unit, report, query.get("methane"))

    def gwp(self, factor: dict, report: str, methane):
        """The value, its row, and whether methane of an unknown origin has the general one."""
        methane_asked = folded(factor["gas"]) == "ch4" and (report == "ar6" or methane == "by_origin")
        names = [factor["gas"]]
        if folded(factor["gas"]) == "ch4" and factor["isBiogenic"]:
            names.insert(0, "CH4 non-fossil")
        elif methane_asked and factor.get("scope") != "scope_2":
            names.insert(0, "CH4 fossil")
        for name in names:
            for row in self.data["gwpValues"]:
                if row["version"] == report and same(row["gas"], name):
                    return Fraction(row["value"]), row, methane_asked and report != "ar4" and name == factor["gas"]
        if folded(factor["gas"]) == "co2":
            return Fraction(1), None, False
        raise Fault("gwp_not_found", "gwpVersion")

    def gases(self, library: dict, fuel: str, category: str) -> list:
        """As the first factor of each writes it."""
        found = {}
        for factor in self.data["factors"]:
            if factor["libraryId"] == library["id"] and same(factor["fuelType"], fuel) and same(factor["category"], category):
                found.setdefault(folded(factor["gas"]), factor["gas"])
        return list(found.values())

    def missing(self, query: dict) -> Fault:
        return Fault("not_in_excerpt" if self.not_in_excerpt(query) else "factor_not_found")

    def not_in_excerpt(self, query: dict) -> bool:
        """Whether the library is a part of its publication, without the fuel and category."""
        library, _ = self.library(query)
        excerpt = library and "; excerpt: " in (library.get("publication") or "")
        return bool(excerpt) and not self.gases(library, query["fuelType"], query["category"])

    def method(self, row: dict, report: str) -> "Method":
        method = Method(self, report)
        library, _ = self.library(row)
        all_gases = self.gases(library, row["fuelType"], row["category"]) if library else []
        whole = [gas for gas in all_gases if folded(gas) == "co2e"]
        wanted = [row["gas"]] if row["gas"] is not None else whole
        for gas in wanted:
            used = self.use({**row, "gas": gas}, row["unit"], report)
            if not used:
                raise self.missing({**row, "gas": gas})
            method.uses.append(("biogenic" if used.biogenic else "counted", used))
        if row["gas"] is None:
            for gas in all_gases:
                if gas in whole:
                    continue
                try:
                    used = self.use({**row, "gas": gas}, row["unit"], report)
                except Fault:
                    # What is missing of the parts is in the total all the same.
                    if not whole:
                        raise
                    used = None
                if used:
                    role = "biogenic" if used.biogenic else "part_of_total" if whole else "counted"
                    method.uses.append((role, used))
                elif not whole:
                    method.not_stated.append(gas)
            if not method.uses:
                raise self.missing(row)
            for pair in method.library.get("biogenicCategories", []):
                if same(pair["category"], row["category"]):
                    self.use_biogenic(method, pair["biogenicCategory"], row, report)
            method.co2_missing = self.co2_missing(method, row)
        if (row["scope"] or method.scope) == "scope_2":
            method.residual = self.residual_mix(row, report)
        return method

    def use_biogenic(self, method: "Method", category: str, row: dict, report: str):
        try:
            query = {**row, "gas": "CO2", "category": category, "factorUnit": None}
            used = self.use(query, row["unit"], report)
        except Fault as fault:
            if fault.code not in ("unit_mismatch", "unknown_unit", "ambiguous_factor"):
                raise
            method.biogenic_not_stated = True
            return
        if used:
            method.uses.append(("biogenic", used))
        elif self.candidates(method.library, query):
            method.biogenic_not_stated = True

    def co2_missing(self, method: "Method", row: dict):
        """Where the library states the CO2 that an answer of CH4 and N2O lacks; None where it lacks none."""
        held = {folded(used.factor["gas"]) for _, used in method.uses}
        if held & {"co2", "co2e"} or not held & {"ch4", "n2o"} or any(role == "biogenic" for role, _ in method.uses):
            return None
        stated = []
        for factor in self.data["factors"]:
            place = {"category": factor["category"], "fuelType": factor["fuelType"]}
            if factor["libraryId"] == method.library["id"] and folded(factor["gas"]) in ("co2", "co2e") and place not in stated:
                stated.append(place)
        asked = t.marks_apart(row["fuelType"].split("(")[0])
        whole = [one for one in stated if set(asked) <= set(t.marks_apart(one["fuelType"]))]
        stated = whole or [one for one in stated if set(asked[:1]) & set(t.marks_apart(one["fuelType"]))]

        def shared(one: dict) -> int:
            pairs = zip(t.marks_apart(one["category"]), t.marks_apart(row["category"]))
            return len(list(itertools.takewhile(lambda pair: pair[0] == pair[1], pairs)))

        nearest = max(map(shared, stated), default=0)
        stated = [one for one in stated if shared(one) == nearest][:10]
        return stated if stated or held >= {"ch4", "n2o"} else None

    def residual_mix(self, row: dict, report: str) -> list:
        row = {**row, "technology": "Residual mix"}
        library, match = self.library(row)
        gases = self.gases(library, row["fuelType"], row["category"])

        def mix(of_all: bool) -> list:
            found = []
            for gas in gases:
                query = {**row, "gas": gas}
                best = self.best(library, query) if (folded(gas) == "co2e") == of_all else []
                if best and same(best[0].factor["technology"], "Residual mix"):
                    found.append(self.nearest(library, match, best, query, row["unit"], report))
            return found

        # The gases beside a factor of all gases are parts of it.
        return mix(True) or [used for used in mix(False) if not used.biogenic]


def only_figure(library: dict, group: list) -> "Candidate":
    """The one that says what all say: the smallest id where they are equal, the finest where they round one figure."""
    if len({figure(one.factor) for one in group}) == 1:
        return min(group, key=lambda one: one.factor["id"])
    stated = []
    for one in group:
        own = one.unit()
        unit = units.meant(library["authority"], own.activity)
        if unit is None:
            raise Fault("ambiguous_factor")
        value = one.factor["value"].normalize()
        half = Fraction(1, 2) / 10 ** max(0, -value.as_tuple().exponent)
        scale = own.kg / unit[1]
        stated.append((half * scale, one.factor["id"], Fraction(value) * scale, unit, one))
    half, _, value, unit, finest = min(stated, key=lambda row: row[:2])
    rest = ("technology", "region", "isBiogenic", "oxidationFactor")
    for other_half, _, other_value, other_unit, one in stated:
        alike = all(
            same(one.factor[name], finest.factor[name]) if name in rest[:2] else one.factor[name] == finest.factor[name] for name in rest
        )
        room = 0 if other_unit == unit or 0 in (value, other_value) else other_half
        if not alike or other_unit[0] != unit[0] or abs(other_value - value) > room:
            raise Fault("ambiguous_factor")
    return finest


class Candidate:
    def __init__(self, index: int, factor: dict, above: dict, query: dict):
        self.index, self.factor = index, factor
        asked, own = query["technology"], factor["technology"]
        technology = 0 if same(asked, own) else 1 if own is None else 2
        self.of_region = factor["region"] is None or folded(factor["region"]) in above
        if asked is not None and technology == 2:
            # Another one than the one asked for never answers.
            self.rank = None
        elif factor["region"] is None:
            self.rank = (NOWHERE, TIERS.index("global"), technology)
        elif folded(factor["region"]) in above:
            tier = "specific" if asked is not None and technology == 0 else "regional"
            self.rank = (above[folded(factor["region"])], TIERS.index(tier), technology)
        else:
            self.rank = None
        self.has_unit = query["factorUnit"] is None or self._has_unit(query["factorUnit"])

    def _has_unit(self, asked: str) -> bool:
        if same(asked, self.factor["unit"]):
            return True
        try:
            own = units.FactorUnit(self.factor["unit"])
        except Fault:
            return False
        return units.same_written(asked, own.activity) or (own.unit is not None and units.unit(asked) == own.unit)

    @property
    def tier(self) -> str:
        return TIERS[self.rank[1]]

    @property
    def steps_up(self) -> int:
        return 0 if self.factor["region"] is None else self.rank[0]

    def unit(self) -> units.FactorUnit:
        try:
            return units.FactorUnit(self.factor["unit"])
        except Fault as fault:
            raise fault.under(f"factors[{self.index}]") from None


class Step:
    def __init__(self, before: str, after: str, multiplier, divisor, basis: str, item=None):
        self.before, self.after, self.multiplier, self.divisor = before, after, Fraction(multiplier), Fraction(divisor)
        self.basis, self.item = basis, item

    def apply(self, amount):
        return rounded(amount * self.multiplier / self.divisor)

    def shown(self, amount=None) -> dict:
        answer = {
            "from": self.before, "to": self.after, "multiplier": decimal(self.multiplier), "divisor": decimal(self.divisor),
            "basis": self.basis, "property": self.item,
        }
        return answer if amount is None else {**answer, "amount": decimal(amount)}


def by_size(before: str, given, after: str, wanted) -> list:
    """The step between two units of one dimension; none where they are equal."""
    if given[1] == wanted[1]:
        return []
    ratio = given[1] / wanted[1]
    # One factor where the ratio is a decimal of few digits.
    if (ratio * 10**19).denominator == 1:
        return [Step(before, after, ratio, 1, "unit")]
    return [Step(before, after, given[1], wanted[1], "unit")]


class Basis:
    """What the library means by energy that says neither gross nor net."""

    property = None

    def __init__(self, basis: str):
        self.basis = basis
        self.one, self.other = ("energy",), (f"energy_{basis}",)

    def steps(self, name: str, size, forwards: bool):
        bare = name.rpartition(" (")[0] if name.endswith(")") and " (" in name else name
        said = f"{name} ({self.basis.capitalize()} CV)" if forwards else bare
        step = Step(name, said, 1, 1, "calorific_basis")
        return [step], said, ((self.other if forwards else self.one)[0], size[1])


class Link:
    """One of `one` is `value` of `other`."""

    def __init__(self, item: dict, one, one_name: str, other, other_name: str):
        self.property, self.value = item, Fraction(item["value"])
        self.one, self.one_name, self.other, self.other_name = one, one_name, other, other_name
        self.in_base = self.value * other[1] / one[1]

    @classmethod
    def of(cls, item: dict, authority: str):
        """None for a unit that is none of its kind."""
        parts = units.parted(item["unit"])
        other, one = (units.meant(authority, part) for part in parts) if parts else (None, None)
        if not one or not other or one[0] not in ("mass", "volume", "standard_volume"):
            return None
        kind, name = item["propertyType"], parts[0]
        if kind == "density":
            return cls(item, one, parts[1], other, name) if other[0] == "mass" != one[0] else None
        energy, said = {"ncv": ("energy_net", "Net CV"), "gcv": ("energy_gross", "Gross CV")}[kind]
        if other[0] not in ("energy", energy):
            return None
        return cls(item, one, parts[1], (energy, other[1]), name if "(" in name else f"{name} ({said})")

    def steps(self, name: str, size, forwards: bool):
        ends = [(self.one_name, self.one), (self.other_name, self.other)]
        (start_name, start), (end_name, end) = ends if forwards else ends[::-1]
        steps = by_size(name, size, start_name, start)
        factors = (self.value, 1) if forwards else (1, self.value)
        steps.append(Step(start_name, end_name, *factors, self.property["propertyType"], self.property))
        return steps, end_name, end


def shortest(links: list, start: str, end: str):
    """Over the fewest links; of several ways of one length the one whose links stand first."""
    ways = [(start, [])]
    for reached, way in ways:
        if reached == end:
            return way
        for link in links:
            for near, far, forwards in ((link.one[0], link.other[0], True), (link.other[0], link.one[0], False)):
                if near == reached and all(far != known for known, _ in ways):
                    ways.append((far, [*way, (link, forwards)]))
    return None


class Use:
    """A factor put to use."""

    def __init__(self, factors: Factors, library, match, one: Candidate, unit: units.FactorUnit, steps: list, given: str, report: str, methane):
        self.library, self.match, self.one, self.factor, self.steps, self.report = library, match, one, one.factor, steps, report
        self.kg = unit.kg
        # Fuel energy on both sides, and neither says by which calorific value. Bought energy has none.
        fuel = library.get("calorificBasis") is not None and self.factor.get("scope") != "scope_2"
        self.silent = fuel and all(side and side[0] == "energy" for side in (unit.unit, units.unit(given)))
        self.oxidation = Fraction(self.factor["oxidationFactor"]) if library.get("valuesExcludeOxidation") else None
        try:
            co2e = unit.is_co2e(self.factor["gas"])
        except Fault as fault:
            raise fault.under(f"factors[{one.index}]") from None
        self.gwp, self.entry, self.general = (None, None, False) if co2e else factors.gwp(self.factor, report, methane)

    @property
    def biogenic(self) -> bool:
        return self.factor["isBiogenic"] and folded(self.factor["gas"]) == "co2"

    def amounts(self, amount: Fraction) -> list:
        """Behind each step."""
        found = []
        for step in self.steps:
            amount = step.apply(amount)
            found.append(amount)
        return found

    def converted(self, amount: Fraction) -> Fraction:
        return [amount, *self.amounts(amount)][-1]

    def emitted(self, amount: Fraction, value=None) -> Fraction:
        """kg by the factor, or by another figure in its unit."""
        value = Fraction(self.factor["value"] if value is None else value)
        return product(self.converted(amount), value, self.kg, *([self.oxidation] if self.oxidation is not None else []))

    def co2e(self, amount: Fraction, value=None) -> Fraction:
        return product(self.emitted(amount, value), self.gwp if self.gwp is not None else Fraction(1))

    def warnings(self) -> list:
        by_library = {"exact": [], "earlier": ["earlier_library"], "default": ["default_library"], "pinned": ["pinned_library"]}
        found = list(by_library[self.match])
        made = self.library.get("gwpVersion")
        told = {
            "global_average": self.one.tier == "global",
            "parent_region": self.one.steps_up > 0,
            "technology_ignored": self.one.rank[2] == 1,
            "other_technology": self.one.rank[2] == 2,
            "methane_origin_unknown": self.general,
            "other_gwp_version": self.gwp is None and made not in (None, self.report),
            # Where the activity is silent; that the factor is so is no concern of its reader.
            "library_calorific_basis": self.silent or any(s.basis == "calorific_basis" and s.after.endswith(" CV)") for s in self.steps),
        }
        return found + [name for name, holds in told.items() if holds]

    def gas(self, role: str, amount: Fraction) -> dict:
        answer = {
            "gas": self.factor["gas"], "role": role, "emittedKg": decimal(self.emitted(amount)),
            "gwp": self.gwp_value, "co2eKg": decimal(self.co2e(amount)),
        }
        for name, bound in (("lowerCo2eKg", "lower"), ("upperCo2eKg", "upper")):
            if bound in self.factor:
                answer[name] = decimal(self.co2e(amount, self.factor[bound]))
        return answer

    @property
    def gwp_value(self):
        return None if self.gwp is None else decimal(self.gwp)

    @property
    def oxidation_value(self):
        return None if self.oxidation is None else decimal(self.oxidation)

    def shown(self, role: str) -> dict:
        entry = self.entry or {}
        gwp = {"value": self.gwp_value, "gas": entry.get("gas"), "source": entry.get("source")}
        return {
            "role": role, "tier": self.one.tier, "regionSteps": self.one.steps_up,
            "conversions": [step.shown() for step in self.steps], "kgPerMassUnit": decimal(self.kg),
            "oxidationFactor": self.oxidation_value, "gwp": None if self.gwp is None else gwp, "factor": self.factor,
        }


def ordered(warnings) -> list:
    return [name for name in WARNINGS if name in warnings]


def severity_of(warning: str) -> str:
    return next(severity for severity, names in SEVERITIES.items() if warning in names)


def gravest(warnings: list):
    return severity_of(ordered(warnings)[0]) if warnings else None


class Method:
    """How rows of one kind are counted."""

    def __init__(self, factors: Factors, report: str):
        self.factors, self.report = factors, report
        self.uses, self.residual, self.not_stated, self.biogenic_not_stated = [], [], [], False
        self.co2_missing = None

    @property
    def main(self) -> Use:
        """The factor that counts; that of biogenic CO2 where nothing else is."""
        return next(used for role in ("counted", "biogenic") for own, used in self.uses if own == role)

    @property
    def library(self) -> dict:
        return self.main.library

    @property
    def scope(self):
        return self.main.factor.get("scope")

    def sum(self, role: str, amount: Fraction) -> Fraction:
        return total(used.co2e(amount) for own, used in self.uses if own == role)

    def warnings(self) -> list:
        found = [name for role, used in self.uses if role != "part_of_total" for name in used.warnings()]
        found += ["biogenic_not_stated"] * self.biogenic_not_stated + ["gas_not_stated"] * bool(self.not_stated)
        found += ["co2_not_stated"] * (self.co2_missing is not None)
        return ordered(found)

    def gases_stated(self) -> list:
        found = {}
        for _, used in self.uses:
            found.setdefault(folded(used.factor["gas"]), used.factor["gas"])
        return list(found.values())

    def shown(self) -> dict:
        return {
            "gwpVersion": self.report, "library": self.library, "libraryDigest": self.factors.digest(self.library),
            "libraryMatch": self.main.match, "factors": [used.shown(role) for role, used in self.uses],
            "residualMix": [used.shown("counted") for used in self.residual],
            "gasesStated": self.gases_stated(),
            "gasesNotStated": self.not_stated, "co2StatedIn": self.co2_missing or [], "warnings": self.warnings(),
        }


# Rows.

ROW = {
    "authority": params.one_of(*AUTHORITIES), "reportingYear": None, "category": params.text, "fuelType": params.text,
    "gas": params.text, "region": params.text, "technology": params.text, "factorUnit": params.text,
    "libraryDigest": params.digest, "amount": None, "unit": params.text, "scope": params.one_of(*SCOPES),
    "methane": params.one_of(*METHANE),
}
NEEDED = ("authority", "reportingYear", "category", "fuelType", "amount", "unit")


def amount_of(value) -> Fraction:
    if type(value) not in (str, Digits):
        raise params.Wrong("wrong_type", "")
    if not re.fullmatch(r"[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?", value):
        finite = value.lower().strip("+-") not in ("nan", "snan", "inf", "infinity")
        raise params.Wrong("invalid_number" if finite else "not_finite", "")
    if abs(int((re.search(r"[eE]([+-]?[0-9]+)", value) or [0, 0])[1])) > 60 or rounded_is_other(number(value)):
        raise params.Wrong("out_of_range", "")
    return number(value)


def rounded_is_other(value: Fraction) -> bool:
    try:
        return rounded(value) != value
    except Fault:
        return True


def year_of(value) -> int:
    return params.whole(-(2**31), 2**31 - 1)(value)


def taken(name: str, value):
    read = {"amount": amount_of, "reportingYear": year_of}.get(name) or ROW[name]
    try:
        return read(value)
    except params.Wrong as wrong:
        raise Fault(wrong.args[0], name) from None


def read_row(row, defaults=None, more=()) -> dict:
    if not isinstance(row, dict):
        raise Fault("wrong_type")
    for name in row:
        if name not in ROW and name not in ("id", "instruments", *more):
            raise Fault("unknown_field", name)
    defaults = {name: value for name, value in (defaults or {}).items() if value is not None}
    values = {**defaults, **{name: value for name, value in row.items() if value is not None}}
    answer = {name: None for name in ROW}
    for name in ROW:
        if name in values:
            answer[name] = taken(name, values[name])
        elif name in NEEDED:
            raise Fault("missing_field", name)
    answer["instruments"] = [] if values.get("instruments") is None else values["instruments"]
    if not isinstance(answer["instruments"], list):
        raise Fault("wrong_type", "instruments")
    # The rules of a query's texts and year.
    if not 1990 <= answer["reportingYear"] <= 2100:
        raise Fault("out_of_range", "reportingYear")
    for name in ("fuelType", "gas", "category", "region", "technology", "factorUnit"):
        if answer[name] is not None:
            t.check(name, answer[name], 500)
    return answer


def row_figures(row: dict, method: Method) -> dict:
    amount, scope = row["amount"], row["scope"] or method.scope
    counted = method.sum("counted", amount)
    found = {
        "co2e": counted, "biogenic": None if method.biogenic_not_stated else method.sum("biogenic", amount),
        "market": None, "scope": scope, "warnings": method.warnings(),
    }
    if row["instruments"] and not (scope == "scope_2" == (method.scope or scope)):
        raise Fault("unknown_value", "instruments")
    if scope == "scope_2":
        found["market"], uncovered = market_based(row, method)
        if uncovered and not method.residual:
            found["warnings"] = ordered([*found["warnings"], "no_residual_mix"])
    # What a gas beside the total gives must fit too.
    found["by_use"] = [used.co2e(amount) for _, used in method.uses]
    return found


def market_based(row: dict, method: Method):
    left, parts = row["amount"], []
    for index, instrument in enumerate(row["instruments"]):
        try:
            covered = left if instrument.get("amount") is None else amount_of(instrument["amount"])
            parts.append(by_instrument(instrument, covered, row["unit"]))
            # Each is a part of the amount.
            if covered * row["amount"] < 0 or abs(covered) > abs(left):
                raise Fault("out_of_range", "amount")
        except Fault as fault:
            raise fault.under(f"instruments[{index}]") from None
        left -= covered
    if left == 0 and row["instruments"]:
        return total(parts), False
    rest = [used.co2e(left) for used in method.residual] or [method.sum("counted", left)]
    return total([*parts, *rest]), True


def by_instrument(instrument: dict, amount: Fraction, unit: str) -> Fraction:
    t.check("name", instrument["name"], 500)
    if number(instrument["value"]) < 0:
        raise Fault("out_of_range", "value")
    own = units.FactorUnit(instrument["unit"])
    own.is_co2e("CO2e")
    if not units.same_written(unit, own.activity):
        given = units.unit(unit)
        if not given or not own.unit or given[0] != own.unit[0]:
            raise Fault("unit_mismatch", "unit")
        amount = units.converted(amount, given, own.unit, "unit")
    return product(amount, number(instrument["value"]), own.kg)


# Answers.

def resolved_answer(found) -> dict:
    if not found:
        return {"factor": None, "tier": None, "library": None, "usedFallback": False, "libraryMatch": None}
    one, library, match = found
    return {
        "factor": one.factor, "tier": one.tier, "library": library, "usedFallback": match != "exact", "libraryMatch": match,
    }


def asked(query, more=()) -> dict:
    return params.read(query, QUERY, REQUIRED, more)


def call_resolve(factors: Factors, query) -> dict:
    return resolved_answer(factors.resolve(asked(query)))


def call_resolve_batch(factors: Factors, query) -> dict:
    if not isinstance(query, dict):
        raise Fault("wrong_type")
    for name in query:
        if name != "queries":
            raise Fault("unknown_field", name)
    if query.get("queries") is None:
        raise Fault("missing_field", "queries")
    if not isinstance(query["queries"], list):
        raise Fault("wrong_type", "queries")
    results = []
    for at, one in enumerate(query["queries"]):
        try:
            results.append(call_resolve(factors, one))
        except Fault as fault:
            results.append({"error": Told(fault.under(f"queries[{at}]"))})
    return {"results": results}


def call_explain(factors: Factors, query) -> dict:
    query = asked(query)
    found = refused = None
    try:
        found = factors.resolve(query)
        if not found and factors.not_in_excerpt(query):
            refused = Told(Fault("not_in_excerpt"))
    except Fault as fault:
        refused = Told(fault)
    try:
        library, match = factors.library(query)
    except Fault:
        library, match = None, None
    libraries = [considered_library(factors, query, library, one) for one in factors.editions(query["authority"])]
    tiers, candidates = considered(factors, query, library, found) if library else ([], [])
    return {
        "libraries": libraries, "libraryMatch": match, "tiers": tiers, "candidates": candidates,
        "resolved": resolved_answer(found), "refused": refused,
    }


def considered_library(factors: Factors, query: dict, chosen, library: dict) -> dict:
    if chosen and library["id"] == chosen["id"]:
        outcome = "chosen"
    elif query["libraryDigest"] is not None:
        outcome = "not_pinned"
    elif library["releaseYear"] > query["reportingYear"]:
        outcome = "later"
    else:
        outcome = "older_revision" if library["releaseYear"] == chosen["releaseYear"] else "older_edition"
    names = ("id", "name", "version", "releaseYear")
    return {**{name: library[name] for name in names}, "digest": factors.digest(library), "outcome": outcome}


def considered(factors: Factors, query: dict, library: dict, found):
    every = factors.candidates(library, query)
    usable = [one for one in every if one.rank and one.has_unit]
    best = min((one.rank for one in usable), default=None)
    tried = []
    if query["region"] is not None:
        above = factors.above(library, query["region"])
        for steps in range(max(above.values()) + 1):
            regions = [query["region"]] if steps == 0 else [written(factors, library, name) for name, at in above.items() if at == steps]
            for tier in TIERS[0 if query["technology"] is not None else 1 : 2]:
                tried.append((steps, tier, regions))
    tried.append((NOWHERE, "global", []))
    tiers = []
    for steps, tier, regions in tried:
        place = (steps, TIERS.index(tier))
        tiers.append({"tier": tier, "regions": regions, "matched": sum(one.rank[:2] == place for one in usable)})
        if best and best[:2] == place:
            break
    return tiers, [considered_factor(one, best, found) for one in every]


def written(factors: Factors, library: dict, name: str) -> str:
    """A region above others as the library's tree first writes it."""
    parents = [row["parent"] for row in factors.data["regionParents"] if row["libraryId"] == library["id"]]
    return next(one for one in parents if folded(one) == name)


def considered_factor(one: Candidate, best, found) -> dict:
    factor = one.factor
    if not one.of_region:
        outcome = "other_region"
    elif not one.rank:
        outcome = "other_technology"
    elif not one.has_unit:
        outcome = "other_unit"
    elif one.rank == best:
        if not found:
            outcome = "tied"
        else:
            outcome = "chosen" if factor["id"] == found[0].factor["id"] else "agrees"
    else:
        outcome = "other_technology" if one.rank[:2] == best[:2] else "lower_tier"
    names = ("region", "technology", "value", "unit")
    shown = {name: factor[name] for name in names}
    return {"factorId": factor["id"], **shown, "source": factor.get("source"), "outcome": outcome}


def call_co2e(factors: Factors, query) -> dict:
    values = asked(query, ("activity", "gwpVersion", "methane"))
    activity, report = query["activity"], query["gwpVersion"]
    try:
        amount = taken("amount", activity["amount"])
    except Fault as fault:
        raise fault.under("activity") from None
    values["methane"] = query.get("methane")
    if values["methane"] not in (None, *METHANE):
        raise Fault("unknown_value", "methane")
    try:
        used = factors.use(values, activity["unit"], report)
    except Fault as fault:
        raise fault.under("activity") if fault.path == "unit" else fault from None
    if not used:
        raise factors.missing(values)
    emitted, mass = used.emitted(amount), used.co2e(amount)
    behind = used.amounts(amount)
    return {
        "co2eKg": decimal(Fraction(0) if used.biogenic else mass),
        "biogenicCo2Kg": decimal(mass if used.biogenic else Fraction(0)),
        "emittedKg": decimal(emitted),
        "activityAmount": decimal(used.converted(amount)),
        "conversions": [step.shown(at) for step, at in zip(used.steps, behind)],
        "kgPerMassUnit": decimal(used.kg),
        "gwpVersion": report,
        "gwp": used.gwp_value,
        "oxidationFactor": used.oxidation_value,
        "warnings": ordered(used.warnings()),
        "severity": gravest(used.warnings()),
        "resolved": resolved_answer((used.one, used.library, used.match)),
    }


def call_emissions(factors: Factors, query) -> dict:
    if query.get("gwpVersion") is None:
        raise Fault("missing_field", "gwpVersion")
    if query["gwpVersion"] not in REPORTS:
        raise Fault("unknown_value", "gwpVersion")
    row = read_row(query, more=("gwpVersion",))
    method = factors.method(row, query["gwpVersion"])
    figures = row_figures(row, method)
    return {
        **shown_figures(figures), "gases": [used.gas(role, row["amount"]) for role, used in method.uses],
        "warnings": figures["warnings"], "severity": gravest(figures["warnings"]), "method": method.shown(),
    }


def shown_figures(figures: dict) -> dict:
    names = {"co2eKg": "co2e", "biogenicCo2Kg": "biogenic", "marketBasedCo2eKg": "market"}
    answer = {name: None if figures[own] is None else decimal(figures[own]) for name, own in names.items()}
    return {**answer, "scope": figures["scope"]}


def call_inventory(factors: Factors, query: dict) -> dict:
    report, defaults = query["gwpVersion"], query.get("defaults")
    methods, known, rows, failed = [], {}, [], []
    for at, given in enumerate(query["rows"]):
        name = given.get("id") if isinstance(given, dict) else None
        head = {"row": at, "id": name if type(name) in (str, Digits) else None}
        try:
            row = read_row(given, defaults)
            key = repr([value for field, value in row.items() if field not in ("amount", "instruments")])
            if key not in known:
                method = factors.method(row, report)
                known[key] = len(methods)
                methods.append(method)
            method = methods[known[key]]
            figures = row_figures(row, method)
            rows.append({**head, "at": known[key], "row_values": row, "figures": figures})
        except Fault as fault:
            failed.append({**head, "error": Told(fault.under(f"rows[{at}]"))})
    return {
        "gwpVersion": report,
        "totals": totals(methods, rows, len(failed)),
        "rows": [inventory_row(row, methods[row["at"]]) for row in rows],
        "failed": failed,
        "methods": [method.shown() for method in methods],
    }


def inventory_row(row: dict, method: Method) -> dict:
    amount, figures = row["row_values"]["amount"], row["figures"]
    return {
        "row": row["row"], "id": row["id"], **shown_figures(figures), "category": method.main.factor["category"],
        "gases": [used.gas(role, amount) for role, used in method.uses], "warnings": figures["warnings"],
        "severity": gravest(figures["warnings"]), "method": row["at"],
    }


def group(rows: list, scope) -> dict:
    def of(name, instead=None):
        values = [row["figures"][name] for row in rows]
        return decimal(total(row["figures"][instead] if value is None and instead else value or 0 for value, row in zip(values, rows)))

    market = of("market", "co2e")
    return {
        "rows": len(rows), "co2eKg": of("co2e"), "marketBasedCo2eKg": market if scope == "scope_2" else None,
        "biogenicCo2Kg": of("biogenic"), "market": market,
    }


def totals(methods: list, rows: list, failed: int) -> dict:
    every = group(rows, None)

    def groups(key):
        found = {}
        for row in rows:
            found.setdefault(key(row), []).append(row)
        order = sorted(found, key=lambda key: ((*SCOPES, None).index(key[0]), *(text.encode() for text in key[1:])))
        answers = []
        for one in order:
            sums = {name: value for name, value in group(found[one], one[0]).items() if name != "market"}
            answers.append({**dict(zip(("scope", "category"), one)), **sums})
        return answers

    gases = {}
    for at, method in enumerate(methods):
        of_method = [row for row in rows if row["at"] == at]
        broken_down = any(role == "part_of_total" for role, _ in method.uses)
        for index, (role, used) in enumerate(method.uses):
            # A total beside its parts would count them twice.
            if role == "biogenic" or (broken_down and role == "counted") or not of_method:
                continue
            _, values = gases.setdefault(folded(used.factor["gas"]), (used.factor["gas"], []))
            values += [row["figures"]["by_use"][index] for row in of_method]
    return {
        "rows": len(rows), "failedRows": failed, "co2eKg": every["co2eKg"], "marketBasedCo2eKg": every["market"],
        "biogenicCo2Kg": every["biogenicCo2Kg"],
        "rowsWithoutBiogenic": sum(row["figures"]["biogenic"] is None for row in rows),
        "warnings": [
            {"warning": name, "severity": severity_of(name), "rows": count} for name in WARNINGS
            if (count := sum(name in row["figures"]["warnings"] for row in rows))
        ],
        "byScope": groups(lambda row: (row["figures"]["scope"],)),
        "byCategory": groups(lambda row: (row["figures"]["scope"], methods[row["at"]].main.factor["category"])),
        "byGas": [{"gas": gas, "co2eKg": decimal(total(values))} for gas, values in gases.values()],
    }


def call_libraries(factors: Factors, query) -> list:
    asked = params.read(query, {"authority": params.one_of(*AUTHORITIES), "releaseYear": YEAR})
    return [one for one in factors.data["libraries"] if all(asked[name] in (None, one[name]) for name in asked)]


def call_search(factors: Factors, query) -> dict:
    texts = {name: params.named for name in ("fuelType", "gas", "category", "region", "technology", "unit")}
    fields = {"libraryId": params.uuid, **texts, "page": params.whole(1), "pageSize": params.whole(1, 100)}
    asked = params.read(query, fields, ("libraryId",))
    page, size = asked["page"] or 1, asked["pageSize"] or 20
    found = [
        one for one in factors.data["factors"]
        if one["libraryId"] == asked["libraryId"]
        and all(asked[name] is None or same(asked[name], one[name]) for name in texts)
    ]
    items = found[(page - 1) * size : page * size]
    return {"items": items, "total": len(found), "page": page, "pageSize": size, "totalPages": -(-len(found) // size)}


def call_fuel_properties(factors: Factors, query) -> list:
    kinds = params.one_of("density", "ncv", "gcv")
    asked = params.read(query, {"libraryId": params.uuid, "fuelType": params.named, "propertyType": kinds}, ("libraryId",))
    return [
        one for one in factors.data["fuelProperties"]
        if one["libraryId"] == asked["libraryId"] and asked["propertyType"] in (None, one["propertyType"])
        and (asked["fuelType"] is None or same(asked["fuelType"], one["fuelType"]))
    ]


def call_gwp_values(factors: Factors, query) -> list:
    asked = params.read(query, {"version": params.one_of(*REPORTS)})
    return [one for one in factors.data["gwpValues"] if asked["version"] in (None, one["version"])]


def call_digest(factors: Factors, query) -> dict:
    try:
        wanted = params.uuid(query["libraryId"])
    except params.Wrong as wrong:
        raise Fault(wrong.args[0], "libraryId") from None
    found = [one for one in factors.data["libraries"] if one["id"] == wanted]
    if not found:
        raise Fault("unknown_reference", "libraryId")
    return {"digest": factors.digest(found[0])}


def call_data(factors: Factors, query) -> dict:
    return factors.data


FACTOR_CALLS = {
    "co2e": call_co2e, "data": call_data, "digest": call_digest, "emissions": call_emissions, "explain": call_explain,
    "fuel_properties": call_fuel_properties, "gwp_values": call_gwp_values, "inventory": call_inventory,
    "libraries": call_libraries, "resolve": call_resolve, "resolve_batch": call_resolve_batch, "search": call_search,
}


def factors(question: dict, call=None):
    call = call or question["call"]
    if call not in FACTOR_CALLS:
        raise Fault("unknown_op", "call")
    if question["data"].get("reference") and reference is None:
        raise Fault("unknown_value", "data.reference")
    try:
        return FACTOR_CALLS[call](Factors(question["data"]), question["query"])
    except Fault as fault:
        # What a factor itself gets wrong stands in the data.
        raise fault.under("data" if fault.path.startswith("factors[") else "query") from None


def resolve(question: dict) -> dict:
    return factors(question, "resolve")


def co2e(question: dict) -> dict:
    return factors(question, "co2e")
