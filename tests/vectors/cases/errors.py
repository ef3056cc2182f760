"""With which HTTP status a service answers each error."""

from oracle.errors import FIELDS, NAMED

from . import Cases

cases = Cases("errors")
SOURCE = "charger-registry contract, responses; RFC 9110 and RFC 4918 for what it does not name"

for code in sorted([*FIELDS, *(code for codes in NAMED.values() for code in codes)]):
    slug = code.replace("_", "-")
    cases.good(f"status-{slug}", "http_status", {"code": code}, f"the status of {code}", SOURCE)
cases.bad("status-unknown", "http_status", {"code": "teapot"}, "unknown_value", "code", "no error has this code", SOURCE)
cases.bad("status-number", "http_status", {"code": 404}, "wrong_type", "code", "a number is no code", SOURCE)
cases.bad("status-missing", "http_status", {}, "missing_field", "code", "a code must be given", SOURCE)
