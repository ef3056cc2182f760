"""Charger identity (DECISIONS 1-3)."""

import hashlib
import re
import unicodedata

from . import text as t
from .fault import Fault
from .tables import LEGAL_FORMS, VENDOR_ALIASES

LOOKALIKES = {"O": "0", "I": "1", "S": "5", "B": "8"}

# Unicode 15 PropList.txt, Dash, and those added since.
DASHES = (
    "-\u058a\u05be\u1400\u1806\u2010\u2011\u2012\u2013\u2014\u2015\u2053\u207b\u208b\u2212\u2e17\u2e1a\u2e3a\u2e3b"
    "\u2e40\u2e5d\u301c\u3030\u30a0\ufe31\ufe32\ufe58\ufe63\uff0d\U00010d6e\U00010ead"
)
SEPARATORS = set(t.BLANKS + DASHES + "_./:#")
SERIAL = set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")

# Cyrillic and Greek letters drawn like a Latin one, as capitals (Unicode Technical Standard 39).
LIKE_LATIN = set("АВЕЅІЈКМНОРСТУХԚԜҮӀԌ" "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϺ")


def _script(c: str) -> str:
    name = unicodedata.name(c, "")
    for script in ("LATIN", "CYRILLIC", "GREEK"):
        if name.startswith((script, f"FULLWIDTH {script}")):
            return script
    return ""


def _is_disguised(vendor: str) -> bool:
    """Cyrillic or Greek letters among Latin ones, or a name of such letters that all look Latin."""
    # The micro sign is no Greek letter, although NFKC makes it one.
    normal = unicodedata.normalize("NFKC", vendor.replace("µ", ""))
    letters = [c for c in normal if c.isalpha()]
    scripts = {_script(c) for c in letters}
    if not scripts & {"CYRILLIC", "GREEK"}:
        return False
    alike = all(_script(c) == "LATIN" or c.upper() in LIKE_LATIN for c in letters)
    return "LATIN" in scripts or alike


def _is_diacritic(c: str) -> bool:
    """A mark that belongs to a letter; variation selectors and enclosing frames only say how to draw it."""
    return unicodedata.category(c) in ("Mn", "Mc") and not 0xFE00 <= ord(c) <= 0xFE0F


def vendor_canonical(vendor: str) -> str:
    t.check("vendor", vendor, 120)
    if _is_disguised(vendor):
        raise Fault("invalid_character", "vendor")
    words = t.words(re.sub(r"[,;&+()\[\]|]", " ", t.upper(vendor)))
    words = ["".join(c for c in word if c.isalnum() or _is_diacritic(c)) for word in words]
    words = [word for word in words if word]
    shortened = True
    while shortened:
        shortened = False
        for form in LEGAL_FORMS:
            # The first word always stays.
            if len(words) > len(form) and [_undotted(word) for word in words[-len(form) :]] == list(map(_undotted, form)):
                words, shortened = words[: -len(form)], True
                break
    letters = "".join(words)
    if not letters:
        raise Fault("empty", "vendor")
    return VENDOR_ALIASES.get(letters, letters)


def _undotted(word: str) -> str:
    """Turkish `Şti` and `ŞTİ` are one form, although the capital of i is I elsewhere."""
    return word.replace("İ", "I")


_GAP = f"[{re.escape(t.BLANKS + DASHES)}.]*"
_END = f"[{re.escape(t.BLANKS)}:.#]"
_WORDS = [
    f"SERIAL{_GAP}(?:NUMBER|NUM|NO|NR|N°)",
    f"SER{_GAP}(?:NO|NR)",
    f"SERIEN{_GAP}(?:NUMMER|NR)",
    "SERIAL",
    "SN",
]
# `S/N` is a label whatever follows; a word is one only where a mark or a blank ends it.
LABEL = re.compile(f"(?:S/N|(?:{'|'.join(_WORDS)})(?={_END})){_END}*", re.S)


def serial_normalized(serial: str) -> str:
    t.check("serial", serial, 255)
    value = t.strip(t.upper(serial))
    label = LABEL.match(value)
    if label:
        value = value[label.end() :]
    value = [c for c in value if c not in SEPARATORS]
    if not value:
        raise Fault("empty", "serial")
    if set(value) - SERIAL:
        raise Fault("invalid_character", "serial")
    if len(value) > 64:
        raise Fault("too_long", "serial")
    return "".join(value)


def identify(charger: dict) -> dict:
    vendor = vendor_canonical(charger["vendor"])
    serial = serial_normalized(charger["serial"])
    return {
        "vendor_canonical": vendor,
        "serial_normalized": serial,
        "serial_hash": hashlib.sha256(f"{vendor}:{serial}".encode()).hexdigest(),
        "serial_last4": serial[-4:],
        "lookalikes": [
            {"position": at, "character": c, "resembles": LOOKALIKES[c]}
            for at, c in enumerate(serial, 1)
            if c in LOOKALIKES
        ],
    }


def identify_batch(batch: dict) -> dict:
    """Good items only; an item that is refused comes as its `Fault`, for which the caller states the sentence."""
    results = []
    for index, charger in enumerate(batch["chargers"]):
        try:
            results.append(identify(charger))
        except Fault as fault:
            results.append(fault.under(f"chargers[{index}]"))
    good = [(index, one) for index, one in enumerate(results) if isinstance(one, dict)]
    groups = []
    for at, (index, one) in enumerate(good):
        if any(index in group for group in groups):
            continue
        read_as = _reading(one)
        group, serials = [], set()
        for other_index, other in good[at:]:
            if _reading(other) == read_as and other["serial_normalized"] not in serials:
                serials.add(other["serial_normalized"])
                group.append(other_index)
        first_of_its_kind = not any(_reading(earlier) == read_as for _, earlier in good[:at])
        if len(group) > 1 and first_of_its_kind:
            groups.append(group)
    lookalikes = [
        {
            "vendor_canonical": results[group[0]]["vendor_canonical"],
            "chargers": [{"index": at, "serial_normalized": results[at]["serial_normalized"]} for at in group],
        }
        for group in groups
    ]
    return {"results": results, "lookalikes": lookalikes}


def _reading(identity: dict) -> tuple:
    return identity["vendor_canonical"], "".join(LOOKALIKES.get(c, c) for c in identity["serial_normalized"])
