"""Values that an oracle cannot foretell: ids, secrets, jittered instants, and what is computed from them.

The oracle answers with these objects. `bind` goes through an answer of the core's and gives each `Opaque` the value that
stands in its place at first sight; `settle` then demands that value wherever the object stands again, so that two records
cannot be taken for each other.
"""

import re

from . import jsontext
from .fault import Fault


class Mismatch(Exception):
    """The core's value cannot stand in this place."""


class Opaque:
    """An id or a secret: no two of a scenario are the same."""

    def __init__(self, book: dict, pattern: str, milliseconds: int | None = None):
        self.book, self.pattern, self.milliseconds, self.value = book, pattern, milliseconds, None

    def bind(self, theirs):
        if self.value is not None:
            return
        if type(theirs) is not str or not re.fullmatch(self.pattern, theirs):
            raise Mismatch(f"{theirs!r} is not of the form {self.pattern}")
        if self.milliseconds is not None and int(theirs.replace("-", "")[:12], 16) != self.milliseconds:
            raise Mismatch(f"{theirs!r} does not begin with the milliseconds {self.milliseconds}")
        if theirs in self.book:
            raise Mismatch(f"{theirs!r} stands for two things")
        self.book[theirs], self.value = self, theirs

    def known(self):
        if self.value is None:
            raise Mismatch("the value was never shown")
        return self.value


class Between:
    """An instant with jitter: from `low` to `high`, in milliseconds, as `write` writes it and `read` reads it."""

    def __init__(self, low, high, read):
        self.low, self.high, self.read, self.value = low, high, read, None

    def bind(self, theirs):
        if self.value is None:
            if type(theirs) is not str or not self.low <= self.read(theirs) <= self.high:
                raise Mismatch(f"{theirs!r} is not from {self.low} to {self.high} ms")
            self.value = theirs

    def known(self):
        if self.value is None:
            raise Mismatch("the value was never shown")
        return self.value


class Computed:
    """What follows from values that are bound."""

    def __init__(self, function):
        self.function = function

    def known(self):
        return self.function()


class JsonText:
    """A text that holds JSON."""

    def __init__(self, value):
        self.value = value

    def known(self):
        return jsontext.write(known(self.value))


class Checked:
    """The core's own words or padding, of which only a rule is known. `check` raises `Mismatch`."""

    def __init__(self, check):
        self.check = check


def sentence(beginning=""):
    def check(theirs):
        if type(theirs) is not str or not theirs.startswith(beginning) or len(theirs) < len(beginning) + 3:
            raise Mismatch(f"{theirs!r} is no sentence that begins with {beginning!r}")

    return Checked(check)


def known(value):
    """The value with everything bound."""
    if isinstance(value, dict):
        return {name: known(item) for name, item in value.items()}
    if isinstance(value, list):
        return [known(item) for item in value]
    return value.known() if hasattr(value, "known") else value


def bind(ours, theirs):
    """Binds what `theirs` shows. Whether the rest is the same is seen later."""
    if isinstance(ours, (Opaque, Between)):
        ours.bind(theirs)
    elif isinstance(ours, JsonText) and type(theirs) is str:
        bind(ours.value, jsontext.read(theirs))
    elif isinstance(ours, dict) and isinstance(theirs, dict):
        for name in ours.keys() & theirs.keys():
            bind(ours[name], theirs[name])
    elif isinstance(ours, list) and isinstance(theirs, list):
        for a, b in zip(ours, theirs):
            bind(a, b)


def settle(ours, theirs):
    """The value that must stand here, once all is bound; `ours` where nothing is opaque about it."""
    if isinstance(ours, Checked):
        ours.check(theirs)
        return theirs
    if isinstance(ours, Fault) or not hasattr(ours, "known"):
        return ours
    return ours.known()
