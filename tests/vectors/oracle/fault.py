"""A refusal: the code and the path that the public contract states. The sentence is the core's own."""


class Fault(Exception):
    def __init__(self, code: str, path: str = "", issues=()):
        super().__init__(f"{code} at {path!r}" + (f", issues {list(issues)}" if issues else ""))
        # All that is wrong with the parameters of a query: code and path of each (emission-factor contract).
        self.code, self.path, self.issues = code, path, list(issues)

    def under(self, parent: str) -> "Fault":
        joint = "" if not self.path or self.path.startswith("[") else "."
        return Fault(self.code, f"{parent}{joint}{self.path}", self.issues)


class Told:
    """A refusal inside an answer: the error itself, where a batch would have it in a field `error`."""

    def __init__(self, fault: Fault):
        self.fault = fault
