"""HTTP statuses of errors, from the contract: what it names, and 422 for every other fault of a request's fields."""

from .fault import Fault

NAMED = {
    400: ["unsupported_grant_type"],
    401: ["invalid_client", "invalid_token"],
    403: ["insufficient_scope"],
    404: ["not_found", "unknown_op"],
    409: ["conflict", "dispute_exists", "invalid_transition"],
    500: ["corrupt_file", "file_error", "newer_version", "not_a_database", "read_only"],
    503: ["busy", "closed"],
    507: ["disk_full"],
}
FIELDS = [
    "ambiguous_factor", "digest_not_found", "duplicate", "empty", "factor_not_found", "forbidden_address", "gwp_not_found", "invalid_character",
    "invalid_date", "invalid_json", "invalid_number", "invalid_period", "invalid_signature", "invalid_unicode", "invalid_url",
    "invalid_uuid", "invalid_workbook", "label_changed", "length_mismatch", "missing_field", "no_capital", "no_root", "no_valuation", "not_finite", "not_in_excerpt", "one_day", "one_sign", "out_of_range",
    "rate_missing", "short_period", "timestamp_out_of_tolerance", "too_long", "unit_mismatch", "unknown_field",
    "unknown_reference", "unknown_unit", "unknown_value", "wrong_type",
]


def status_of(code: str) -> int:
    for status, codes in NAMED.items():
        if code in codes:
            return status
    if code not in FIELDS:
        raise Fault("unknown_value", "code")
    return 422


def http_status(question: dict) -> dict:
    status = status_of(question["code"])
    return {"status": 400 if question.get("issues") else status}


def error_body(question: dict) -> dict:
    """The emission-factor contract's error response; an error without issues is its own only one."""
    code, path, message = question["code"], question["path"], question["message"]
    status, sentence, issues = http_status(question)["status"], f"{path}: {message}" if path else message, question.get("issues")
    if issues:
        code = "VALIDATION_FAILED"
        sentence = "Validation error: " + "; ".join(issue["message"] for issue in issues)
        issues = [{name: issue[name] for name in ("code", "message", "path")} for issue in issues]
    else:
        parts = [part for part in path.split(".") if part]
        issues = [{"code": code, "message": message, "path": parts}]
    return {"status": status, "body": {"error": sentence, "code": code.upper(), "details": {"issues": issues}}}
