"""The verdict as a page that a person reads: Markdown."""

from collections.abc import Iterator
from html import escape
from typing import Any

from whodunit.legible import one_line

Json = dict[str, Any]

ENDS = {
    "repairs": "would have ended it",
    "hides": "would have ended what was felt, and left the cause",
    "nothing": "would have changed nothing",
}


def page(told: Json) -> str:
    """The page of one revelation, as `revelation.py` makes it."""
    return "\n".join([*_truth(told), *_marks(told), *_deductions(told), *_proof(told)]) + "\n"


def _truth(told: Json) -> Iterator[str]:
    yield f"# {told['title']}: {told['component'] or 'nobody'}, {told['reason']}"
    yield ""
    yield told["explanation"]
    yield ""
    yield f"It began at {told['onset']} ({', '.join(told['switched'])}; {told['case']}, seed {told['seed']})."
    yield ""
    yield from (f"- {step}" for step in told["propagation"])
    yield ""
    yield from (f"- {ENDS[each['effect']]}: {each['title']} (`{each['name']}`)" for each in told["mitigations"])


def _marks(told: Json) -> Iterator[str]:
    yield ""
    yield f"## {told['verdict']['score']:g} of 100 points"
    yield ""
    yield "| question | answer | truth | points |"
    yield "| --- | --- | --- | --- |"
    for mark in told["verdict"]["marks"]:
        said = _cell(mark["answered"]) or "nothing"
        yield f"| {mark['field']} | {said} | {_cell(mark['truth'])} | {mark['points']:g} of {mark['weight']} |"


def _deductions(told: Json) -> Iterator[str]:
    yield ""
    tried = ", ".join(f"{each['action']} {each['service']}" for each in told["tried"]) or "none"
    yield f"Taken off: {told['verdict']['deductions']} (hints: {told['hints']}; mitigations tried: {tried})."


def _proof(told: Json) -> Iterator[str]:
    yield ""
    yield "## What proves it"
    for each in told["proof"]:
        yield ""
        trace = f" `whodunit trace {each['traces'][0]}`" if each["traces"] else ""
        yield f"**{each['title']}**: {each['message']}.{trace}"
        yield ""
        yield f"```text\n{each['query']}\n```"


def _cell(text: str) -> str:
    return escape(one_line(text), quote=False).replace("|", "\\|")
