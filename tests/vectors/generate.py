#!/usr/bin/env python3
"""Writes and checks the vector files: the contract between the languages.

    generate.py --check                  what a test runs: every committed file is what the cases and the oracle give
    generate.py --core RUNNER            asks the core as well, reports every disagreement, and writes the files
    generate.py --core RUNNER --check    asks the core as well, and writes nothing

The cases are in `cases/`, their answers come from `oracle/`, which shares no code with the core. The core is asked for
three things only, which are then committed: the sentences of a refusal and of its issues (its code and path are stated by
hand in the case, those of the issues come from the oracle),
the last bits of a binary float (which must lie within 1e-12 of the oracle's 60 digits), and the ids and secrets that a
ledger draws from its seed (which must have the form they should, differ from each other, and be the same wherever the
oracle says that one thing is meant; what is computed from them, signatures and hashes, the oracle computes again). Without
`--core` all are taken from the committed files. Cases over the crate's own reference data are computed from what the core
says that these are; without `--core` only what they state by hand is checked.

RUNNER reads lines `{"op", "input_text"}` on stdin and answers each with a line `{"ok": text}` or
`{"error": {"code", "path", "message", "issues"?}}`; `runner/` is one:

    cargo build --manifest-path tests/vectors/runner/Cargo.toml

Needs Python 3.11 and mpmath; `jsonschema` is used where it is installed.
"""

import argparse
import hashlib
import json
import re
import subprocess
import sys
import unicodedata
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True

from cases import emission, errors, factors, identity, ledger, overlap, returns, units, webhook  # noqa: E402
from oracle import CALLS, Fault, Told, jsontext, opaque  # noqa: E402
from oracle import emission as emission_oracle  # noqa: E402
from oracle.ledger import dug  # noqa: E402
from oracle.returns import xnfv_exact, xnpv_exact  # noqa: E402
from fixtures import REFERENCE, Fixtures  # noqa: E402
from cases import ledger_factors  # noqa: E402, F401: more scenarios of the file `ledger`
from cases import money, performance, projects, rates  # noqa: E402, F401: more cases of the file `returns`

MODULES = (identity, overlap, emission, factors, units, returns, webhook, ledger, errors)
FILES = {module.cases.file: module.cases.all for module in MODULES}
FIXTURES = {module.cases.file: Fixtures(module.cases.fixtures) for module in MODULES}
WIDTH = 118
# Calls that only a core with this feature has; the browser modules are built without.
NEEDS = {"check_webhook_url": "webhook-delivery", "ledger": "ledger"}


class Disagreement(Exception):
    """The core, the oracle, the case or a publication say different things."""


# Inputs that cross every language unchanged.

def check_input(value, at="input"):
    """JSON.parse and JSON.stringify, json.loads and json.dumps must give back the same text."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name.isdigit() or name == "__proto__":
                raise Disagreement(f"{at}.{name}: JavaScript would move this key")
            if name == REFERENCE:
                raise Disagreement(f"{at}: a case is written out; name the part in `cases.fixtures`")
            check_input(item, f"{at}.{name}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            check_input(item, f"{at}[{index}]")
    elif isinstance(value, float):
        digits = re.sub(r"e.*", "", repr(abs(value))).replace(".", "").strip("0")
        plain = repr(value) == jsontext.float_text(value)
        if len(digits) > 15 or not plain:
            raise Disagreement(f"{at}: {value!r} is written otherwise in JavaScript; give it as text")
    elif isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**15:
        raise Disagreement(f"{at}: {value} has more than 15 digits; give it as text")
    elif isinstance(value, str):
        value.encode()


def input_text(case) -> str:
    if case.text is not None:
        return case.text
    check_input(case.input)
    return jsontext.write(case.input)


# What the oracle and the case say.

def oracle_answer(case, text):
    """The oracle's answer, or its `Fault`; None where the shape is refused before the oracle is asked."""
    try:
        question = jsontext.read(text)
        return CALLS[case.op](question)
    except Fault as fault:
        return fault
    except Exception:  # Wrong shapes: the hand-stated code and path are all there is.
        if case.code is None:
            raise
        return None


def check_states(case, answer):
    """What a publication or a decision states of the answer."""
    if case.op == "ledger":
        return check_refusals(case, answer["answers"])
    for name, stated in case.states.items():
        if name == "count":
            given = len(answer["conflicts"])
        elif name == "other_count":
            given = len(answer["other_rates"])
        else:
            given = shown(answer, name)
        if isinstance(given, float):
            expected, tolerance = stated
            fits = abs(given - expected) <= tolerance * max(1, abs(expected))
        else:
            fits = _same(given, stated)
        if not fits:
            raise Disagreement(f"{name} is {given!r} by the oracle, {stated!r} by {case.source}")


def shown(answer, path: str):
    """What an answer holds at a path; how many where the path ends with `#`."""
    given = dug(answer, path.removesuffix("#").removesuffix("."))
    return len(given) if path.endswith("#") else given


def check_refusals(case, answers):
    """Which steps the case says are refused, and how."""
    for index, (step, answer) in enumerate(zip(case.input["steps"], answers)):
        where = f"step {index}, {step['call']}"
        stated = case.fails.get(index)
        if isinstance(answer, Fault) or stated:
            if not isinstance(answer, Fault) or (answer.code, answer.path) != stated:
                raise Disagreement(f"{where}: {stated} by the case, {answer} by the oracle")


def check_shown(case, answers):
    """What the case says is in the answers, once all that is opaque in them is known."""
    for index, wanted in case.shows.items():
        for path, value in wanted.items():
            given = shown(answers[index], path)
            if jsontext.write(given) != jsontext.write(value):
                where = f"step {index}, {case.input['steps'][index]['call']}"
                raise Disagreement(f"{where}: {path} is {given!r} by the oracle, {value!r} by {case.source}")


def _same(given, stated) -> bool:
    if isinstance(given, Told):
        return (given.fault.code, given.fault.path) == stated
    if isinstance(given, (Decimal, jsontext.Digits, int)) and not isinstance(given, bool):
        given = Decimal(given)
        return stated is not None and given == Decimal(str(stated))
    if isinstance(given, dict) and isinstance(stated, dict):
        return list(given) == list(stated) and all(_same(given[name], stated[name]) for name in given)
    if isinstance(given, list) and isinstance(stated, list):
        return len(given) == len(stated) and all(map(_same, given, stated))
    return given == stated


def agreed_error(ours: Fault, theirs, at="") -> dict:
    """The core's error, with its sentences, where it is what the oracle says."""
    if not isinstance(theirs, dict) or not {"code", "path", "message"} <= theirs.keys():
        raise Disagreement(f"{at}{ours} by the oracle, {theirs} by the core")
    error = {name: str(theirs[name]) for name in ("code", "path", "message")}
    issues = [{name: issue[name] for name in ("code", "message", "path")} for issue in theirs.get("issues", [])]
    stated = [(issue["code"], issue["path"]) for issue in issues]
    if (error["code"], error["path"], stated) != (ours.code, ours.path, ours.issues):
        raise Disagreement(f"{at}{ours} by the oracle, {error | {'issues': stated}} by the core")
    return error | ({"issues": issues} if issues else {})


def merged(case, ours, theirs, size, at=""):
    """The oracle's answer with what only the core knows, all of it checked."""
    try:
        ours = opaque.settle(ours, theirs)
    except opaque.Mismatch as why:
        raise Disagreement(f"{at}: {why}") from None
    if isinstance(ours, Fault):
        if not isinstance(theirs, dict) or list(theirs) != ["error"]:
            raise Disagreement(f"{at}: {ours} by the oracle, {theirs} by the core")
        return {"error": agreed_error(ours, theirs["error"], f"{at}: ")}
    if isinstance(ours, Told):
        return agreed_error(ours.fault, theirs, f"{at}: ")
    if isinstance(ours, dict) and isinstance(theirs, dict) and list(ours) == list(theirs):
        return {name: merged(case, ours[name], theirs[name], size, f"{at}.{name}") for name in ours}
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        return [merged(case, a, b, size, f"{at}[{i}]") for i, (a, b) in enumerate(zip(ours, theirs))]
    if isinstance(ours, float) and isinstance(theirs, jsontext.Digits):
        value = float(theirs)
        allowed = 1e-12 * (1 + (size if size is not None else abs(ours)))
        if not abs(value - ours) <= allowed:
            raise Disagreement(f"{at}: {ours!r} by the oracle, {value!r} by the core, more than {allowed:g} apart")
        return value
    if isinstance(ours, float) or isinstance(theirs, (dict, list)) or jsontext.write(ours) != jsontext.write(theirs):
        raise Disagreement(f"{at}: {ours!r} by the oracle, {theirs!r} by the core")
    return ours


# Refusals that follow from the domain's rules and not from the shape of the input.
DOMAIN_CODES = {
    "ambiguous_factor",
    "digest_not_found",
    "factor_not_found",
    "forbidden_address",
    "gwp_not_found",
    "invalid_period",
    "invalid_signature",
    "invalid_url",
    "no_capital",
    "no_root",
    "no_valuation",
    "one_day",
    "one_sign",
    "rate_missing",
    "short_period",
    "timestamp_out_of_tolerance",
    "unit_mismatch",
    "unknown_unit",
}

# Refusals of the text or of the shape.
SHAPE_CODES = {
    "duplicate",
    "invalid_json",
    "invalid_unicode",
    "missing_field",
    "unknown_field",
    "unknown_op",
    "wrong_type",
}

# Shapes that the batch refuses item by item: what the oracle does not know, stated by hand.
BATCH_SHAPES = [
    Fault("missing_field", "chargers[0].serial"),
    Fault("wrong_type", "chargers[1].serial"),
    Fault("wrong_type", "chargers[2]"),
    Fault("unknown_field", "chargers[3].x"),
    Fault("wrong_type", "chargers[4]"),
]


def vector(case, reply) -> dict:
    """The case as it stands in its file, from the case, the oracle and the core's reply (or the committed one)."""
    text = input_text(case)
    answer = {"id": case.id, "op": case.op}
    needs = case.needs or NEEDS.get(case.op)
    answer |= {"needs": needs} if needs else {}
    answer |= {"input_text": text} if case.text is not None else {"input": case.input}
    if case.id == "identity/batch-shape-errors-inside":
        ours = {"results": BATCH_SHAPES, "lookalikes": []}
    elif case.needs == "reference-data" and emission_oracle.reference is None and "ok" in reply:
        # What the data are, only the core can say: what is stated of the answer must hold.
        ours = jsontext.read(reply["ok"])
    else:
        ours = oracle_answer(case, text)

    if case.code is not None:
        # The oracle takes the shape for granted, but for the parameters of a query, whose issues it lists. What the domain
        # refuses it must refuse too.
        lists_issues = isinstance(ours, Fault) and ours.issues and case.text is None
        if case.code in SHAPE_CODES and not lists_issues:
            ours = None
        if not isinstance(ours, Fault) and case.code in DOMAIN_CODES:
            raise Disagreement(f"the case states {case.code}, the oracle does not refuse it")
        if isinstance(ours, Fault) and (ours.code, ours.path) != (case.code, case.path):
            raise Disagreement(f"the case states {case.code} at {case.path!r}, the oracle {ours}")
        if "error" not in reply:
            raise Disagreement(f"the case states {case.code} at {case.path!r}, the core answers {reply['ok']}")
        issues = ours.issues if isinstance(ours, Fault) else []
        if case.issues is not None and issues != case.issues:
            raise Disagreement(f"the case states the issues {case.issues}, the oracle {issues}")
        error = agreed_error(Fault(case.code, case.path, issues), reply["error"])
        if case.names and case.names not in error["message"]:
            raise Disagreement(f"the sentence must name {case.names}, it says {error['message']}")
        answer |= {"error": error, "sha256": digest(jsontext.write(error))}
    else:
        if isinstance(ours, Fault):
            raise Disagreement(f"the case states an answer, the oracle {ours}")
        check_states(case, ours)
        if "error" in reply:
            raise Disagreement(f"the oracle answers {jsontext.write(ours)}, the core {reply['error']}")
        size = None
        if case.op in ("xnpv", "xnfv"):
            exact = {"xnpv": xnpv_exact, "xnfv": xnfv_exact}[case.op]
            size = float(exact(jsontext.read(text))[1])
        theirs = jsontext.read(reply["ok"])
        try:
            opaque.bind(ours, theirs)
        except opaque.Mismatch as why:
            raise Disagreement(str(why)) from None
        expected = merged(case, ours, theirs, size)
        if case.op == "ledger":
            check_shown(case, expected["answers"])
        canonical = jsontext.write(expected)
        if reply.get("exact") and canonical != reply["ok"]:
            raise Disagreement(f"the text is {canonical} by the contract, {reply['ok']} by the core")
        answer |= {"expected": expected, "sha256": digest(canonical)}
    return answer | {"note": case.note, "source": case.source}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# Files.

def visible(text: str) -> str:
    """A JSON string in which what cannot be seen is escaped."""
    def shown(c):
        if c != " " and unicodedata.category(c) in ("Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Co", "Cn"):
            return "".join(f"\\u{unit:04x}" for unit in _utf16(c))
        return c
    return "".join(shown(c) for c in jsontext.string_text(text))


def _utf16(c: str) -> list:
    units = c.encode("utf-16-be")
    return [units[at] * 256 + units[at + 1] for at in range(0, len(units), 2)]


def pretty(value, indent=0, used=0) -> str:
    flat = _flat(value)
    if not isinstance(value, (dict, list)) or not value or len(flat) + indent + used <= WIDTH:
        return flat
    inner = " " * (indent + 2)
    if isinstance(value, dict):
        lines = []
        for name, item in value.items():
            head = f"{visible(name)}: "
            lines.append(inner + head + pretty(item, indent + 2, len(head) + 1))
        return "{\n" + ",\n".join(lines) + "\n" + " " * indent + "}"
    return "[\n" + ",\n".join(inner + pretty(item, indent + 2, 1) for item in value) + "\n" + " " * indent + "]"


def _flat(value) -> str:
    if isinstance(value, dict) and value:
        return "{ " + ", ".join(f"{visible(name)}: {_flat(item)}" for name, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flat, value)) + "]"
    return jsontext.write(value, visible)


def file_text(vectors: list, fixtures: Fixtures) -> str:
    """A line a fixture and a line a case, so that a difference shows which cases it is about."""
    named = [f"{visible(name)}:{jsontext.write(value, visible)}" for name, value in fixtures.written.items()]
    cases = [jsontext.write(one | ({"input": folded_input(one, fixtures)} if "input" in one else {}), visible) for one in vectors]
    return '{"fixtures": {' + _lines(named) + '}, "cases": [' + _lines(cases) + "]}\n"


def _lines(rows: list) -> str:
    return "\n" + ",\n".join(rows) + "\n" if rows else ""


def folded_input(vector: dict, fixtures: Fixtures):
    """The input with references to fixtures, which say the same when they are expanded."""
    folded = fixtures.folded(vector["input"])
    if jsontext.write(fixtures.expanded(folded)) != jsontext.write(vector["input"]):
        raise Disagreement(f"{vector['id']}: with its fixtures expanded, the input is another")
    return folded


def idle_fixtures(name: str, text: str) -> list:
    """The fixtures of a file that nothing refers to, or one place alone: these need no name."""
    counts = {fixture: text.count(jsontext.write({REFERENCE: fixture})[:-1]) for fixture in FIXTURES[name].written}
    return [f"{name}.json: fixture {fixture} is used {count} times" for fixture, count in counts.items() if count < 2]


def is_refusal(answer) -> bool:
    return isinstance(answer, dict) and list(answer) == ["error"]


def manifest_text(files: dict) -> str:
    rows, ops, calls, factor_calls, needs, total, failing = {}, {}, {}, {}, {}, 0, 0
    for name, (vectors, text) in files.items():
        bad = sum("error" in one for one in vectors)
        ids = digest("\n".join(sorted(one["id"] for one in vectors)))
        rows[f"{name}.json"] = {
            "cases": len(vectors),
            "failing": bad,
            "fixtures": len(FIXTURES[name].written),
            "sha256": digest(text),
            "ids_sha256": ids,
        }
        total, failing = total + len(vectors), failing + bad
        for one in vectors:
            count = ops.setdefault(one["op"], {"cases": 0, "failing": 0})
            count["cases"] += 1
            count["failing"] += "error" in one
            if "needs" in one:
                needs[one["needs"]] = needs.get(one["needs"], 0) + 1
            if one["op"] == "factors" and isinstance(one.get("input"), dict) and isinstance(one["input"].get("call"), str):
                count = factor_calls.setdefault(one["input"]["call"], {"cases": 0, "failing": 0})
                count["cases"] += 1
                count["failing"] += "error" in one
            if one["op"] == "ledger" and "expected" in one:
                for step, answer in zip(one["input"]["steps"], one["expected"]["answers"]):
                    count = calls.setdefault(step["call"], {"steps": 0, "failing": 0})
                    count["steps"] += 1
                    count["failing"] += is_refusal(answer)
    manifest = {
        "files": rows,
        "ops": dict(sorted(ops.items())),
        "calls": dict(sorted(calls.items())),
        "factor_calls": dict(sorted(factor_calls.items())),
        "needs": needs,
        "total": {"cases": total, "failing": failing},
    }
    return pretty(manifest) + "\n"


def committed() -> dict:
    """What the committed files say, as replies of the core."""
    replies = {}
    for name in FILES:
        path = HERE / f"{name}.json"
        if not path.is_file():
            continue
        for one in jsontext.read(path.read_text(encoding="utf-8"))["cases"]:
            replies[one["id"]] = {"error": one["error"]} if "error" in one else {"ok": jsontext.write(one["expected"])}
    return replies


def ask(runner: str) -> dict:
    """The core's replies to all cases."""
    every = [case for all_cases in FILES.values() for case in all_cases]
    lines = [json.dumps({"op": case.op, "input_text": input_text(case)}) for case in every]
    done = subprocess.run([runner], input="\n".join(lines) + "\n", capture_output=True, encoding="utf-8")
    replies = [json.loads(line) for line in done.stdout.split("\n") if line]
    if done.returncode or len(replies) != len(every):
        raise SystemExit(f"{runner}: status {done.returncode}, {len(replies)} of {len(every)} answers\n{done.stderr}")
    return {case.id: {**reply, "exact": True} for case, reply in zip(every, replies)}


def reference_data(runner: str):
    """The crate's own reference data as the call `data` gives them; None from a core without them."""
    question = {"op": "factors", "input_text": '{"data":{"reference":true},"call":"data","query":{}}'}
    done = subprocess.run([runner], input=json.dumps(question) + "\n", capture_output=True, encoding="utf-8", check=True)
    reply = json.loads(done.stdout)
    return jsontext.read(reply["ok"]) if "ok" in reply else None


def validate(name: str, text: str) -> bool:
    try:
        from jsonschema import Draft202012Validator
    except ImportError:
        return False
    schema = json.loads((HERE / "schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    errors = list(Draft202012Validator(schema).iter_errors(json.loads(text)))
    if errors:
        raise SystemExit(f"{name}.json is not as schema.json says: {errors[0].message} at {list(errors[0].path)}")
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description="Writes and checks the vector files.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a committed file differs")
    parser.add_argument("--core", metavar="RUNNER", help="a program that answers calls with the core")
    options = parser.parse_args()
    if not options.check and not options.core:
        parser.error("give --check, or --core RUNNER to write the files")
    replies = ask(options.core) if options.core else committed()
    emission_oracle.reference = reference_data(options.core) if options.core else None

    problems, pending, files = [], [], {}
    seen = set()
    for name, all_cases in FILES.items():
        vectors = []
        for case in all_cases:
            if case.id in seen:
                problems.append(f"{case.id} stands twice")
            seen.add(case.id)
            if not options.core and case.id not in replies:
                if not case.pending:
                    problems.append(f"{case.id} is in no committed file; run with --core")
                continue
            try:
                vectors.append(vector(case, replies[case.id]))
                if case.pending:
                    pending.append(f"{case.id} agrees now; its `pending` can go")
            except Disagreement as why:
                (pending if case.pending else problems).append(f"{case.id}: {why}")
        files[name] = vectors, file_text(vectors, FIXTURES[name])
        problems += idle_fixtures(name, files[name][1])

    texts = {f"{name}.json": text for name, (_, text) in files.items()}
    texts["manifest.json"] = manifest_text(files)
    # As they stand, and written out, where no reference hides a shape.
    schema_seen = all([validate(name, text) for name, (_, text) in files.items()])
    schema_seen &= all([validate(name, file_text(vectors, Fixtures({}))) for name, (vectors, _) in files.items()])
    if options.check:
        for name, text in texts.items():
            path = HERE / name
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                problems.append(f"{name} differs from what the cases and the oracle give; run with --core")

    for line in pending:
        print(f"pending: {line}")
    for line in problems:
        print(f"WRONG: {line}")
    if problems:
        return 1
    if not options.check:
        for name, text in texts.items():
            (HERE / name).write_text(text, encoding="utf-8")
    for name, (vectors, _) in files.items():
        print(f"{name}.json: {len(vectors)} cases, {sum('error' in one for one in vectors)} failing")
    answers = [answer for one in files["ledger"][0] for answer in one.get("expected", {"answers": []})["answers"]]
    print(f"ledger.json: {len(answers)} steps, {sum(map(is_refusal, answers))} of them failing")
    total = sum(len(vectors) for vectors, _ in files.values())
    how = "and schema.json" if schema_seen else "(schema.json not checked: jsonschema is not installed)"
    print(f"{total} cases agree with the oracle{', the core' if options.core else ''} {how}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
