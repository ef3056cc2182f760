"""The one public exception."""

from __future__ import annotations


class TierraError(ValueError):
    """Why a call was refused.

    Attributes:
        code: a stable code, the same in every language, such as ``"invalid_period"``.
        path: the path of the field, such as ``"registrations[3].period.start"``; empty for the input as a whole. Fields
            have the names of the JSON: the argument ``reporting_year`` is ``reportingYear`` here.
        message: the sentence without the path; it names the value and says what was expected.

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

    def __init__(self, code: str, path: str, message: str) -> None:
        super().__init__(code, path, message)
        self.code = code
        self.path = path
        self.message = message

    @property
    def http_status(self) -> int:
        """The HTTP status with which a service over this library answers: 404, 409, 422 and so on.

        >>> import tierra
        >>> tierra.TierraError("invalid_transition", "status", "the dispute is `resolved`").http_status
        409
        """
        from ._tierra import call

        status: int = call("http_status", {"code": self.code})["status"]
        return status

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message
