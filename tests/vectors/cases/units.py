"""Units and their sizes: every name of the table, and what is refused (doc of `Unit`)."""

import re

from oracle.units import TABLE

from . import Cases

cases = Cases("units")
DOC = "doc of Unit"
SI, FOOT, NIST, UK = "SI Brochure, 9th edition", "international foot and pound of 1959", "NIST Handbook 44, appendix C", "UK Weights and Measures Act 1985"
BASE = {
    "mass": "kg", "volume": "litres", "standard_volume": "scf", "energy": "MJ", "energy_gross": "MJ (Gross CV)",
    "energy_net": "MJ (Net CV)", "distance": "km", "passenger_distance": "passenger.km", "tonne_distance": "tonne.km",
    "room_nights": "room-night", "working_hours": "FTE working hour",
}


def converts(name, amount, given, to, note, source=DOC, answer=None):
    states = {} if answer is None else {"amount": answer}
    cases.good(name, "convert_unit", {"amount": amount, "from": given, "to": to}, note, source, states)


def refused(name, amount, given, to, code, path, note, source=DOC, names=None):
    cases.bad(name, "convert_unit", {"amount": amount, "from": given, "to": to}, code, path, note, source, names=names)


# Every name. Another case of a symbol, or signs in place of letters, makes the same slug: those are numbered.
seen = {}
for dimension, _, symbols, words in TABLE:
    for kind, name in [("symbol", one) for one in symbols.split("|") if one] + [("word", one) for one in words.split("|")]:
        slug = re.sub(r"[^a-z0-9]+", "-", f"{kind} {name}".lower()).strip("-")
        seen[slug] = seen.get(slug, 0) + 1
        slug += f"-{seen[slug]}" if seen[slug] > 1 else ""
        written = name if kind == "symbol" else name[0].upper() + name[1:]
        converts(slug, "1.5", written, BASE[dimension], f"`{written}` measures {dimension.replace('_', ' ')}")

# Sizes that a law or a standard states.
for name, amount, given, to, source, answer in [
    ("pound", 1, "lb", "kg", FOOT, "0.45359237"),
    ("short-ton", 1, "short ton", "kg", NIST, "907.18474"),
    ("long-ton", 1, "long ton", "kg", NIST, "1016.0469088"),
    ("short-ton-pounds", 1, "short ton", "lb", NIST, "2000"),
    ("long-ton-pounds", 1, "long ton", "lb", NIST, "2240"),
    ("mile", 1, "mile", "km", FOOT, "1.609344"),
    ("nautical-mile", 1, "nautical mile", "km", "First International Hydrographic Conference, 1929", "1.852"),
    ("us-gallon", 1, "US gallon", "litres", NIST, "3.785411784"),
    ("oil-barrel", 1, "oil barrel", "US gallon", NIST, "42"),
    ("us-beer-barrel", 1, "US beer barrel", "US gallons", NIST, "31"),
    ("uk-beer-barrel", 1, "UK beer barrel", "imperial gallons", UK, "36"),
    ("short-cwt", 1, "short cwt", "lb", NIST, "100"),
    ("long-cwt", 1, "long cwt", "lb", NIST, "112"),
    ("imperial-gallon", 1, "imperial gallon", "litres", UK, "4.54609"),
    ("cubic-foot", 1, "ft3", "litres", FOOT, "28.316846592"),
    ("btu", 1, "Btu", "J", "ISO 31-4, International Table Btu", "1055.05585262"),
    ("mmbtu-therms", 1, "mmBtu", "therms", DOC, "10"),
    ("toe", 1, "toe", "GJ", "IEA unit converter", "41.868"),
    ("calorie", 1, "kcal", "kJ", "International Table calorie", "4.1868"),
    ("kwh", 1, "kWh", "MJ", SI, "3.6"),
    ("mwh-kwh", "12.5", "MWh", "kWh", SI, "12500"),
    ("kwh-mwh", 1, "kWh", "MWh", SI, "0.001"),
    ("mcf", 1, "Mcf", "scf", DOC, "1000"),
    ("passenger-mile", 10, "passenger-mile", "passenger.km", FOOT, "16.09344"),
    ("pkm", 10, "pkm", "passenger.km", DOC, "10"),
    ("tkm", 10, "tkm", "tonne.km", DOC, "10"),
    ("short-ton-mile", 1, "short ton-mile", "tonne.km", NIST, "1.45997231821056"),
    ("kg-km", 1000, "kg.km", "tonne.km", DOC, "1"),
    ("tonne-star-mile", 1, "tonne*mile", "tonne.km", DOC, "1.609344"),
    ("tonne-dot-km", 1, "tonne·km", "tkm", DOC, "1"),
    ("gross", 100, "kWh (Gross CV)", "MJ HHV", DOC, "360"),
    ("net", 100, "kWh (Net CV)", "MJ LHV", DOC, "360"),
    ("gross-any-case", 1, "kwh (gross cv)", "kWh GCV", DOC, "1"),
    ("net-any-case", 1, "MMBTU (lhv)", "mmBtu NCV", DOC, "1"),
    ("gross-short", 1, "GJ (gross)", "GJ HHV", DOC, "1"),
    ("net-short", 1, "GJ net", "GJ (NCV)", DOC, "1"),
    ("blanks", 1, "  short   ton ", " kg ", "DECISIONS 13", "907.18474"),
    ("word-any-case", 1, "SHORT Ton", "KG", "DECISIONS 13", "907.18474"),
    ("same", "0.10", "litres", "l", DOC, "0.1"),
    ("zero", 0, "mile", "km", DOC, "0"),
    ("negative", -3, "kWh", "MJ", DOC, "-10.8"),
    ("tiny", "0.0000000000000000000000000001", "kg", "g", DOC, "0.0000000000000000000000001"),
]:
    converts(f"size-{name}", amount, given, to, f"{amount} {given.strip()} in {to.strip()}", source, answer)

# Rounded once, to 28 places and 96 bits, halves to even.
ROUNDED = "doc of Unit::convert"
converts("rounded-third", 1, "km", "mile", "a quotient without end has 28 places", ROUNDED, answer="0.6213711922373339696174341844")
converts("rounded-96-bits", "12345678901234567890", "kWh", "mmBtu", "as many places as 96 bits leave", ROUNDED)
converts("rounded-twh-btu", 1, "TWh", "Btu", "a size of 13 digits", ROUNDED)
converts("rounded-btu-twh", 1, "Btu", "TWh", "and back", ROUNDED)
converts("rounded-half-even-down", "0.0000000000000000000000000005", "g", "kg", "half of the last place, beside an even one", ROUNDED, answer="0")
converts("rounded-half-even-up", "0.0000000000000000000000001500", "g", "kg", "half of the last place, beside an odd one", ROUNDED, answer="0.0000000000000000000000000002")
converts("rounded-once", "0.0000000000000000000000000001", "lb", "kg", "45 % of the last place", ROUNDED, answer="0")
converts("largest", "79228162514264337593543950335", "kg", "kg", "the largest amount", ROUNDED, answer="79228162514264337593543950335")
converts("largest-down", "79228162514264337593543950335", "kg", "t", "all 29 digits stay", ROUNDED, answer="79228162514264337593543950.335")
converts("largest-in-pounds", "79228162514264337593543950335", "lb", "kg", "products beyond 96 bits on the way", ROUNDED)

refused("unknown", 1, "smoot", "km", "unknown_unit", "from", "no unit of this name", names="`smoot`")
refused("unknown-to", 1, "km", "smoot", "unknown_unit", "to", "no unit to convert into")
refused("ton", 1, "ton", "kg", "unknown_unit", "from", "a ton may be three things", names="short ton")
refused("tons", 1, "kg", "tons", "unknown_unit", "to", "tons may be three things", names="long ton")
refused("ton-mile", 1, "ton-mile", "tonne.km", "unknown_unit", "from", "a ton-mile too", names="short ton-mile")
D35 = "DECISIONS 35"
for word, means in [
    ("gallon", "imperial gallon"), ("GALLONS", "US gallon"), ("gal", "US gallon"), ("barrel", "oil barrel"), ("bbl", "UK beer barrel"),
    ("cwt", "long hundredweight"), ("hundredweights", "short hundredweight"), ("tons", "`tonne`"), ("ton.km", "long ton-km"),
]:
    slug = re.sub(r"[^a-z0-9]+", "-", word.lower())
    refused(f"two-meanings-{slug}", 1, word, word, "unknown_unit", "from", "a word with two meanings: which of them is asked", D35, names=means)
refused("two-meanings-to", 1, "litres", "gallons", "unknown_unit", "to", "nor is one converted into", D35, names="imperial gallon")
refused("mt", 1, "MT", "kg", "unknown_unit", "from", "MT may be a metric ton or a million tonnes", names="`Mt`")
refused("mwh-small", 1, "mWh", "kWh", "unknown_unit", "from", "mWh is no MWh")
refused("mj-small", 1, "mj", "kWh", "unknown_unit", "from", "mj is no MJ")
refused("empty", 1, "", "kWh", "unknown_unit", "from", "an empty unit", names="expected a unit")
refused("qualified-mass", 1, "kg (Gross CV)", "kg", "unknown_unit", "from", "a mass has no calorific value")
refused("qualifier-alone", 1, "Net CV", "MJ", "unknown_unit", "from", "a calorific value of nothing")
refused("qualifier-joined", 1, "kWhgross", "kWh", "unknown_unit", "from", "no blank before the calorific value")
refused("passenger-alone", 1, "passenger", "passenger.km", "unknown_unit", "from", "passengers without a way")
refused("way-before-load", 1, "km.passenger", "passenger.km", "unknown_unit", "from", "the way stands behind")
refused("two-units", 1, "kg/kWh", "kg", "unknown_unit", "from", "a factor's unit is no unit of an activity")
for given, to, note in [
    ("kg", "litres", "mass into volume needs a density"),
    ("litres", "kWh", "volume into energy needs a calorific value"),
    ("scf", "m3", "at standard conditions, and as it is"),
    ("kWh (Gross CV)", "kWh (Net CV)", "gross and net are joined only by the fuel's ratio"),
    ("kWh", "kWh (Gross CV)", "energy as such is neither gross"),
    ("kWh (Net CV)", "kWh", "nor net"),
    ("km", "passenger.km", "a vehicle's way is not its passengers'"),
    ("tonne.km", "km", "goods carried are no way"),
    ("passenger.km", "tonne.km", "passengers are no goods"),
    ("room nights", "FTE working hour", "nights are no hours"),
]:
    slug = re.sub(r"[^a-z0-9]+", "-", f"{given} {to}".lower()).strip("-")
    refused(f"mismatch-{slug}", 1, given, to, "unit_mismatch", "to", note, "DECISIONS 15")
refused("too-large", "79228162514264337593543950335", "t", "kg", "out_of_range", "to", "what does not fit is not cut off", "doc of Unit::convert")
refused("amount-nan", "NaN", "kWh", "MJ", "not_finite", "amount", "NaN is no amount")
refused("amount-comma", "1,000", "kWh", "MJ", "invalid_number", "amount", "a thousands separator is no digit")
refused("amount-29-places", "0.12345678901234567890123456789", "kWh", "MJ", "out_of_range", "amount", "29 decimal places: nothing is rounded in silence")
refused("amount-true", True, "kWh", "MJ", "wrong_type", "amount", "a boolean is no amount")
refused("from-number", 1, 5, "MJ", "wrong_type", "from", "a number is no unit")
refused("to-missing", 1, "kWh", None, "missing_field", "to", "nothing to convert into")
cases.bad("unknown-field", "convert_unit", {"amount": 1, "from": "kWh", "to": "MJ", "fuel": "x"}, "unknown_field", "fuel", "a field that the call does not have", DOC)
