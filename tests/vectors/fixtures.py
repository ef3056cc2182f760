"""Parts of inputs that several cases share: a file of vectors names each once, and its cases refer to it.

`{"$fixture": name}` stands for the value of that name. Fields beside `$fixture` change it: each takes the place of the
fixture's field of that name, or follows the fixture's fields. A fixture may refer to those that stand above it. Every runner
expands the references in an input before the call, so that a case says the same as if it were written out.

The cases in `cases/` are written out: `cases.fixtures` of a module names values, and the references are put in here, wherever
such a value or one that is close to it stands.
"""

from oracle import jsontext

REFERENCE = "$fixture"
# By how many characters a reference must be shorter than what it stands for: for less, nobody should have to look it up.
LEAST_SAVED = 20


class Fixtures:
    """The fixtures of one file, in their order."""

    def __init__(self, values: dict):
        self.written, self._known = {}, {}
        for name, value in values.items():
            # Before it is known itself: it can refer to those above it alone.
            self.written[name] = self.folded(value)
            self._known[name] = value, jsontext.write(value), _fields(value)

    def folded(self, value):
        """The value with references where they are shorter."""
        text = jsontext.write(value)
        if len(text) < LEAST_SAVED:
            return value
        fields = _fields(value)
        forms = [form for name in self._known if (form := self._reference(name, value, text, fields)) is not None]
        shortest = min(forms, key=_length, default=None)
        whole = value
        if isinstance(value, dict):
            whole = {name: self.folded(item) for name, item in value.items()}
        elif isinstance(value, (list, tuple)):
            whole = [self.folded(item) for item in value]
        return whole if shortest is None or _length(shortest) + LEAST_SAVED > _length(whole) else shortest

    def _reference(self, name, value, text, fields):
        """The value as that fixture with changes; None where it is not."""
        fixture, fixture_text, fixture_fields = self._known[name]
        if text == fixture_text:
            return {REFERENCE: name}
        if fields is None or fixture_fields is None:
            return None
        changed = [field for field in fields if fields[field] != fixture_fields.get(field)]
        # With more than half of its fields changed it is another value, and the name would mislead.
        if 2 * sum(field in fixture for field in changed) > len(fixture):
            return None
        # Fields keep their order, on which an answer may depend.
        if list(fixture | dict.fromkeys(changed)) != list(value):
            return None
        return {REFERENCE: name} | {field: self.folded(value[field]) for field in changed}

    def expanded(self, value):
        """The value without references."""
        if isinstance(value, (list, tuple)):
            return [self.expanded(item) for item in value]
        if not isinstance(value, dict):
            return value
        fields = {name: self.expanded(item) for name, item in value.items() if name != REFERENCE}
        if REFERENCE not in value:
            return fields
        fixture = self._known[value[REFERENCE]][0]
        return fixture | fields if fields else fixture


def _fields(value):
    """The text of each field: values that are written alike are the same, and 1 is neither 1.0 nor true."""
    return {name: jsontext.write(item) for name, item in value.items()} if isinstance(value, dict) else None


def _length(value) -> int:
    return len(jsontext.write(value))
