"""Plays a scenario of the ledger's vectors."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import tierra


def play(scenario: dict[str, Any]) -> str:
    """Opens a ledger in memory, makes the calls one after the other and joins their answers."""
    ledger = tierra.Ledger.in_memory(**scenario["options"])
    texts: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for step in scenario["steps"]:
            answers = [json.loads(text) for text in texts]
            texts.append(answer_text(ledger, step["call"], resolved(step["input"], answers, Path(folder))))
    return '{"answers":[' + ",".join(texts) + "]}"


def answer_text(ledger: tierra.Ledger, name: str, question: Any) -> str:
    """The answer, or the refusal as a batch shows one."""
    try:
        return ledger.call_json(name, json.dumps(question))
    except tierra.TierraError as error:
        return json.dumps({"error": told(error)}, ensure_ascii=False, separators=(",", ":"))


def told(error: tierra.TierraError) -> dict[str, Any]:
    """The error as the contract writes it: with its issues where it has some."""
    stated: dict[str, Any] = {"code": error.code, "path": error.path, "message": error.message}
    if error.issues:
        stated["issues"] = [{**issue._asdict(), "path": list(issue.path)} for issue in error.issues]
    return stated


def resolved(value: Any, answers: list[Any], folder: Path) -> Any:
    """The value with references to earlier answers replaced, and names of files by their paths."""
    if isinstance(value, list):
        return [resolved(item, answers, folder) for item in value]
    if not isinstance(value, dict):
        return value
    if "$answer" in value:
        found = answers[value["$answer"]]
        for part in value["at"].split(".") if "at" in value else []:
            found = found[int(part) if isinstance(found, list) else part]
        return found
    if "$temporary" in value:
        return str(folder / value["$temporary"])
    return {name: resolved(item, answers, folder) for name, item in value.items()}
