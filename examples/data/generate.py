#!/usr/bin/env python3
"""Writes the example data of the quickstart: `python3 examples/data/generate.py`.

Plain Python 3, no packages, one fixed seed: a second run writes the same bytes.

    fleet.csv, fleet-planted.json   a made-up fleet, and what was planted in it
    energy.csv                      a made-up year of energy use at six sites
    inventory.csv                   a made-up year of energy use at four sites, for the crate's reference data
    factors.json                    published emission factors, copied digit by digit (see SOURCES.md)
    cashflows.csv, holdings.csv     a made-up investment, and a made-up portfolio

The organisations, sites, serial numbers and amounts are invented. The makers' names, the programmes' names, the
emission factors and the global warming potentials are not.
"""

import csv
import datetime
import json
import random
import unicodedata
import uuid
from pathlib import Path

HERE = Path(__file__).resolve().parent
TODAY = datetime.date(2026, 11, 22)
DAY = datetime.timedelta(days=1)
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:tierra:examples:data")


def ident(name):
    return str(uuid.uuid5(NAMESPACE, name))


class Dice:
    """Draws built on `random()` alone, whose sequence for a seed Python promises to keep."""

    def __init__(self, seed):
        self._random = random.Random(seed).random

    def below(self, n):
        return int(self._random() * n)

    def between(self, low, high):
        return low + self.below(high - low + 1)

    def chance(self, percent):
        return self._random() * 100 < percent

    def pick(self, items):
        return items[self.below(len(items))]

    def pick_two(self, items):
        first = self.below(len(items))
        second = (first + 1 + self.below(len(items) - 1)) % len(items)
        return items[first], items[second]

    def digits(self, count):
        return "".join(str(self.below(10)) for _ in range(count))

    def letters(self, count, alphabet="ACDEFHJKLMNPRTUVWXY"):
        return "".join(self.pick(alphabet) for _ in range(count))

    def shuffled(self, items):
        items = list(items)
        for i in range(len(items) - 1, 0, -1):
            j = self.below(i + 1)
            items[i], items[j] = items[j], items[i]
        return items


def write_csv(name, header, rows):
    with open(HERE / name, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


# ---------------------------------------------------------------------------------------------------------------------
# fleet.csv
# ---------------------------------------------------------------------------------------------------------------------

# Each maker: the spellings that name it, the markets it is sold in, and a serial number as its label prints it.
MAKERS = {
    "ABB": (["ABB", "abb", "ABB Ltd", "ABB AG"], "us uk nl de no"),
    "ALFEN": (["Alfen", "Alfen BV", "Alfen B.V.", "ALFEN", "Alfen N.V."], "uk nl de"),
    "AUTEL": (["Autel", "AUTEL"], "us uk nl"),
    "CHARGEAMPS": (["Charge Amps", "Charge Amps AB", "ChargeAmps", "CHARGE AMPS"], "nl de no"),
    "CHARGEPOINT": (["ChargePoint", "Charge Point", "ChargePoint, Inc.", "CHARGEPOINT INC", "chargepoint"], "us uk"),
    "COMPLEO": (["Compleo", "COMPLEO"], "de"),
    "EASEE": (["Easee", "Easee AS", "EASEE", "easee"], "uk nl de no"),
    "ENPHASEENERGY": (["Enphase Energy", "Enphase Energy, Inc.", "ENPHASE ENERGY", "Enphase Energy Inc"], "us"),
    "EVBOX": (["EVBox", "ev box", "EVBox B.V.", "EV-Box", "EVBOX"], "us uk nl de no"),
    "GOE": (["go-e", "go-e GmbH", "GO-E", "go e"], "nl de"),
    "HEIDELBERG": (["Heidelberg", "HEIDELBERG"], "de"),
    "HYPERVOLT": (["Hypervolt", "Hypervolt Ltd", "HYPERVOLT LTD."], "uk"),
    "KEBA": (["KEBA", "Keba", "KEBA AG", "Keba AG"], "uk nl de no"),
    "MENNEKES": (["Mennekes", "MENNEKES"], "nl de"),
    "MYENERGI": (["myenergi", "myenergi Ltd", "MyEnergi", "myenergi Ltd."], "uk nl"),
    "OHME": (["Ohme", "OHME", "Ohme Ltd"], "uk"),
    "PEBLAR": (["Peblar", "Peblar B.V.", "PEBLAR"], "nl de"),
    "SCHNEIDERELECTRIC": (["Schneider Electric", "SCHNEIDER ELECTRIC", "Schneider-Electric", "Schneider Electric SAS"], "us uk nl de"),
    "SIEMENS": (["Siemens", "Siemens AG", "SIEMENS"], "us de"),
    "TESLA": (["Tesla", "Tesla, Inc.", "Tesla Motors", "TESLA", "Tesla Motors, Inc."], "us uk nl de no"),
    "WALLBOX": (["Wallbox", "Wallbox Chargers", "Wall Box Chargers S.L.", "WALLBOX", "Wallbox Chargers, S.L.", "Wall Box"], "us uk nl de no"),
    "WEBASTO": (["Webasto", "WEBASTO"], "us de"),
    "ZAPTEC": (["Zaptec", "ZAPTEC AS", "Zaptec AS", "zaptec"], "uk nl de no"),
}
# How often a maker is drawn, where it is not 2.
WEIGHTS = {"WALLBOX": 6, "TESLA": 5, "ALFEN": 5, "EASEE": 5, "ZAPTEC": 4, "CHARGEPOINT": 5, "EVBOX": 3, "GOE": 3, "KEBA": 3,
           "MYENERGI": 3, "COMPLEO": 1, "MENNEKES": 1, "AUTEL": 1, "HEIDELBERG": 1, "WEBASTO": 1, "SIEMENS": 1}


def new_serial(dice, maker):
    """A serial number in the maker's manner, as the type plate prints it."""
    year, week = dice.between(20, 25), dice.between(1, 52)
    return {
        "ABB": lambda: f"TACW22-4-{week:02}{year}-{dice.pick('GT')}{dice.digits(4)}",
        "ALFEN": lambda: f"ACE0{dice.between(100, 599)}{dice.digits(3)}",
        "AUTEL": lambda: f"AE{dice.pick(['0007', '0022'])}A1GM3C{dice.digits(5)}{dice.letters(1)}",
        "CHARGEAMPS": lambda: f"{year}{week:02}{dice.digits(6)}{dice.pick('MCH')}",
        "CHARGEPOINT": lambda: f"{year}{week:02}{dice.digits(8)}",
        "COMPLEO": lambda: f"42{year}{dice.digits(6)}",
        "EASEE": lambda: f"EH{dice.digits(6)}" if dice.chance(70) else f"EH{dice.letters(2)}{dice.digits(2)}{dice.letters(1)}{dice.digits(1)}",
        "ENPHASEENERGY": lambda: f"20{year}{week:02}{dice.digits(6)}",
        "EVBOX": lambda: f"EVB-P{year}{dice.digits(6)}",
        "GOE": lambda: dice.pick(["05", "09", "20", "21", "22"]) + dice.digits(4),
        "HEIDELBERG": lambda: f"{year}{dice.digits(6)}",
        "HYPERVOLT": lambda: f"HV3{dice.digits(7)}",
        "KEBA": lambda: f"{dice.between(17, 25)}{dice.digits(6)}",
        "MENNEKES": lambda: f"1384202.{dice.digits(5)}",
        "MYENERGI": lambda: f"{dice.pick(['10', '12', '16', '20', '21'])}{dice.digits(6)}",
        "OHME": lambda: f"OH{dice.digits(8)}",
        "PEBLAR": lambda: f"{year}-{week:02}-{dice.letters(1)}{dice.digits(1)}{dice.letters(1)}-{dice.letters(3)}",
        "SCHNEIDERELECTRIC": lambda: f"3N{year}{week:02}{dice.digits(6)}",
        "SIEMENS": lambda: f"LM{year}{dice.digits(7)}",
        "TESLA": lambda: f"{dice.pick(['PGT', 'PGT', 'B7S'])}{year}{dice.between(1, 365):03}{dice.pick('EHJ')}{dice.digits(5)}",
        "WALLBOX": lambda: f"WBX-{dice.between(100000, 989999)}",
        "WEBASTO": lambda: f"{dice.between(26, 31)}{dice.digits(6)}",
        "ZAPTEC": lambda: f"{dice.pick(['ZAP', 'ZAP', 'ZPR'])}{dice.digits(6)}",
    }[maker]()


# The aggregators, all made up: market, what they call their programmes, and how they are in the habit of writing
# serial numbers.
ORGANIZATIONS = {
    "Pinyon Credit Exchange": ("us", ["LCFS {y}", "Oregon CFP {y}"], "printed"),
    "Golden Meadow Charging": ("us", ["LCFS {y}", "Spring Rebate"], "label"),
    "Lakeshore Demand Partners": ("us", ["Managed Charging {y}", "Spring Rebate"], "compact"),
    "Tallgrass Grid Services": ("us", ["Managed Charging {y}", "Off-Peak Rewards"], "spaced"),
    "Copperfield Clean Fuels": ("us", ["LCFS {y}", "Washington CFS {y}"], "dashed"),
    "Kestrel Flex": ("uk", ["Winter Flex {y}", "Smart Tariff Pilot"], "lower"),
    "Harbourline Energy": ("uk", ["Workplace Grant {y}", "Winter Flex {y}"], "printed"),
    "Thornbury Fleet Power": ("uk", ["Depot Charging {y}", "Workplace Grant {y}"], "label"),
    "Veldwind Mobiliteit": ("nl", ["HBE {y}"], "printed"),
    "Grachtstroom": ("nl", ["HBE {y}"], "dotted"),
    "Sonnhalde Stadtladen": ("de", ["THG-Quote {y}"], "printed"),
    "Elbtal Ladeverbund": ("de", ["THG-Quote {y}", "Wohnquartier Laden"], "dashed"),
    "Fjordlys Ladenett": ("no", ["Flex Reserve {y}", "Borettslag Lading"], "compact"),
    "Skerry Charging Co-op": ("no", ["Flex Reserve {y}", "Spring Rebate"], "printed"),
}
MARKETS = ["us", "uk", "nl", "de", "no"]


def programme(dice, organization, start):
    name = dice.pick(ORGANIZATIONS[organization][1])
    # The Netherlands moved from HBE to ERE credits with 2026.
    return name.replace("HBE {y}", "ERE {y}" if start.year >= 2026 else "HBE {y}").replace("{y}", str(start.year))


# --- Ways to write one serial number -------------------------------------------------------------------------------


def compact(serial):
    return "".join(c for c in serial if c.isalnum())


def groups(serial):
    """`ACE0123456` as `ACE`, `012`, `3456`: letters apart from digits, long runs of digits in groups of three or four."""
    runs = []
    for c in compact(serial):
        if runs and runs[-1][-1].isdigit() == c.isdigit():
            runs[-1] += c
        else:
            runs.append(c)
    parts = []
    for run in runs:
        while run.isdigit() and len(run) > 4:
            parts.append(run[:3])
            run = run[3:]
        parts.append(run)
    return parts


def full_width(serial):
    return "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in serial)


LABELS = ["S/N: ", "SN: ", "Serial No. ", "Serial Number: ", "Serial: ", "S/N:", "s/n: "]


def respell(dice, serial, style):
    if style == "label":
        return dice.pick(LABELS) + serial
    return {
        "printed": serial,
        "compact": compact(serial),
        "lower": serial.lower(),
        "dashed": "-".join(groups(serial)),
        "spaced": " ".join(groups(serial)),
        "dotted": ".".join(groups(serial)),
        "en dash": "\u2013".join(groups(serial)),
        "full width": full_width(serial),
        "hash": "#" + serial,
    }[style]


# --- The rules of the identity, written down a second time, so that the counts below do not rest on the crate --------

LEGAL_FORMS = {"INC", "LTD", "LIMITED", "GMBH", "AG", "BV", "SAS", "SL", "AS", "OY", "AB", "NV", "LLC", "CORP", "CO", "KG"}
ALIASES = {"WALLBOXCHARGERS": "WALLBOX", "TESLAMOTORS": "TESLA"}


def canonical_vendor(text):
    words = unicodedata.normalize("NFKC", text).upper().split()
    while len(words) > 1 and "".join(c for c in words[-1] if c.isalnum()) in LEGAL_FORMS:
        words.pop()
    name = "".join(c for c in "".join(words) if c.isalnum())
    return ALIASES.get(name, name)


def canonical_serial(text):
    text = unicodedata.normalize("NFKC", text).upper().strip()
    for label in ["S/N:", "SN:", "SERIAL NO.", "SERIAL NUMBER:", "SERIAL:"]:
        if text.startswith(label):
            text = text[len(label):]
            break
    text = "".join(c for c in text if not (c.isspace() or c in "_./:#" or unicodedata.category(c) == "Pd"))
    assert 1 <= len(text) <= 64 and all(c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" for c in text), text
    return text


def alike(serial):
    """Serials that a person may take for one another fall together: O/0, I/1, S/5, B/8."""
    return serial.translate(str.maketrans("OISB", "0158"))


def vaguely_alike(serial):
    """A wider net (Q, D, L, Z, G too), which keeps the rest of the fleet clear of look-alikes of any kind."""
    return serial.translate(str.maketrans("OQDILSBZG", "000115826"))


# --- Periods ----------------------------------------------------------------------------------------------------------


def plus_months(day, months):
    month = day.year * 12 + day.month - 1 + months
    year, month = divmod(month, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return datetime.date(year, month + 1, last)
        except ValueError:
            pass


def year_from(start):
    return start, plus_months(start, 12) - DAY


def new_period(dice):
    """Mostly calendar years and years from a signing date, some quarters, a few that run on."""
    year, draw = dice.between(2024, 2027), dice.below(100)
    if draw < 38:
        return year_from(datetime.date(year, 1, 1))
    if draw < 48:
        return year_from(datetime.date(year, dice.pick([4, 7, 10]), 1))
    if draw < 68:
        start = datetime.date(year, dice.pick([1, 4, 7, 10]), 1)
        return start, plus_months(start, 3) - DAY
    start = datetime.date(dice.between(2024, 2026), dice.between(1, 12), dice.between(1, 28))
    if draw < 94:
        return year_from(start)
    return start, dice.pick([datetime.date(start.year + 5, 12, 31), datetime.date(2033, 12, 31), datetime.date(2099, 12, 31)])


def overlapping_periods(dice):
    """Two periods that share at least two days: the same, one inside the other, or one reaching into the other."""
    start = datetime.date(dice.pick([2024, 2025, 2025, 2026, 2026]), dice.pick([1, 1, 1, 4, 7, 10]), 1)
    first = year_from(start)
    shape = dice.below(4)
    if shape == 0:
        return first, first
    if shape == 1:
        inner = plus_months(start, dice.pick([3, 6]))
        return first, (inner, plus_months(inner, 3) - DAY)
    if shape == 2:
        return first, year_from(plus_months(start, dice.between(1, 11)))
    return first, year_from(start + dice.between(20, 340) * DAY)


def days_shared(a, b):
    return max(0, (min(a["end"], b["end"]) - max(a["start"], b["start"])).days + 1)


# --- The fleet ----------------------------------------------------------------------------------------------------------

FLEET_ROWS = 4012

# What is planted, and how often. The pairs of the first group are conflicts; those of the second are not.
CONFLICTS = {
    "identical_spelling": 30,
    "vendor_spelled_otherwise": 20,
    "serial_separators": 16,
    "serial_case": 12,
    "serial_label": 12,
    "serial_full_width": 6,
    "vendor_and_serial_spelled_otherwise": 22,
    "one_shared_day": 15,
    "same_organization": 12,
    "three_organizations": 15,  # five chargers, three pairs each
}
NO_CONFLICTS = {
    "adjacent_periods": 20,
    "other_cancelled": 15,
    "same_serial_other_maker": 12,
    "look_alike_serials": 16,
}


class Fleet:
    def __init__(self):
        self.dice = Dice(20261122)
        self.rows = []
        self.pairs = []
        self.taken = set()
        # Every organisation has its habitual spelling of each maker, most often the plain one.
        self.habit = {
            (org, maker): self.dice.pick([*MAKERS[maker][0], MAKERS[maker][0][0], MAKERS[maker][0][0]])
            for org in ORGANIZATIONS
            for maker in MAKERS
        }

    def makers_of(self, market):
        return [maker for maker, (_, markets) in MAKERS.items() if market in markets.split() for _ in range(WEIGHTS.get(maker, 2))]

    def organizations_of(self, market):
        return [org for org, (home, _, _) in ORGANIZATIONS.items() if home == market]

    def fresh(self, maker, wanted=lambda serial: True):
        while True:
            serial = new_serial(self.dice, maker)
            if vaguely_alike(compact(serial)) not in self.taken and wanted(serial):
                self.taken.add(vaguely_alike(compact(serial)))
                return serial

    def add(self, organization, vendor, serial, period, cancelled=False):
        start, end = period
        if cancelled:
            status = "cancelled"
        elif start > TODAY:
            status = "pending"
        else:
            status = "expired" if end < TODAY else "active"
        row = {
            "id": ident(f"fleet/{len(self.rows)}"),
            "organization": organization,
            "program": programme(self.dice, organization, start),
            "vendor": vendor,
            "serial": serial,
            "start": start,
            "end": end,
            "status": status,
        }
        self.rows.append(row)
        return row

    def plant(self, kind, *rows):
        for i, a in enumerate(rows):
            for b in rows[i + 1:]:
                self.pairs.append((kind, *sorted((a["id"], b["id"]))))

    def two_spellings(self, maker):
        return self.dice.pick_two(MAKERS[maker][0])

    def plant_conflicts(self, kind):
        dice = self.dice
        market = dice.pick(MARKETS)
        org_a, org_b = dice.pick_two(self.organizations_of(market))
        if kind == "same_organization":
            org_b = org_a
        maker = dice.pick(self.makers_of(market))
        has_letter = kind in ("serial_case", "serial_label")
        while has_letter and not any(c.isalpha() for c in new_serial(dice, maker)):
            maker = dice.pick(self.makers_of(market))
        serial = self.fresh(maker)
        vendor_a = vendor_b = self.habit[org_a, maker]
        serial_a = serial_b = serial
        period_a, period_b = overlapping_periods(dice)
        other_style = lambda: dice.pick([s for s in ("dashed", "spaced", "dotted", "en dash") if respell(dice, serial, s) != serial])
        if kind == "vendor_spelled_otherwise":
            vendor_a, vendor_b = self.two_spellings(maker)
        elif kind == "serial_separators":
            serial_a, serial_b = compact(serial), respell(dice, serial, other_style())
        elif kind == "serial_case":
            serial_b = serial.lower()
        elif kind == "serial_label":
            serial_b = respell(dice, serial, "label")
        elif kind == "serial_full_width":
            serial_b = full_width(serial)
        elif kind == "vendor_and_serial_spelled_otherwise":
            vendor_a, vendor_b = self.two_spellings(maker)
            serial_b = respell(dice, respell(dice, serial, other_style()), dice.pick(["label", "lower", "printed"]))
        elif kind == "one_shared_day":
            if dice.chance(35):
                vendor_a, vendor_b = self.two_spellings(maker)
            period_b = year_from(period_a[1])
        elif kind == "same_organization":
            # Half are the same batch sent twice, half the same charger typed in again.
            if dice.chance(50):
                period_b = period_a
            else:
                serial_b = respell(dice, serial, dice.pick(["label", "spaced", "hash"]))
        rows = [self.add(org_a, vendor_a, serial_a, period_a), self.add(org_b, vendor_b, serial_b, period_b)]
        if kind == "same_organization" and period_a == period_b:
            rows[1]["program"] = rows[0]["program"]
        self.plant(kind, *rows)

    def plant_three(self):
        dice = self.dice
        market = dice.pick(["us", "uk"])
        orgs = dice.shuffled(self.organizations_of(market))[:3]
        maker = dice.pick(["WALLBOX", "TESLA", "CHARGEPOINT", "EVBOX"])
        serial = self.fresh(maker)
        start = datetime.date(dice.pick([2025, 2026]), 1, 1)
        spellings = dice.shuffled(MAKERS[maker][0])
        periods = [year_from(start), year_from(plus_months(start, 3)), (plus_months(start, 6), plus_months(start, 9) - DAY)]
        serials = [serial, serial, respell(dice, serial, dice.pick(["lower", "label", "spaced"]))]
        vendors = [spellings[0], dice.pick(spellings[:2]), spellings[2]]
        self.plant("three_organizations", *[self.add(*claim) for claim in zip(orgs, vendors, serials, periods)])

    def plant_no_conflict(self, kind, number):
        dice = self.dice
        market = dice.pick(MARKETS)
        org_a, org_b = dice.pick_two(self.organizations_of(market))
        maker = dice.pick(self.makers_of(market))
        period_a, period_b = overlapping_periods(dice)
        if kind == "same_serial_other_maker":
            # Eight digits and nothing else: several makers number their chargers so.
            pairs = [("KEBA", "HEIDELBERG"), ("KEBA", "WEBASTO"), ("HEIDELBERG", "KEBA"), ("WEBASTO", "HEIDELBERG")]
            maker, other = dice.pick(pairs)
            org_a, org_b = dice.pick_two(self.organizations_of("de"))
            serial = self.fresh(maker)
            rows = [self.add(org_a, self.habit[org_a, maker], serial, period_a), self.add(org_b, self.habit[org_b, other], serial, period_b)]
        elif kind == "look_alike_serials":
            letter, digit = "OISB"[number % 4], "0158"[number % 4]
            maker, place = dice.pick([("ZAPTEC", 3), ("EASEE", 2), ("ALFEN", 3), ("EASEE", 4)])
            org_a, org_b = dice.pick_two(self.organizations_of(dice.pick(["uk", "nl"] if maker == "ALFEN" else ["uk", "nl", "no"])))
            if maker == "ALFEN":
                place = 6
            serial = self.fresh(maker, lambda s: s[place] == digit)
            misread = serial[:place] + letter + serial[place + 1:]
            rows = [self.add(org_a, self.habit[org_a, maker], serial, period_a), self.add(org_b, self.habit[org_b, maker], misread, period_b)]
        else:
            serial = self.fresh(maker)
            vendor = self.habit[org_a, maker]
            if kind == "adjacent_periods":
                period_b = year_from(period_a[1] + DAY)
            rows = [self.add(org_a, vendor, serial, period_a), self.add(org_b, vendor, serial, period_b, cancelled=kind == "other_cancelled")]
        self.plant(kind, *rows)

    def grow(self):
        """One charger with nothing wrong about it: one registration, or a few that follow one another."""
        dice = self.dice
        market = dice.pick(["us", "us", "uk", "uk", "nl", "de", "de", "no"])
        org = dice.pick(self.organizations_of(market))
        maker = dice.pick(self.makers_of(market))
        serial = self.fresh(maker)
        style = ORGANIZATIONS[org][2] if dice.chance(75) else dice.pick(["printed", "compact", "compact", "hash"])
        if dice.chance(1):
            style = dice.pick(["full width", "en dash"])
        written = respell(dice, serial, style)
        vendor = self.habit[org, maker] if dice.chance(85) else dice.pick(MAKERS[maker][0])
        period = new_period(dice)
        renewals = dice.pick([0, 0, 0, 0, 0, 0, 1, 1, 2]) if period[1] < datetime.date(2028, 1, 1) else 0
        self.add(org, vendor, written, period, cancelled=renewals == 0 and dice.chance(5))
        for _ in range(renewals):
            if len(self.rows) == FLEET_ROWS or period[1] >= datetime.date(2026, 12, 31):
                break
            if dice.chance(15):
                # The charger moves to another aggregator, some time after it left the first.
                org = dice.pick(self.organizations_of(market))
                vendor, start = self.habit[org, maker], plus_months(period[1] + DAY, dice.between(1, 4))
            else:
                start = period[1] + DAY
            months = 3 if (period[1] - period[0]).days < 100 else 12
            period = start, plus_months(start, months) - DAY
            self.add(org, vendor, written, period)

    def build(self):
        for kind, count in CONFLICTS.items():
            for _ in range(count // 3 if kind == "three_organizations" else count):
                self.plant_three() if kind == "three_organizations" else self.plant_conflicts(kind)
        for kind, count in NO_CONFLICTS.items():
            for number in range(count):
                self.plant_no_conflict(kind, number)
        while len(self.rows) < FLEET_ROWS:
            self.grow()
        return self

    def counts(self):
        """Counts everything over again from the rows, and insists that nothing but the planted is there."""
        by_charger = {}
        for row in self.rows:
            row["key"] = canonical_vendor(row["vendor"]), canonical_serial(row["serial"])
            by_charger.setdefault(row["key"], []).append(row)
        conflicts, visible, adjacent, cancelled = set(), 0, 0, 0
        for rows in by_charger.values():
            for i, a in enumerate(rows):
                for b in rows[i + 1:]:
                    pair = tuple(sorted((a["id"], b["id"])))
                    shared, alive = days_shared(a, b), "cancelled" not in (a["status"], b["status"])
                    if shared and alive:
                        conflicts.add(pair)
                        visible += (a["vendor"], a["serial"]) == (b["vendor"], b["serial"])
                    elif shared:
                        cancelled += 1
                    touching = a["end"] + DAY == b["start"] or b["end"] + DAY == a["start"]
                    adjacent += touching and a["organization"] != b["organization"]
        planted = {kind: {pair[1:] for pair in self.pairs if pair[0] == kind} for kind in {**CONFLICTS, **NO_CONFLICTS}}
        assert {kind: len(pairs) for kind, pairs in planted.items()} == {**CONFLICTS, **NO_CONFLICTS}
        assert conflicts == set().union(*(planted[kind] for kind in CONFLICTS))
        assert (adjacent, cancelled) == (NO_CONFLICTS["adjacent_periods"], NO_CONFLICTS["other_cancelled"])
        assert {vendor for vendor, _ in by_charger} == set(MAKERS)

        makers_of_serial, look_alikes = {}, {}
        for vendor, serial in by_charger:
            makers_of_serial.setdefault(serial, set()).add(vendor)
            look_alikes.setdefault((vendor, alike(serial)), set()).add(serial)
        shared_serials = sum(len(makers) * (len(makers) - 1) // 2 for makers in makers_of_serial.values())
        assert shared_serials == NO_CONFLICTS["same_serial_other_maker"]
        look_alike = sum(len(serials) * (len(serials) - 1) // 2 for serials in look_alikes.values())
        assert look_alike == NO_CONFLICTS["look_alike_serials"]

        statuses = {status: sum(row["status"] == status for row in self.rows) for status in ("pending", "active", "expired", "cancelled")}
        in_conflict = {row["key"] for row in self.rows if any(row["id"] in pair for pair in conflicts)}
        return {
            "today": TODAY.isoformat(),
            "rows": len(self.rows),
            "rows_by_status": statuses,
            "organizations": len({row["organization"] for row in self.rows}),
            "makers": len(MAKERS),
            "vendor_spellings": len({row["vendor"] for row in self.rows}),
            "chargers": len(by_charger),
            "chargers_in_conflict": len(in_conflict),
            "conflicting_pairs": len(conflicts),
            "conflicting_pairs_by_kind": CONFLICTS,
            "conflicting_pairs_visible_in_the_raw_text": visible,
            "conflicting_pairs_found_only_by_canonicalisation": len(conflicts) - visible,
            "look_alike_pairs": look_alike,
            "pairs_that_are_no_conflict_by_kind": NO_CONFLICTS,
        }

    def write(self):
        counts = self.counts()
        rows = self.dice.shuffled(self.rows)
        header = ["registration_id", "organization", "program_name", "vendor", "serial", "start", "end", "status"]
        write_csv("fleet.csv", header, [
            [r["id"], r["organization"], r["program"], r["vendor"], r["serial"], r["start"], r["end"], r["status"]] for r in rows
        ])
        lines = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in counts.items()]
        pairs = ",\n".join(f"    {json.dumps({'kind': kind, 'first': a, 'second': b})}" for kind, a, b in self.pairs)
        text = "{\n" + ",\n".join(lines) + ',\n  "pairs": [\n' + pairs + "\n  ]\n}\n"
        (HERE / "fleet-planted.json").write_text(text, encoding="utf-8")


# ---------------------------------------------------------------------------------------------------------------------
# factors.json. Every figure is text, copied from the publication and written out unchanged: no arithmetic, no floats.
# A workbook holds a number in binary, so that a cell may store 703.70299999999997 for 703.703; what stands here is the
# number at 15 significant digits, which is what the workbook shows in its formula bar.
# ---------------------------------------------------------------------------------------------------------------------

# key: (name, authority, version, release year, default, published)
LIBRARIES = {
    "defra-2022": ("DEFRA 2022", "defra", "2022 v3.0", "2022", False, "2022-06-22"),
    "defra-2023": ("DEFRA 2023", "defra", "2023 v1.1", "2023", False, "2023-06-07"),
    "defra-2024": ("DEFRA 2024", "defra", "2024 v1.1", "2024", True, "2024-07-08"),
    "epa-2024": ("EPA Emission Factors Hub 2024", "epa", "2024", "2024", False, "2024-06-05"),
    "epa-2025": ("EPA Emission Factors Hub 2025", "epa", "2025", "2025", True, "2025-01-15"),
    # eGRID editions are named for the year of their data; this one came out in 2025, so a 2024 report meets it as the
    # authority's default and is told so.
    "egrid-2023": ("eGRID2023", "egrid", "2023 rev. 2", "2025", True, "2025-06-12"),
    "ipcc-2006": ("IPCC 2006 Guidelines", "ipcc", "2006", "2006", True, "2006-04-28"),
}

GASES = ("CO2e", "CO2", "CH4", "N2O")

# UK Government GHG Conversion Factors for Company Reporting, flat file, sheet `Factors by Category`. DEFRA states each
# gas as kg CO2e, so the unit says so: multiplying such a value by a GWP would count it twice.
# The workbook's path and, for fuels, the unit make the category, so that one fuel on two bases is two queries.
# category, fuel, technology, activity unit, then per edition: row id without the gas number (2022 has no ids) and
# the column `GHG Conversion Factor` for kg CO2e, kg CO2e of CO2, of CH4, of N2O.
DEFRA = [
    # Sheet rows Scope 2 / UK electricity / Electricity generated / Electricity: UK
    ("Scope 2 / UK electricity / Electricity generated", "Electricity", None, "kWh", {
        "defra-2022": (None, "0.19338", "0.19121", "0.0008", "0.00137"),
        "defra-2023": ("7_400_4000_5", "0.207074288590604", "0.20496", "0.000896", "0.00121828859060403"),
        "defra-2024": ("7_400_4000_5", "0.20705", "0.20493", "0.0009", "0.00122"),
    }),
    # Scope 1 / Fuels / Gaseous fuels / Natural gas
    ("Scope 1 / Fuels / Gaseous fuels / kWh (Gross CV)", "Natural gas", None, "kWh (Gross CV)", {
        "defra-2022": (None, "0.18254", "0.18219", "0.00025", "0.0001"),
        "defra-2023": ("1_100_1004_6", "0.182928926174497", "0.18256", "0.00028", "0.0000889261744966443"),
        "defra-2024": ("1_100_1004_6", "0.1829", "0.18253", "0.00028", "0.00009"),
    }),
    ("Scope 1 / Fuels / Gaseous fuels / kWh (Net CV)", "Natural gas", None, "kWh (Net CV)", {
        "defra-2022": (None, "0.20227", "0.20188", "0.00028", "0.00011"),
        "defra-2023": ("1_100_1004_7", "0.202671418791946", "0.20226", "0.0003136", "0.0000978187919463087"),
        "defra-2024": ("1_100_1004_7", "0.20264", "0.20223", "0.00031", "0.0001"),
    }),
    # Scope 1 / Fuels / Gaseous fuels / LPG
    ("Scope 1 / Fuels / Gaseous fuels / litres", "LPG", None, "litres", {
        "defra-2022": (None, "1.55709", "1.55491", "0.00121", "0.00097"),
        "defra-2023": ("1_100_1003_8", "1.55712778389262", "1.55491", "0.0013552", "0.00086258389261745"),
        "defra-2024": ("1_100_1003_8", "1.55713", "1.55491", "0.00136", "0.00086"),
    }),
    # Scope 1 / Fuels / Liquid fuels. The biogenic CO2 of the blends stands under Outside of scopes and is not here.
    ("Scope 1 / Fuels / Liquid fuels / litres", "Diesel (average biofuel blend)", None, "litres", {
        "defra-2022": (None, "2.55784", "2.52058", "0.00026", "0.037"),
        "defra-2023": ("1_101_1011_8", "2.51206388456376", "2.47887", "0.0002912", "0.0329026845637584"),
        "defra-2024": ("1_101_1011_8", "2.51279", "2.4796", "0.00029", "0.0329"),
    }),
    ("Scope 1 / Fuels / Liquid fuels / litres", "Petrol (average biofuel blend)", None, "litres", {
        "defra-2022": (None, "2.16185", "2.14805", "0.0072", "0.0066"),
        "defra-2023": ("1_101_1017_8", "2.09747312751678", "2.08354", "0.008064", "0.00586912751677852"),
        "defra-2024": ("1_101_1017_8", "2.0844", "2.07047", "0.00806", "0.00587"),
    }),
    ("Scope 1 / Fuels / Liquid fuels / litres", "Burning oil", None, "litres", {
        "defra-2022": (None, "2.54013", "2.52782", "0.00602", "0.00629"),
        "defra-2023": ("1_101_1010_8", "2.54015585637584", "2.52782", "0.0067424", "0.00559345637583893"),
        "defra-2024": ("1_101_1010_8", "2.54015", "2.52782", "0.00674", "0.00559"),
    }),
    # Scope 1 / Delivery vehicles / Vans / Class III (1.74 to 3.5 tonnes), column Diesel
    ("Scope 1 / Delivery vehicles / Vans", "Diesel", "Class III (1.74 to 3.5 tonnes)", "km", {
        "defra-2024": ("5_303_3095_4", "0.27365", "0.272", "0.00000486077670538599", "0.00165"),
    }),
]

# US EPA, Emission Factors for Greenhouse Gas Inventories (Emission Factors Hub), on the gross calorific value (HHV).
# CO2 is in kg, CH4 and N2O are in g.
# edition, table and row, category, fuel, activity unit, CO2, CH4, N2O
EPA = [
    # Table 1, Stationary Combustion
    ("epa-2024", "Table 1 / Natural Gas", "Scope 1 / Stationary combustion / per mmBtu", "Natural Gas", "mmBtu", "53.06", "1", "0.1"),
    ("epa-2024", "Table 1 / Natural Gas", "Scope 1 / Stationary combustion / per scf", "Natural Gas", "scf", "0.05444", "0.00103", "0.0001"),
    ("epa-2024", "Table 1 / Distillate Fuel Oil No. 2", "Scope 1 / Stationary combustion / per mmBtu", "Distillate Fuel Oil No. 2", "mmBtu", "73.96", "3", "0.6"),
    ("epa-2024", "Table 1 / Distillate Fuel Oil No. 2", "Scope 1 / Stationary combustion / per gallon", "Distillate Fuel Oil No. 2", "gallon", "10.21", "0.41", "0.08"),
    ("epa-2024", "Table 1 / Propane", "Scope 1 / Stationary combustion / per gallon", "Propane", "gallon", "5.72", "0.27", "0.05"),
    ("epa-2025", "Table 1 / Natural Gas", "Scope 1 / Stationary combustion / per mmBtu", "Natural Gas", "mmBtu", "53.06", "1", "0.1"),
    ("epa-2025", "Table 1 / Natural Gas", "Scope 1 / Stationary combustion / per scf", "Natural Gas", "scf", "0.05444", "0.00103", "0.0001"),
    ("epa-2025", "Table 1 / Distillate Fuel Oil No. 2", "Scope 1 / Stationary combustion / per mmBtu", "Distillate Fuel Oil No. 2", "mmBtu", "73.96", "3", "0.6"),
    ("epa-2025", "Table 1 / Distillate Fuel Oil No. 2", "Scope 1 / Stationary combustion / per gallon", "Distillate Fuel Oil No. 2", "gallon", "10.21", "0.41", "0.08"),
    ("epa-2025", "Table 1 / Propane", "Scope 1 / Stationary combustion / per gallon", "Propane", "gallon", "5.72", "0.27", "0.05"),
]
# Table 2, Mobile Combustion CO2, row Liquefied Petroleum Gases (LPG): for any vehicle. Table 5, Mobile Combustion CH4
# and N2O for Non-Road Vehicles, row Industrial/Commercial Equipment, LPG: fork-lift trucks among them.
# edition, CO2 (Table 2), CH4, N2O (Table 5)
EPA_MOBILE_LPG = [
    ("epa-2024", "5.68", "0.443314174167661", "0.640342696019954"),
    ("epa-2025", "5.68", "0.46", "0.66"),
]

# US EPA, eGRID2023 Summary Tables, Table 1, Total output emission rates, lb/MWh (sheet `Table 1`, columns D, E, F, G),
# revision 2 (produced 27 March 2025, released 12 June 2025). The first release of January 2025, which EPA's Hub 2025
# repeats in its Table 6, has other figures: AZNM 740.81, RFCE 594.74. CO2e is EPA's own, with AR5.
# subregion, CO2e, CO2, CH4, N2O
EGRID = [
    ("AZNM", "706.189", "703.703", "0.039", "0.005"),
    ("CAMX", "429.983", "428.464", "0.025", "0.003"),
    ("ERCT", "736.629", "733.862", "0.043", "0.006"),
    ("NYUP", "242.776", "242.089", "0.011", "0.001"),
    ("RFCE", "599.17", "596.904", "0.036", "0.005"),
]

# 2006 IPCC Guidelines for National Greenhouse Gas Inventories, Volume 2, Chapter 2, Table 2.4 (commercial and
# institutional), default emission factors in kg per TJ on the net calorific value.
# fuel, CO2, CH4, N2O
IPCC = [
    ("Natural Gas", "56100", "5", "0.1"),
    ("Gas/Diesel Oil", "74100", "10", "0.6"),
]

# The same, Volume 2, Chapter 1, Table 1.2: default net calorific values, TJ/Gg.
IPCC_NCV = [("Natural Gas", "48.0"), ("Gas/Diesel Oil", "43.0"), ("Liquefied Petroleum Gases", "47.3"), ("Motor Gasoline", "44.3")]

# Global warming potentials over 100 years. AR4: WG I, Table 2.14. AR5: WG I, Table 8.A.1, without climate-carbon
# feedbacks. AR6: WG I, Table 7.15 for methane, Table 7.SM.7 for the others. `CH4` is methane of non-fossil origin where
# the report tells the two apart; `CH4-fossil` includes the CO2 that it decays to.
GWP_PUBLISHED = {"ar4": "2007-02-02", "ar5": "2014-01-30", "ar6": "2021-08-09"}
GWP = [
    ("CH4", {"ar4": "25", "ar5": "28", "ar6": "27.0"}),
    ("CH4-fossil", {"ar5": "30", "ar6": "29.8"}),
    ("N2O", {"ar4": "298", "ar5": "265", "ar6": "273"}),
    ("SF6", {"ar4": "22800", "ar5": "23500", "ar6": "25200"}),
    ("NF3", {"ar4": "17200", "ar5": "16100", "ar6": "17400"}),
    ("HFC-32", {"ar4": "675", "ar5": "677", "ar6": "771"}),
    ("HFC-125", {"ar4": "3500", "ar5": "3170", "ar6": "3740"}),
    ("HFC-134a", {"ar4": "1430", "ar5": "1300", "ar6": "1530"}),
    ("CF4", {"ar4": "7390", "ar5": "6630", "ar6": "7380"}),
]


class Digits(str):
    """A number as its digits: it goes into the JSON text as it stands."""


def json_line(fields):
    shown = (value if isinstance(value, Digits) else json.dumps(value, ensure_ascii=False) for value in fields.values())
    return "    {" + ", ".join(f"{json.dumps(key)}: {value}" for key, value in zip(fields, shown)) + "}"


def instant(day):
    return f"{day}T00:00:00.000Z"


def factor(library, external_id, category, fuel, gas, value, unit, region, technology=None):
    name = f"factor/{library}/{category}/{fuel}/{gas}/{region}/{technology}"
    return {
        "id": ident(name),
        "libraryId": ident(f"library/{library}"),
        "externalId": external_id,
        "category": category,
        "fuelType": fuel,
        "gas": gas,
        "isBiogenic": False,
        "value": Digits(value),
        "oxidationFactor": Digits("1"),
        "unit": unit,
        "region": region,
        "technology": technology,
        "createdAt": instant(LIBRARIES[library][5]),
    }


def factors():
    for edition in ("defra-2022", "defra-2023", "defra-2024"):
        for category, fuel, technology, activity, editions in DEFRA:
            if edition not in editions:
                continue
            row, *values = editions[edition]
            for number, (gas, value) in enumerate(zip(GASES, values), start=1):
                label = "kg CO2e" if gas == "CO2e" else f"kg CO2e of {gas}"
                yield factor(edition, row and f"{row}_{number}", category, fuel, gas, value, f"{label}/{activity}", "GB", technology)
    for edition, row, category, fuel, activity, *values in EPA:
        for gas, mass, value in zip(("CO2", "CH4", "N2O"), ("kg", "g", "g"), values):
            yield factor(edition, row, category, fuel, gas, value, f"{mass}/{activity}", "US")
    for edition, co2, ch4, n2o in EPA_MOBILE_LPG:
        category, equipment = "Scope 1 / Mobile combustion / per gallon", "Industrial/Commercial Equipment"
        yield factor(edition, "Table 2 / Liquefied Petroleum Gases (LPG)", category, "LPG", "CO2", co2, "kg/gallon", "US")
        for gas, value in (("CH4", ch4), ("N2O", n2o)):
            yield factor(edition, f"Table 5 / {equipment} / LPG", category, "LPG", gas, value, "g/gallon", "US", equipment)
    for subregion, *values in EGRID:
        for gas, value in zip(GASES, values):
            unit = "lb CO2e/MWh" if gas == "CO2e" else "lb/MWh"
            category = "Scope 2 / Electricity / Total output emission rates"
            yield factor("egrid-2023", f"Table 1 / {subregion}", category, "Electricity", gas, value, unit, subregion)
    for fuel, *values in IPCC:
        for gas, value in zip(("CO2", "CH4", "N2O"), values):
            category = "Scope 1 / Stationary combustion / Commercial and institutional"
            yield factor("ipcc-2006", f"Table 2.4 / {fuel}", category, fuel, gas, value, "kg/TJ", None)


def write_factors():
    libraries = [
        {
            "id": ident(f"library/{key}"),
            "name": name,
            "authority": authority,
            "version": version,
            "releaseYear": Digits(year),
            "isDefault": default,
            "createdAt": instant(published),
        }
        for key, (name, authority, version, year, default, published) in LIBRARIES.items()
    ]
    properties = [
        {
            "id": ident(f"fuel-property/ipcc-2006/{fuel}/ncv"),
            "libraryId": ident("library/ipcc-2006"),
            "fuelType": fuel,
            "propertyType": "ncv",
            "value": Digits(value),
            "unit": "TJ/Gg",
            "region": None,
            "createdAt": instant(LIBRARIES["ipcc-2006"][5]),
        }
        for fuel, value in IPCC_NCV
    ]
    gwp_values = [
        {"id": ident(f"gwp/{version}/{gas}"), "version": version, "gas": gas, "value": Digits(values[version]), "createdAt": instant(day)}
        for version, day in GWP_PUBLISHED.items()
        for gas, values in GWP
        if version in values
    ]
    lists = {"libraries": libraries, "factors": list(factors()), "fuelProperties": properties, "gwpValues": gwp_values}
    for items in lists.values():
        assert len({item["id"] for item in items}) == len(items)
    text = ",\n".join(f'  "{key}": [\n' + ",\n".join(json_line(item) for item in items) + "\n  ]" for key, items in lists.items())
    (HERE / "factors.json").write_text("{\n" + text + "\n}\n", encoding="utf-8")


# ---------------------------------------------------------------------------------------------------------------------
# energy.csv
# ---------------------------------------------------------------------------------------------------------------------

# Share of a year's use by month, in thousandths: heating north of the Alps, cooling in the desert, and an even load.
HEATING = [170, 150, 128, 86, 48, 20, 14, 14, 30, 76, 116, 148]
COOLING = [58, 56, 62, 74, 96, 118, 130, 128, 106, 74, 50, 48]
EVEN = [86, 80, 85, 82, 84, 82, 83, 80, 83, 86, 85, 84]

ALL_GASES = "CO2;CH4;N2O"
ELECTRICITY = "Scope 2 / Electricity / Total output emission rates"
COMMERCIAL = "Scope 1 / Stationary combustion / Commercial and institutional"

# id, site, authority, fuel, gas, category, region, technology, unit, use in a year, decimals, share by month
MONTHLY = [
    ("LDN-ELE", "London office", "defra", "Electricity", "CO2e", "Scope 2 / UK electricity / Electricity generated", "GB", "", "kWh", 462000, 0, EVEN),
    ("LDN-GAS", "London office", "defra", "Natural gas", "CO2e", "Scope 1 / Fuels / Gaseous fuels / kWh (Gross CV)", "GB", "", "kWh (Gross CV)", 318000, 0, HEATING),
    ("LDS-DSL", "Leeds depot", "defra", "Diesel (average biofuel blend)", ALL_GASES, "Scope 1 / Fuels / Liquid fuels / litres", "GB", "", "litres", 131500, 1, EVEN),
    ("LDS-LPG", "Leeds depot", "defra", "LPG", "CO2e", "Scope 1 / Fuels / Gaseous fuels / litres", "GB", "", "litres", 9400, 1, EVEN),
    ("LDS-VAN", "Leeds depot", "defra", "Diesel", "CO2e", "Scope 1 / Delivery vehicles / Vans", "GB", "Class III (1.74 to 3.5 tonnes)", "km", 412000, 0, EVEN),
    ("PHX-ELE", "Phoenix warehouse", "egrid", "Electricity", ALL_GASES, ELECTRICITY, "AZNM", "", "MWh", 1840, 3, COOLING),
    ("PHX-GAS", "Phoenix warehouse", "epa", "Natural Gas", ALL_GASES, "Scope 1 / Stationary combustion / per mmBtu", "US", "", "mmBtu", 2150, 1, HEATING),
    ("PHX-FLT", "Phoenix warehouse", "epa", "LPG", ALL_GASES, "Scope 1 / Mobile combustion / per gallon", "US", "Industrial/Commercial Equipment", "gallon", 5200, 1, EVEN),
    ("EWR-ELE", "Newark office", "egrid", "Electricity", "CO2e", ELECTRICITY, "RFCE", "", "MWh", 612, 3, EVEN),
    ("EWR-GAS", "Newark office", "epa", "Natural Gas", ALL_GASES, "Scope 1 / Stationary combustion / per scf", "US", "", "scf", 1960000, 0, HEATING),
    ("RTM-GAS", "Rotterdam terminal", "ipcc", "Natural Gas", ALL_GASES, COMMERCIAL, "NL", "", "TJ", 7, 4, HEATING),
    ("AUS-ELE", "Austin laboratory", "egrid", "Electricity", ALL_GASES, ELECTRICITY, "ERCT", "", "MWh", 935, 3, COOLING),
]

# Deliveries and test runs: the same columns, with each period and its quantity.
BY_DELIVERY = [
    # The first delivery starts in 2023, so that its reporting year is 2023.
    ("LDS-OIL", "Leeds depot", "defra", "Burning oil", "CO2e", "Scope 1 / Fuels / Liquid fuels / litres", "GB", "", "litres", [
        ("2023-12-01", "2024-02-29", "4200"), ("2024-03-01", "2024-05-31", "2650"),
        ("2024-06-01", "2024-08-31", "480"), ("2024-09-01", "2024-11-30", "2310"),
    ]),
    ("RTM-GEN", "Rotterdam terminal", "ipcc", "Gas/Diesel Oil", ALL_GASES, COMMERCIAL, "NL", "", "TJ", [
        ("2024-01-01", "2024-03-31", "0.0612"), ("2024-04-01", "2024-06-30", "0.0588"),
        ("2024-07-01", "2024-09-30", "0.0634"), ("2024-10-01", "2024-12-31", "0.0601"),
    ]),
    ("AUS-GEN", "Austin laboratory", "epa", "Distillate Fuel Oil No. 2", ALL_GASES, "Scope 1 / Stationary combustion / per gallon", "US", "", "gallon", [
        ("2024-01-01", "2024-03-31", "212.5"), ("2024-04-01", "2024-06-30", "198.0"),
        ("2024-07-01", "2024-09-30", "388.4"), ("2024-10-01", "2024-12-31", "205.2"),
    ]),
    # Planted: the IPCC has no factor for purchased heat.
    ("RTM-HEAT", "Rotterdam terminal", "ipcc", "District heat", "CO2e", "Scope 2 / Heat and steam", "NL", "", "GJ", [
        ("2024-01-01", "2024-12-31", "1480"),
    ]),
]
# Planted: the supplier of this month billed therms, and the factor is per scf.
OTHER_UNIT = ("EWR-GAS-2024-11", "2287", "therm")


def write_energy():
    dice = Dice(2024)
    rows = []
    for key, site, authority, fuel, gas, category, region, technology, unit, yearly, decimals, shares in MONTHLY:
        for month, share in enumerate(shares, start=1):
            start = datetime.date(2024, month, 1)
            end = plus_months(start, 1) - DAY
            # Whole numbers of the last decimal place, within 6 % of the month's share.
            quantity = yearly * 10**decimals * share * dice.between(940, 1060) // 1_000_000
            whole, rest = divmod(quantity, 10**decimals)
            shown = f"{whole}.{rest:0{decimals}}" if decimals else str(whole)
            row_id = f"{key}-2024-{month:02}"
            row = [row_id, site, start, end, authority, fuel, gas, category, region, technology, shown, unit]
            if row_id == OTHER_UNIT[0]:
                row[-2:] = OTHER_UNIT[1:]
            rows.append(row)
    for key, site, authority, fuel, gas, category, region, technology, unit, deliveries in BY_DELIVERY:
        for number, (start, end, quantity) in enumerate(deliveries, start=1):
            row_id = f"{key}-{number}"
            rows.append([row_id, site, start, end, authority, fuel, gas, category, region, technology, quantity, unit])
    sites = list(dict.fromkeys(row[1] for row in rows))
    rows.sort(key=lambda row: sites.index(row[1]))
    header = ["row_id", "site", "start", "end", "authority", "fuel_type", "gas", "category", "region", "technology", "quantity", "unit"]
    write_csv("energy.csv", header, rows)


# ---------------------------------------------------------------------------------------------------------------------
# cashflows.csv and holdings.csv
# ---------------------------------------------------------------------------------------------------------------------

CASHFLOWS = [
    ("2023-09-18", "-12000.00", "purchase", "first tranche"),
    ("2024-01-02", "168.40", "distribution", "Q4 2023"),
    ("2024-03-11", "-8000.00", "purchase", "second tranche"),
    ("2024-04-01", "243.75", "distribution", "Q1 2024"),
    ("2024-07-01", "498.20", "distribution", "Q2 2024"),
    ("2024-10-01", "571.90", "distribution", "Q3 2024"),
    ("2025-01-02", "312.05", "distribution", "Q4 2024"),
    ("2025-02-17", "-5000.00", "purchase", "third tranche"),
    ("2025-04-01", "365.30", "distribution", "Q1 2025"),
    ("2025-07-01", "634.85", "distribution", "Q2 2025"),
    ("2025-10-01", "702.10", "distribution", "Q3 2025"),
    ("2026-01-02", "381.60", "distribution", "Q4 2025"),
    ("2026-04-01", "402.45", "distribution", "Q1 2026"),
    ("2026-07-01", "661.20", "distribution", "Q2 2026"),
    ("2026-10-01", "688.75", "distribution", "Q3 2026"),
    ("2026-11-20", "25640.00", "valuation", "units at the project's last valuation"),
]

# Adds up to the portfolio sample of the investment API: 5000.00 invested, 425.00 distributed, 8 investments, 6 projects.
HOLDINGS = [
    ("inv_sunrise_1", "prj_sunrise_solar", "Sunrise Solar Farm - Nevada", "solar", "US", "construction", "1000.00", "85.00"),
    ("inv_tierra_1", "prj_tierra_alta_solar", "Tierra Alta Solar - New Mexico", "solar", "US", "operating", "600.00", "50.70"),
    ("inv_tierra_2", "prj_tierra_alta_solar", "Tierra Alta Solar - New Mexico", "solar", "US", "operating", "400.00", "33.80"),
    ("inv_vale_1", "prj_vale_solar", "Vale Solar Roofs - Somerset", "solar", "UK", "construction", "500.00", "43.25"),
    ("inv_whin_1", "prj_whin_hill_wind", "Whin Hill Wind - Cumbria", "wind", "UK", "operating", "1000.00", "84.50"),
    ("inv_werder_1", "prj_werder_wind", "Werder Wind - Brandenburg", "wind", "DE", "planning", "500.00", "43.25"),
    ("inv_white_1", "prj_white_rapids_hydro", "White Rapids Hydro - Oregon", "hydro", "US", "operating", "700.00", "59.15"),
    ("inv_white_2", "prj_white_rapids_hydro", "White Rapids Hydro - Oregon", "hydro", "US", "operating", "300.00", "25.35"),
]


# What four sites bought and burned in 2024, named as the reference data names it. A monthly amount per site, how far it
# swings, and whether it follows the heating season.
SITE_USE = [
    ("York works", "defra", "UK electricity / Electricity generated", "Electricity", "UK", 61000, 0.15, False, "kWh"),
    ("York works", "defra", "Fuels / Gaseous fuels", "Natural gas", "", 88000, 0.7, True, "kWh (Gross CV)"),
    ("York works", "defra", "Fuels / Liquid fuels", "Diesel (average biofuel blend)", "", 1450, 0.3, False, "litres"),
    ("Leeds depot", "defra", "UK electricity / Electricity generated", "Electricity", "UK", 17500, 0.2, False, "kWh"),
    ("Leeds depot", "defra", "Bioenergy / Biomass", "Wood pellets", "", 2.4, 0.8, True, "tonnes"),
    ("Burlington plant", "egrid", "Electricity", "Electricity", "VT", 47, 0.15, False, "MWh"),
    ("Burlington plant", "epa", "Stationary combustion", "Natural Gas", "", 1900, 0.8, True, "therms"),
    ("Burlington plant", "epa", "Stationary combustion", "Propane", "", 120, 0.5, False, "gallon"),
    ("Graz foundry", "ipcc", "1.A.2", "Gas/Diesel Oil", "", 900, 0.2, False, "litres"),
]
# Kept in the file as they came: a region that lies in three grids, and gas by an energy that is neither gross nor net.
SITE_MISTAKES = [
    ("Albany office", "egrid", "Electricity", "Electricity", "NY", "5120", "kWh"),
    ("York works", "defra", "Fuels / Gaseous fuels", "Natural gas", "", "9100", "kWh"),
]


def write_inventory():
    """inventory.csv: Leeds has a certificate for its electricity, Burlington a supplier's rate for a part of the year."""
    dice, rows = Dice(20261127), []
    for site, authority, category, fuel, region, amount, swing, heating, unit in SITE_USE:
        for month in range(1, 13):
            season = (1 + swing * (abs(month - 6.5) - 3) / 2.5) if heating else 1 + swing * (dice.below(200) - 100) / 100
            places = 2 if amount < 100 else 0
            used = f"{round(amount * season, places):.{places}f}"
            contract = rate = ""
            if site == "Leeds depot" and fuel == "Electricity":
                contract, rate = "REGO certificates 2024", "0"
            elif site == "Burlington plant" and fuel == "Electricity" and month > 6:
                contract, rate = "Supplier's rate from July", "0.031"
            rows.append((site, authority, category, fuel, region, used, unit, contract, rate, f"2024-{month:02}"))
    for site, authority, category, fuel, region, used, unit in SITE_MISTAKES:
        rows.append((site, authority, category, fuel, region, used, unit, "", "", "2024-12"))
    header = ["id", "month", "site", "authority", "category", "fuel_type", "region", "amount", "unit", "contract",
              "contract_kg_per_kwh"]
    write_csv("inventory.csv", header, [
        [f"A{number:03}", row[9], *row[:9]] for number, row in enumerate(rows, 1)
    ])


def write_money():
    write_csv("cashflows.csv", ["date", "amount", "kind", "note"], CASHFLOWS)
    header = ["investment_id", "project_id", "project_name", "technology", "country", "stage", "currency", "amount",
              "distributions_received", "status"]
    write_csv("holdings.csv", header, [[*row[:6], "USD", *row[6:], "completed"] for row in HOLDINGS])


if __name__ == "__main__":
    Fleet().build().write()
    write_factors()
    write_energy()
    write_inventory()
    write_money()
