"""The one public exception."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple


class Issue(NamedTuple):
    """One thing that is wrong with the parameters of a query, as the emission-factor contract lists it."""

    code: str
    """``invalid_type``, ``invalid_string``, ``invalid_enum_value``, ``too_small``, ``too_big`` or ``unrecognized_keys``."""
    message: str
    """What is wrong, in a sentence."""
    path: tuple[str, ...]
    """The parameter, by its name in the contract."""


class TierraError(ValueError):
    """Why a call was refused.

    Attributes:
        code: a stable code, the same in every language, such as ``"invalid_period"``.
        path: the path of the field, such as ``"registrations[3].period.start"``; empty for the input as a whole. Fields
            have the names of the JSON: the argument ``reporting_year`` is ``reportingYear`` here.
        message: the sentence without the path; it names the value and says what was expected.
        issues: all that is wrong with the parameters of a query on emission factors; ``code``, ``path`` and ``message``
            tell the first of it. Empty for other errors.

    >>> import tierra
    >>> try:
    ...     tierra.identify("", "ACE0123456")
    ... except tierra.TierraError as error:
    ...     print(error.code, "|", error.path, "|", error)
    empty | vendor | vendor: is empty; expected the maker's name
    """

    code: str
    path: str
    message: str
    issues: tuple[Issue, ...]

    def __init__(self, code: str, path: str, message: str, issues: Iterable[tuple[str, str, Iterable[str]]] = ()) -> None:
        super().__init__(code, path, message)
        self.code = code
        self.path = path
        self.message = message
        self.issues = tuple(Issue(kind, sentence, tuple(where)) for kind, sentence, where in issues)

    @property
    def http_status(self) -> int:
        """The HTTP status with which a service over this library answers: 404, 409, 422 and so on; 400 with :attr:`issues`.

        >>> import tierra
        >>> tierra.TierraError("invalid_transition", "status", "the dispute is `resolved`").http_status
        409
        """
        return error_body(self).status

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class ErrorBody(NamedTuple):
    """What a service over this library answers, by the emission-factor contract."""

    status: int
    """The HTTP status: 400 for what is wrong with the parameters of a query."""
    body: dict[str, Any]
    """The body, of plain values for ``json.dumps``: ``error``, ``code`` and ``details``."""


def error_body(error: TierraError) -> ErrorBody:
    """An error as the emission-factor contract answers it.

    What is wrong with the parameters of a query is 400 ``VALIDATION_FAILED`` with the list of issues; any other error has its
    own code in capitals and is its own only issue.

    Args:
        error: one that a call raised.

    Raises:
        TierraError: ``wrong_type`` for what is no such error, ``unknown_value`` at ``code``.

    >>> import tierra
    >>> try:
    ...     tierra.EmissionFactors({}).search("not-a-uuid")
    ... except tierra.TierraError as error:
    ...     status, body = error_body(error)
    >>> status, body["code"], body["error"]
    (400, 'VALIDATION_FAILED', 'Validation error: Invalid library ID')
    """
    from ._tierra import call_json

    if not isinstance(error, TierraError):
        message = f"is a value of type `{type(error).__name__}`; expected a `TierraError`"
        raise TierraError("wrong_type", "error", message)
    fields: dict[str, Any] = {"code": error.code, "path": error.path, "message": error.message}
    if error.issues:
        fields["issues"] = [issue._asdict() for issue in error.issues]
    answer = json.loads(call_json("error_body", json.dumps(fields)))
    return ErrorBody(answer["status"], answer["body"])
