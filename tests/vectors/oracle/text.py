"""What counts as blank, control, letter and digit."""

import re
import unicodedata

from .fault import Fault

# PropList.txt, White_Space. Python's own isspace() also takes U+001C to U+001F.
BLANKS = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"


def strip(text: str) -> str:
    return text.strip(BLANKS)


def words(text: str) -> list[str]:
    for blank in BLANKS:
        text = text.replace(blank, " ")
    return text.split(" ")


def folded(text: str) -> str:
    """Equality of the emission contract: case and outer or repeated blanks do not matter (DECISIONS 13)."""
    return " ".join(word for word in words(text.casefold()) if word)


def check(path: str, text: str, longest: int) -> None:
    if not strip(text):
        raise Fault("empty", path)
    if len(text) > longest:
        raise Fault("too_long", path)
    if any(unicodedata.category(c) == "Cc" and c not in BLANKS for c in text):
        raise Fault("invalid_character", path)


def upper(text: str) -> str:
    """NFKC, case folded in full and shown in upper case; upper case may leave the normal form, so NFKC again."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold().upper())


def marks_apart(text: str) -> list:
    """Its words in folded form, without marks."""
    return [folded(word) for word in re.findall(r"[^\W_]+", text)]
