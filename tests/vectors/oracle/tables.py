"""The core's published tables, read from its sources: data, not rules."""

import re
from pathlib import Path

CHARGER = Path(__file__).resolve().parents[3] / "core" / "src" / "charger"


def _table(file: str, name: str) -> str:
    source = (CHARGER / file).read_text(encoding="utf-8")
    return re.search(rf"pub const {name}\b[^=]*=\s*&\[(.*?)\n\];", source, re.S)[1]


# Longest first: `SA DE CV` before `CV`.
LEGAL_FORMS = sorted(
    (form.split(" ") for form in re.findall(r'"([^"]+)"', _table("vendor.rs", "LEGAL_FORMS"))),
    key=len,
    reverse=True,
)
VENDOR_ALIASES = dict(re.findall(r'\("([^"]+)",\s*"([^"]+)"\)', _table("alias.rs", "VENDOR_ALIASES")))
assert len(LEGAL_FORMS) > 50 and len(VENDOR_ALIASES) > 20
