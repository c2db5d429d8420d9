"""The verdict as a page that a person reads: Markdown."""

from collections.abc import Iterable, Iterator
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
    """The page of one revelation, as `revelation.py` makes it: the answer, its reasons, the points; queries folded."""
    parts = (_truth, _siblings, _baseline, _innocent, _evidence, _marks, _deductions, _proof)
    return "\n".join(line for part in parts for line in part(told)) + "\n"


def _truth(told: Json) -> Iterator[str]:
    yield f"# {told['title']}: {told['component'] or 'nobody'}, {told['reason']}"
    yield ""
    yield told["explanation"]
    yield ""
    began = "It began at" if told["component"] else "Compared are the times before and after"
    switched = ", ".join(told["switched"]) or "nothing was switched"
    yield f"{began} {told['onset']} ({switched}; {told['case']}, seed {told['seed']})."
    yield ""
    yield from (f"- {step}" for step in told["propagation"])
    yield ""
    yield from (f"- {ENDS[each['effect']]}: {each['title']} (`{each['name']}`)" for each in told["mitigations"])


def _siblings(told: Json) -> Iterator[str]:
    rows = [(each["case"], each["number"], _arrow(each["here"]), _arrow(each["there"])) for each in told["siblings"]]
    yield from _table("What told it from the other causes of this complaint", ("not", "by", "here", "there"), rows)


def _baseline(told: Json) -> Iterator[str]:
    rows = [(each["title"], each["metric"], each["before"], each["during"]) for each in told["baseline"]]
    yield from _table("Before the onset, and since", ("", "metric", "before", "since"), rows)


def _innocent(told: Json) -> Iterator[str]:
    rows = [(each["title"], each["metric"], each["before"], each["during"]) for each in told["innocent"]]
    yield from _table("What shows the innocent innocent", ("", "metric", "before", "since"), rows)
    if beside := told["beside"]:
        yield from ("", f"Beside it, since {beside['since']}, and innocent: {beside['about']}")


def _evidence(told: Json) -> Iterator[str]:
    rows = [(each["cited"], _arrow(each["here"]), each["why"]) for each in told["evidence"]]
    yield from _table("The evidence that was named", ("evidence", "here", ""), rows)
    if rows:
        yield ""
        yield f"Causes left standing: {', '.join(told['standing']) or 'none'}."


def _marks(told: Json) -> Iterator[str]:
    rows = [
        (mark["field"], mark["answered"] or "nothing", mark["truth"], f"{mark['points']:g} of {mark['weight']}")
        for mark in told["verdict"]["marks"]
    ]
    heading = f"{told['verdict']['score']:g} of 100 points"
    yield from _table(heading, ("question", "answer", "truth", "points"), rows)


def _deductions(told: Json) -> Iterator[str]:
    yield ""
    tried = ", ".join(f"{each['action']} {each['service']}" for each in told["tried"]) or "none"
    yield f"Taken off: {told['verdict']['deductions']} (hints: {told['hints']}; mitigations tried: {tried})."
    if disproof := (told["answer"] or {}).get("disproof"):
        yield ""
        yield f"What would have disproved it, by the player: {_cell(disproof)}"


def _proof(told: Json) -> Iterator[str]:
    yield ""
    yield "<details><summary>What proves it, with the queries</summary>"
    for each in told["proof"]:
        yield ""
        trace = f" `whodunit trace {each['traces'][0]}`" if each["traces"] else ""
        yield f"**{each['title']}**: {each['message']}.{trace}"
        yield ""
        yield f"```text\n{each['query']}\n```"
    yield ""
    yield "</details>"


def _table(heading: str, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """A section with a table; nothing without rows."""
    listed = [f"| {' | '.join(map(_cell, row))} |" for row in rows]
    if listed:
        names = list(columns)
        yield from ("", f"## {heading}", "", f"| {' | '.join(names)} |", f"|{' --- |' * len(names)}", *listed)


def _arrow(pair: Json | None) -> str:
    return f"{pair['before']} → {pair['during']}" if pair else ""


def _cell(text: str) -> str:
    return escape(one_line(text), quote=False).replace("|", "\\|")
