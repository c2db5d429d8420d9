"""What only people can say, left blank for them; and how a player went about it."""

from collections.abc import Iterator, Mapping
from typing import Any

from whodunit.blocks import Block, Heading, Items, Table
from whodunit.report.evidence import Docket, Evidence
from whodunit.report.subject import Subject

BLANK = "____"
Json = Mapping[str, Any]


def roles() -> Iterator[Block]:
    """Who did what."""
    yield Heading("Roles")
    yield Table(
        ("role", "who", "from", "until"),
        [(role, BLANK, BLANK, BLANK) for role in ("commander", "investigator", "keeper of the log")],
    )


def lessons() -> Iterator[Block]:
    """Lessons and action items."""
    yield Heading("Lessons")
    yield Items([f"{each}: {BLANK}" for each in ("What went well", "What went wrong", "Where we were lucky")])
    yield Heading("Action items")
    aims = ("so that it does not happen", "so that it is seen sooner", "so that it is over sooner")
    yield Table(("what", "aim", "owner", "due"), [(BLANK, aim, BLANK, BLANK) for aim in aims])


def path(subject: Subject, docket: Docket) -> Iterator[Block]:
    """How a finished mystery was played."""
    told = subject.path
    if not told:
        return
    yield Heading("The player's path")
    answer = told["answer"] or {}
    tried = ", ".join(f"{each['action']} {each['service']}" for each in told["tried"]) or "none"
    yield Items(
        [
            f"Player: {answer.get('player') or 'unnamed'}",
            f"Hints taken: {told['hints']}",
            f"Mitigations put in force: {tried}",
            f"What would have disproved the answer: {answer.get('disproof') or 'not said'}",
        ]
    )
    yield from _named(told, docket)
    score = told["verdict"]
    yield f"{score['score']:g} of 100 points, {score['deductions']} taken off for hints and tries:"
    yield Table(
        ("question", "answer", "truth", "points"),
        [
            (each["field"], each["answered"] or "nothing", each["truth"], f"{each['points']:g} of {each['weight']}")
            for each in score["marks"]
        ],
    )


def _named(told: Json, docket: Docket) -> Iterator[Block]:
    """The evidence that the player has named, and what the grader says of it."""
    rows = []
    for each in told["evidence"]:
        here = f"{each['here']['before']} → {each['here']['during']}" if each["here"] else "nothing"
        evidence = Evidence("Named by the player: before the onset, and since", each["cited"], None, here)
        rows.append((each["cited"], here, each["why"], docket.cite(evidence)))
    if rows:
        yield "The evidence that was named:"
        yield Table(("evidence", "here", "", ""), rows)
