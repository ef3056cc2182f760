"""Hashes of many chargers, in Rust and from Python."""

from __future__ import annotations

import functools
import hashlib
import random
import re
import unicodedata

from harness import Bench, Side, work

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
# As people write them: 18 spellings of 15 makers.
_MAKERS = (
    "KEBA", "Keba AG", "Wallbox", "Wall Box Chargers S.L.", "Easee", "easee as", "Alfen B.V.", "ALFEN", "Zaptec A/S",
    "ABB E-mobility", "Tesla, Inc.", "EVBox", "Schneider Electric", "Mennekes Elektrotechnik GmbH & Co. KG", "go-e GmbH",
    "Ohme", "Bösch", "Compleo Charging Solutions",
)  # fmt: skip


def _chargers(bench: Bench, rows: int) -> list[tuple[str, str]]:
    """Serials of 8 to 14 letters and digits: a fifth with a label, a fifth with a dash, a tenth in lower case."""
    source = random.Random(bench.seed)

    def serial() -> str:
        letters, kind = "".join(source.choices(_ALPHABET, k=source.randint(8, 14))), source.random()
        if kind < 0.2:
            return f"S/N: {letters}"
        if kind < 0.4:
            return f"{letters[:4]}-{letters[4:]}"
        return letters.lower() if kind < 0.5 else letters

    return [(source.choice(_MAKERS), serial()) for _ in range(rows)]


@work("identity", peer="tierra's identify, one by one")
def identity(bench: Bench) -> tuple[Side, Side]:
    """In Rust, where the simple way is a loop of calls."""
    chargers = _chargers(bench, bench.size(1_000_000))
    for name, column in zip(("vendors", "serials"), zip(*chargers)):
        (bench.dir / name).write_text("\n".join(column), encoding="utf-8")
    ours = bench.ours("identity")
    peer = Side(ours.more.pop("peer_seconds"), ours.more.pop("peer_answer"))
    ours.more["per_second"] = round(len(chargers) / ours.median)
    return ours, peer


# What a Python program would do that knows the rules, with what makes it fast: a maker's spelling is worked out once, and a
# serial goes through two compiled expressions.
_LABEL = re.compile(r"\s*S(?:ERIAL)?[ ./-]*N(?:O|R|UMBER)?[:.# ]+\s*|\s*S/N[:.# ]*")
_SEPARATORS = re.compile(r"[\s_./:#\-\u2010-\u2015\u2212]+")
_FORMS = frozenset("AB AG AS ASA BV CO CORP GMBH INC KG LIMITED LTD NV OY SA SAS SE SL SLU SPA SRL".split())
_ALIASES = {
    "ABBEMOBILITY": "ABB", "COMPLEOCHARGINGSOLUTIONS": "COMPLEO", "MENNEKESELEKTROTECHNIK": "MENNEKES", "WALLBOXCHARGERS": "WALLBOX",
}  # fmt: skip


@functools.cache
def _vendor(vendor: str) -> str:
    words = re.split(r"[\s,;&+()\[\]|]+", unicodedata.normalize("NFKC", vendor).upper())
    words = [word for word in ("".join(c for c in word if c.isalnum()) for word in words) if word]
    while len(words) > 1 and words[-1] in _FORMS:
        words.pop()
    name = "".join(words)
    return _ALIASES.get(name, name)


def _serial(serial: str) -> str:
    if not serial.isascii():
        serial = unicodedata.normalize("NFKC", serial)
    serial = _SEPARATORS.sub("", _LABEL.sub("", serial.upper(), count=1) if serial[:1] in "sS" else serial.upper())
    if not (serial.isascii() and serial.isalnum() and len(serial) <= 64):
        raise ValueError(serial)
    return serial


@work("identity-python", peer="Python loop over hashlib, makers remembered")
def identity_python(bench: Bench) -> tuple[Side, Side]:
    """From a list of pairs to a list of hashes in hexadecimal digits."""
    import tierra

    chargers = _chargers(bench, bench.size(1_000_000))

    def loop() -> list[str | None]:
        sha256 = hashlib.sha256
        return [sha256(f"{_vendor(vendor)}:{_serial(serial)}".encode()).hexdigest() for vendor, serial in chargers]

    packed = bench.timed(lambda: tierra.serial_hashes(chargers).packed)
    ours = bench.timed(lambda: tierra.serial_hashes(chargers).hex())
    ours.more["packed_s"] = packed.median
    return ours, bench.timed(loop)
