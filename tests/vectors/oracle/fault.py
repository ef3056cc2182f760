"""A refusal: the code and the path that the public contract states. The sentence is the core's own."""


class Fault(Exception):
    def __init__(self, code: str, path: str = ""):
        super().__init__(f"{code} at {path!r}")
        self.code, self.path = code, path

    def under(self, parent: str) -> "Fault":
        joint = "" if not self.path or self.path.startswith("[") else "."
        return Fault(self.code, f"{parent}{joint}{self.path}")
