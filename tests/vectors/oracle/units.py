"""Units from their definitions: the SI, the international foot and pound of 1959, the gallon of 231 cubic inches, the
International Table Btu and calorie. Names as the doc of `Unit` and the publications have them."""

import re
from fractions import Fraction as F

from . import text as t
from .exact import rounded
from .fault import Fault

# In the order in which links between dimensions are tried.
DIMENSIONS = (
    "mass", "volume", "standard_volume", "energy", "energy_gross", "energy_net", "distance", "passenger_distance",
    "tonne_distance", "room_nights", "working_hours",
)
ENERGIES = ("energy", "energy_gross", "energy_net")

POUND = F("0.45359237")  # kg
INCH = F("0.254")  # dm
FOOT = 12 * INCH
GALLON = 231 * INCH**3  # l
MILE = 5280 * FOOT / 10000  # km
BTU = F("1055.05585262") / 10**6  # MJ
CALORIE = F("4.1868") / 10**6  # MJ
WATT_HOUR = F(3600, 10**6)  # MJ

# Dimension, size in kg, l, scf, MJ, km, room-nights, hours; symbols, taken as they are written; words, taken in any case.
TABLE = [
    ("mass", F(1, 10**6), "mg", "milligram|milligrams"),
    ("mass", F(1, 1000), "g", "gram|grams|gramme|grammes"),
    ("mass", F(1), "kg", "kg|kilogram|kilograms|kilogramme|kilogrammes"),
    ("mass", F(1000), "t|Mg", "tonne|tonnes|metric ton|metric tons|metric tonne|metric tonnes"),
    ("mass", F(10**6), "kt|Gg", "kilotonne|kilotonnes|gigagram|gigagrams"),
    ("mass", F(10**9), "Mt|Tg", "megatonne|megatonnes|million tonnes"),
    ("mass", POUND, "lb|lbs", "lb|lbs|pound|pounds"),
    ("mass", 2000 * POUND, "", "short ton|short tons|us ton|us tons"),
    ("mass", 2240 * POUND, "", "long ton|long tons|imperial ton|imperial tons"),
    ("mass", 100 * POUND, "", "short hundredweight|short hundredweights|short cwt|us hundredweight|us cwt"),
    ("mass", 112 * POUND, "", "long hundredweight|long hundredweights|long cwt|imperial hundredweight|imperial cwt|uk cwt"),
    ("volume", F(1, 1000), "ml|mL", "millilitre|millilitres|milliliter|milliliters"),
    ("volume", F(1), "l|L", "litre|litres|liter|liters"),
    ("volume", F(1000), "m3|m³|m^3|kl|kL", "cubic metre|cubic metres|cubic meter|cubic meters"),
    ("volume", F(10**6), "Ml|ML", "million litres|million liters|megalitre|megalitres"),
    ("volume", GALLON, "", "us gallon|us gallons|us gal"),
    ("volume", F("4.54609"), "", "imperial gallon|imperial gallons|uk gallon|uk gallons|imp gal|imperial gal|uk gal"),
    ("volume", 42 * GALLON, "", "oil barrel|oil barrels|barrel of oil|barrels of oil"),
    ("volume", 31 * GALLON, "", "us beer barrel|us beer barrels"),
    ("volume", 36 * F("4.54609"), "", "uk beer barrel|uk beer barrels"),
    ("volume", FOOT**3, "ft3|ft³|ft^3|cf", "cubic foot|cubic feet"),
    ("standard_volume", F(1), "scf", "scf|standard cubic foot|standard cubic feet"),
    ("standard_volume", F(100), "ccf|Ccf|CCF", "hundred cubic feet"),
    ("standard_volume", F(1000), "Mcf|MCF|mcf|Mscf", "thousand cubic feet"),
    ("standard_volume", F(10**6), "MMcf|MMCF|MMscf", "million cubic feet"),
    ("energy", F(1, 10**6), "J", "joule|joules"),
    ("energy", F(1, 1000), "kJ", "kilojoule|kilojoules"),
    ("energy", F(1), "MJ", "megajoule|megajoules"),
    ("energy", F(1000), "GJ", "gj|gigajoule|gigajoules"),
    ("energy", F(10**6), "TJ", "tj|terajoule|terajoules"),
    ("energy", F(10**9), "PJ", "petajoule|petajoules"),
    ("energy", WATT_HOUR, "Wh", "watt hour|watt hours"),
    ("energy", 10**3 * WATT_HOUR, "kWh", "kwh|kilowatt hour|kilowatt hours|kilowatt-hour|kilowatt-hours"),
    ("energy", 10**6 * WATT_HOUR, "MWh|MWH", "megawatt hour|megawatt hours|megawatt-hour|megawatt-hours"),
    ("energy", 10**9 * WATT_HOUR, "GWh", "gwh|gigawatt hour|gigawatt hours|gigawatt-hours"),
    ("energy", 10**12 * WATT_HOUR, "TWh", "twh|terawatt hour|terawatt hours"),
    ("energy", BTU, "Btu|BTU|btu", "british thermal unit|british thermal units"),
    ("energy", 10**6 * BTU, "mmBtu|MMBtu", "mmbtu|million btu|dekatherm|dekatherms|dth"),
    ("energy", 10**5 * BTU, "thm", "therm|therms"),
    ("energy", 10**3 * CALORIE, "kcal", "kilocalorie|kilocalories"),
    ("energy", 10**9 * CALORIE, "Gcal", "gigacalorie|gigacalories"),
    ("energy", 10**10 * CALORIE, "toe", "toe|tonne of oil equivalent|tonnes of oil equivalent"),
    ("energy", 10**13 * CALORIE, "ktoe", "ktoe"),
    ("distance", F(1, 1000), "m", "metre|metres|meter|meters"),
    ("distance", F(1), "km|vkm|vehicle.km|vehicle-km", "km|kms|kilometre|kilometres|kilometer|kilometers|vehicle-km|vehicle km"),
    ("distance", MILE, "mi", "mile|miles|vehicle-mile|vehicle-miles|vehicle mile|vehicle miles"),
    ("distance", F("1.852"), "nmi", "nautical mile|nautical miles"),
    ("room_nights", F(1), "", "room per night|room night|room nights|room-night|room-nights"),
    ("working_hours", F(1), "", "fte working hour|fte working hours|per fte working hour"),
]
SYMBOLS = {name: row[:2] for row in TABLE for name in row[2].split("|") if name}
WORDS = {name: row[:2] for row in TABLE for name in row[3].split("|") if name}
CALORIFIC = re.compile(r"(.+?)(?: *\( *| )(?:(gross cv|gross|gcv|hhv)|(?:net cv|net|ncv|lhv))\)?", re.IGNORECASE)
CARRIED = re.compile(r"(.+)[.·*-]([^.·*-]+)")
# Words of several units, the American one first (DECISIONS 35).
DOUBLE = {
    "gallon|gallons|gal|gals": ("us gallon", "imperial gallon"),
    "ton|tons": ("short ton", "long ton"),
    "cwt|hundredweight|hundredweights": ("short cwt", "long cwt"),
    "barrel|barrels|bbl|bbls": ("oil barrel", "us beer barrel", "uk beer barrel"),
}
MEANINGS = {name: units for names, units in DOUBLE.items() for name in names.split("|")}
THERMS = ("therm", "therms", "thm", "dekatherm", "dekatherms", "dth", "dths")
SHORT = {"pkm": "passenger.km", "tkm": "tonne.km"}


def simple(name: str):
    name = t.strip(name)
    return SYMBOLS.get(name) or WORDS.get(t.folded(name))


def unit(name: str):
    """Dimension and size in the base unit; None for a text that names no unit."""
    name = t.strip(name)
    if found := simple(name):
        return found
    if parts := CALORIFIC.fullmatch(name):
        found = simple(parts[1])
        if found and found[0] == "energy":
            return ("energy_gross" if parts[2] else "energy_net"), found[1]
    if parts := CARRIED.fullmatch(SHORT.get(t.folded(name), name)):
        load, way = simple(parts[1]), simple(parts[2])
        if way and way[0] == "distance":
            if t.folded(parts[1]) == "passenger":
                return "passenger_distance", way[1]
            if load and load[0] == "mass":
                return "tonne_distance", load[1] * way[1] / 1000
    return None


def meanings(name: str) -> list:
    """The units that a word may mean; none for a text of one meaning."""
    if found := MEANINGS.get(t.folded(name)):
        return [simple(one) for one in found]
    if (parts := CARRIED.fullmatch(t.strip(name))) and (found := MEANINGS.get(t.folded(parts[1]))):
        carried = [unit(f"{one}-{parts[2]}") for one in found]
        return carried if all(carried) else []
    return []


def meant(authority: str, name: str):
    """What an authority means by a unit: EPA's are American."""
    return unit(name) or (next(iter(meanings(name)), None) if authority in ("epa", "egrid") else None)


def is_gas_therm(name: str) -> bool:
    """Gas is sold by therms of gross calorific value."""
    return t.folded(name) in THERMS


def known(name: str, path: str):
    found = unit(name)
    if not found:
        raise Fault("unknown_unit", path)
    return found


def converted(amount: F, given, wanted, path: str) -> F:
    if given[0] != wanted[0]:
        raise Fault("unit_mismatch", path)
    try:
        return rounded(amount * given[1] / wanted[1])
    except Fault as fault:
        raise fault.under(path) from None


def parted(name: str):
    """What stands before and behind the slash, or ` per `."""
    for joint in ("/", " per "):
        before, found, behind = name.partition(joint)
        if found:
            return before.strip(), behind.strip()
    return None


class FactorUnit:
    """`kg CO2e of CH4/litres`: a mass, what it is of, and the unit of activity."""

    def __init__(self, name: str):
        parts = parted(name)
        if not parts or not parts[1]:
            raise Fault("unknown_value", "unit")
        words = [word for word in t.words(parts[0]) if word]
        for count in (2, 1):
            mass = simple(" ".join(words[:count]))
            if mass and mass[0] == "mass":
                break
        else:
            raise Fault("unknown_value", "unit")
        self.kg, self.label, self.activity = mass[1], t.folded(" ".join(words[count:])), parts[1]
        self.unit = unit(self.activity)

    def is_co2e(self, gas: str) -> bool:
        """Whether the figure is CO2e already. The label may not name another gas."""
        gas = t.folded(gas)
        of = re.fullmatch(r"co2e(?: of (.+?)(?: per unit)?)?", self.label)
        if self.label and (of[1] not in (None, gas) if of else self.label != gas):
            raise Fault("unknown_value", "unit")
        return bool(of) or gas == "co2e"


def same_written(a: str, b: str) -> bool:
    """Blanks do not matter, case does: `mWh` is no `MWh`."""
    return a.split() == b.split()


def convert_unit(question: dict) -> dict:
    from .exact import decimal, number

    amount = number(question["amount"])
    given, wanted = known(question["from"], "from"), known(question["to"], "to")
    return {"amount": decimal(converted(amount, given, wanted, "to"))}
