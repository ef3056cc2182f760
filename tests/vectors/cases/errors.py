"""With which HTTP status a service answers each error."""

from oracle.errors import FIELDS, NAMED

from . import Cases

cases = Cases("errors")
SOURCE = "charger-registry contract, responses; RFC 9110 and RFC 4918 for what it does not name"


def issue(code, message, *path):
    return {"code": code, "message": message, "path": list(path)}


LIBRARY_ID = issue("invalid_string", "Invalid library ID", "libraryId")

for code in sorted([*FIELDS, *(code for codes in NAMED.values() for code in codes)]):
    slug = code.replace("_", "-")
    cases.good(f"status-{slug}", "http_status", {"code": code}, f"the status of {code}", SOURCE)
cases.bad("status-unknown", "http_status", {"code": "teapot"}, "unknown_value", "code", "no error has this code", SOURCE)
cases.bad("status-number", "http_status", {"code": 404}, "wrong_type", "code", "a number is no code", SOURCE)
cases.bad("status-missing", "http_status", {}, "missing_field", "code", "a code must be given", SOURCE)
PARAMETERS = "doc of Error::http_status"
cases.good("status-of-issues", "http_status", {"code": "invalid_uuid", "issues": [LIBRARY_ID]}, "what is wrong with the parameters of a query is 400, whatever its code", PARAMETERS, {"status": 400})
cases.good("status-empty-issues", "http_status", {"code": "not_found", "issues": []}, "an empty list is none", PARAMETERS, {"status": 404})
cases.bad("status-issue-no-path", "http_status", {"code": "invalid_uuid", "issues": [{"code": "invalid_string", "message": "x"}]}, "missing_field", "issues[0].path", "an issue has a path", PARAMETERS)

# The emission-factor contract's error response.
BODY = "spec/emission-factors.md, error response shape"


def answered(name, error, note, source=BODY, **states):
    cases.good(f"body-{name}", "error_body", error, note, source, states)


answered(
    "sample", {"code": "invalid_uuid", "path": "libraryId", "message": "`x` is not a UUID; expected 8-4-4-4-12 hexadecimal digits", "issues": [LIBRARY_ID]},
    "the contract's own body",
    status=400, body={"error": "Validation error: Invalid library ID", "code": "VALIDATION_FAILED", "details": {"issues": [LIBRARY_ID]}},
)
TWO = [issue("invalid_enum_value", "`esa` is not known", "authority"), issue("too_small", "`1800` is out of range", "reportingYear")]
answered("two-issues", {"code": "unknown_value", "path": "query.authority", "message": "`esa` is not known", "issues": TWO}, "all that is wrong, in one sentence and as a list", status=400, **{"body.error": "Validation error: `esa` is not known; `1800` is out of range", "body.details.issues": TWO})
for code in ("invalid_type", "too_big", "unrecognized_keys"):
    answered(f"issue-{code.replace('_', '-')}", {"code": "wrong_type", "path": "page", "message": "is wrong", "issues": [issue(code, "is wrong", "page")]}, f"an issue of the kind {code}", status=400)
answered("issue-deep-path", {"code": "wrong_type", "path": "a", "message": "is wrong", "issues": [issue("invalid_type", "is wrong", "a", "b")]}, "an issue's path has several parts", status=400)
answered("no-issues", {"code": "factor_not_found", "path": "", "message": "no `defra` factor"}, "an error without issues is its own only one", "doc of error_body", status=422, body={"error": "no `defra` factor", "code": "FACTOR_NOT_FOUND", "details": {"issues": [issue("factor_not_found", "no `defra` factor")]}})
answered("with-path", {"code": "unit_mismatch", "path": "query.activity.unit", "message": "cannot be converted"}, "the path's parts", "doc of error_body", status=422, **{"body.error": "query.activity.unit: cannot be converted", "body.details.issues": [issue("unit_mismatch", "cannot be converted", "query", "activity", "unit")]})
answered("empty-issues", {"code": "unknown_unit", "path": "unit", "message": "is not known", "issues": []}, "an empty list is none", "doc of error_body", status=422)
answered("null-issues", {"code": "digest_not_found", "path": "libraryDigest", "message": "is of no library", "issues": None}, "null is none", "doc of error_body", status=422)
for code, status in [("invalid_token", 401), ("insufficient_scope", 403), ("not_found", 404), ("conflict", 409), ("corrupt_file", 500), ("busy", 503)]:
    answered(f"status-{code.replace('_', '-')}", {"code": code, "path": "", "message": "is refused"}, f"{code} is answered with {status}", status=status, **{"body.code": code.upper()})
for name, error, code, path, note in [
    ("code-unknown", {"code": "teapot", "path": "", "message": "x"}, "unknown_value", "code", "no error has this code"),
    ("code-upper", {"code": "NOT_FOUND", "path": "", "message": "x"}, "unknown_value", "code", "codes are in lower case"),
    ("code-missing", {"path": "", "message": "x"}, "missing_field", "code", "an error has a code"),
    ("path-missing", {"code": "empty", "message": "x"}, "missing_field", "path", "an error has a path, even an empty one"),
    ("path-list", {"code": "empty", "path": ["a"], "message": "x"}, "wrong_type", "path", "an error's path is a text"),
    ("message-missing", {"code": "empty", "path": ""}, "missing_field", "message", "an error has a sentence"),
    ("unknown-field", {"code": "empty", "path": "", "message": "x", "status": 400}, "unknown_field", "status", "the status follows from the code"),
    ("issues-object", {"code": "empty", "path": "", "message": "x", "issues": LIBRARY_ID}, "wrong_type", "issues", "one issue is no list"),
    ("issue-code", {"code": "empty", "path": "", "message": "x", "issues": [issue("empty", "x", "a")]}, "unknown_value", "issues[0].code", "an error's code is none of an issue"),
    ("issue-path-text", {"code": "empty", "path": "", "message": "x", "issues": [{**LIBRARY_ID, "path": "libraryId"}]}, "wrong_type", "issues[0].path", "an issue's path is a list"),
    ("issue-path-number", {"code": "empty", "path": "", "message": "x", "issues": [LIBRARY_ID, {**LIBRARY_ID, "path": ["a", 1]}]}, "wrong_type", "issues[1].path[1]", "of texts"),
    ("issue-no-message", {"code": "empty", "path": "", "message": "x", "issues": [{"code": "too_big", "path": ["a"]}]}, "missing_field", "issues[0].message", "an issue has a sentence"),
]:
    cases.bad(f"body-{name}", "error_body", error, code, path, note, BODY)
