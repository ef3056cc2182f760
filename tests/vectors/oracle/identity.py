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
    # In upper case, as it will be shown: that of a subscript iota is a Greek letter.
    letters = [c for c in t.upper(vendor) if c.isalpha()]
    scripts = {_script(c) for c in letters}
    if not scripts & {"CYRILLIC", "GREEK"}:
        return False
    alike = all(_script(c) == "LATIN" or c.upper() in LIKE_LATIN for c in letters)
    return "LATIN" in scripts or alike


def _is_diacritic(c: str) -> bool:
    """A mark that belongs to a letter; variation selectors and enclosing frames only say how to draw it."""
    return unicodedata.category(c) in ("Mn", "Mc") and not 0xFE00 <= ord(c) <= 0xFE0F


# Trade mark, service mark, sound recording copyright, registered, copyright; their circled italic and raised kin.
TRADE_SIGNS = "™℠℗®©\U0001f12b\U0001f12c\U0001f16a\U0001f16b\U0001f16c"


def _without_signs(vendor: str) -> str:
    """Without trade signs and without accents and apostrophes that stand on no letter."""
    vendor = "".join(c for c in vendor if c not in TRADE_SIGNS)
    # NFKC writes an accent that stands alone as a blank with marks on it.
    vendor = unicodedata.normalize("NFKC", vendor)
    out, on_blank = [], False
    for c in vendor:
        if unicodedata.combining(c) and (on_blank or out[-1:] and out[-1] in t.BLANKS):
            if not on_blank:
                out.pop()
            on_blank = True
            continue
        on_blank = False
        out.append(c)
    # The modifier letters that are apostrophes, primes and accents; NFKC makes one of the first half of `ŉ`.
    out = [c for c in out if not _is_modifier(c)]
    return re.sub(r"\((R|TM|C|SM)\)", "", "".join(out), flags=re.I | re.A)


def _is_modifier(c: str) -> bool:
    at = ord(c)
    return 0x2B9 <= at <= 0x2DF or 0x2E5 <= at <= 0x2FF or 0xA717 <= at <= 0xA71F or at == 0xA788


def vendor_canonical(vendor: str) -> str:
    t.check("vendor", vendor, 120)
    shown = _without_signs(vendor)
    if _is_disguised(shown):
        raise Fault("invalid_character", "vendor")
    words = t.words(re.sub(r"[,;&+()\[\]|]", " ", t.upper(shown)))
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
    letters = unicodedata.normalize("NFC", "".join(words))
    while letters and unicodedata.combining(letters[0]):
        letters = letters[1:]
    if not letters:
        raise Fault("empty", "vendor")
    return VENDOR_ALIASES.get(letters, letters)


def _undotted(word: str) -> str:
    """Turkish `Şti` and `ŞTİ` are one form, although the capital of i is I elsewhere."""
    return word.replace("İ", "I")


_GAP = f"[{re.escape(t.BLANKS + DASHES)}./]*"
_END = f"[{re.escape(t.BLANKS)}:.#]"
_WORDS = [
    f"SERIAL{_GAP}(?:NUMBER|NUM|NO|NR|N°)",
    f"SER{_GAP}(?:NO|NR)",
    f"SERIEN{_GAP}(?:NUMMER|NR)",
    "SERIAL",
    f"S{_GAP}N",
]
# `S/N` is a label whatever follows; a word is one only where a mark or a blank ends it. Separators may stand before it,
# and another label behind it.
_SEPARATOR = f"[{re.escape(''.join(sorted(SEPARATORS)))}]"
LABELS = re.compile(f"(?:{_SEPARATOR}*(?:S/N|(?:{'|'.join(_WORDS)})(?={_END})))+", re.S)
# All that is left may be a label after all, whose words were parted in another way.
LABEL_ALONE = {"SERIALNUMBER", "SERIALNUM", "SERIALNO", "SERIALNR", "SERNO", "SERNR", "SERIENNUMMER", "SERIENNR"}


def serial_normalized(serial: str) -> str:
    t.check("serial", serial, 255)
    if any(c in TRADE_SIGNS for c in serial):
        raise Fault("invalid_character", "serial")
    value = t.strip(t.upper(serial))
    labels = LABELS.match(value)
    if labels:
        value = value[labels.end() :]
    value = [c for c in value if c not in SEPARATORS]
    if not value or "".join(value) in LABEL_ALONE:
        raise Fault("empty", "serial")
    if set(value) - SERIAL:
        raise Fault("invalid_character", "serial")
    if len(value) > 64:
        raise Fault("too_long", "serial")
    return "".join(value)


_LETTERS_OF_A_LABEL = re.compile("(?:SERIAL(?:NUMBER|NUM|NO|NR)?|SER(?:NO|NR)|SERIEN(?:NUMMER|NR)|SN)+")


def _proper(serial: str) -> str | None:
    """The serial without the letters at its front that may be a label; None where there are none or no digit is left."""
    label = _LETTERS_OF_A_LABEL.match(serial)
    rest = serial[label.end() :] if label else ""
    return rest if any(c.isdigit() for c in rest) else None


def _advisories(vendor: str, serial: str) -> list[dict]:
    found = []
    proper = _proper(serial)
    if proper:
        found.append(
            {
                "kind": "possible_label",
                "serial_normalized": proper,
                "serial_hash": hashlib.sha256(f"{vendor}:{proper}".encode()).hexdigest(),
                "message": f"`{serial}` begins with the letters of a label; the same device may go by `{proper}`",
            }
        )
    number = re.fullmatch("([1-9][0-9]*)E([0-9]{1,2})", serial)
    if number and int(number[2]) >= len(number[1]) - 1:
        found.append(
            {
                "kind": "shortened_number",
                "serial_normalized": None,
                "serial_hash": None,
                "message": f"`{serial}` may be a long number that a spreadsheet shortened, which many devices share; "
                "expected it as the device shows it",
            }
        )
    return found


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
        "advisories": _advisories(vendor, serial),
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
    serial = identity["serial_normalized"]
    return identity["vendor_canonical"], "".join(LOOKALIKES.get(c, c) for c in _proper(serial) or serial)
