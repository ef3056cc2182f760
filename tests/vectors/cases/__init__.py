"""The cases: inputs, what they show, and where the answer is stated. The answers come from the oracle."""

from dataclasses import dataclass, field


@dataclass
class Case:
    id: str
    op: str
    note: str
    source: str
    # A value that means the same after JSON.parse and JSON.stringify, or else the raw JSON text.
    input: object = None
    text: str | None = None
    # A refusal, stated by hand.
    code: str | None = None
    path: str | None = None
    # What the sentence of a refusal must name.
    names: str | None = None
    # What a refused query has for issues, code and path of each; the oracle must agree.
    issues: list | None = None
    # What a publication or a decision says of the answer; the oracle must agree. Floats: (value, tolerance).
    states: dict = field(default_factory=dict)
    # Of a scenario, by step: the code and path of its refusal, and values that its answer has at a path (`path.#`: how many).
    fails: dict = field(default_factory=dict)
    shows: dict = field(default_factory=dict)
    # Why the core's answer is not yet this one. Such a case is left out of the files until it is.
    pending: str | None = None
    # A feature of the core that the case needs, where its call alone does not.
    needs: str | None = None


class Cases:
    """The cases of one file."""

    def __init__(self, file: str):
        self.file, self.all = file, []
        # Parts of inputs that several of these cases share, by their names in the file: `fixtures.py` puts the references in.
        self.fixtures = {}

    def good(self, name, op, input, note, source, states=None, text=None, pending=None, needs=None):
        more = {"states": states or {}, "pending": pending, "needs": needs}
        self._add(Case(f"{self.file}/{name}", op, note, source, input, text, **more))

    def bad(self, name, op, input, code, path, note, source, text=None, pending=None, names=None, issues=None):
        more = {"code": code, "path": path, "names": names, "issues": issues, "pending": pending}
        self._add(Case(f"{self.file}/{name}", op, note, source, input, text, **more))

    def scenario(self, name, input, note, source, fails, shows):
        self._add(Case(f"{self.file}/{name}", "ledger", note, source, input, fails=fails, shows=shows))

    def _add(self, case: Case):
        assert (case.text is None) != (case.input is None), case.id
        self.all.append(case)
