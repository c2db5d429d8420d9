"""`whodunit mystery start | status | hint | mitigate | causes | answer | reveal`."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from whodunit.errors import LabError, WrongUseError
from whodunit.home import Home
from whodunit.lab.client import LabClient
from whodunit.lab.target import find
from whodunit.moments import coming
from whodunit.mystery import screen, vocabulary
from whodunit.mystery.answer import Answer
from whodunit.mystery.draw import seed_of
from whodunit.mystery.form import parsed, prompted, read_answer
from whodunit.mystery.handin import HandIn, as_text
from whodunit.mystery.page import page
from whodunit.mystery.schemas import LONGEST_MIN, SHORTEST_MIN, USUAL_MIN
from whodunit.runner.session import connect
from whodunit.terminal import Screen

LEADER = "WHODUNIT_LEADER"
HAND_IN = Path("hand-in.json")
VERDICT = Path("verdict.md")
BEGUN = "See: whodunit mystery status · to end it: whodunit mystery reveal"
INTERRUPTED = 130
"""The exit code after an interrupt by the user, as in shells."""

FIELDS_HELP = f"Such as component=payment onset=14:03:20; fields: {', '.join(Answer.model_fields)}."

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
Leader = Annotated[
    str, typer.Option("--leader", envvar=LEADER, help="A passphrase that opens the hand-ins; the leader's.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of mysteries."""
    group = typer.Typer(no_args_is_help=True, help="Solve an incident blind, and be graded.")
    for command in (start, status, hint, mitigate, causes, answer, reveal):
        group.command(command.__name__, epilog=_words_for_a_cause() if command is answer else None)(command)
    app.add_typer(group, name="mystery")


def _words_for_a_cause() -> str:
    """The end of the help for an answer; a blank line keeps each word on a line of its own."""
    return "\n\n".join(
        ["The reason is one of:", *(f"{word}: {meaning}" for word, meaning in vocabulary.causes().items())]
    )


def start(
    level: Annotated[int | None, typer.Option(min=1, max=3, help="How hard; any if left out.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="The same seed gives the same incident.")] = None,
    student: Annotated[
        str, typer.Option(metavar="ID", help="Your id: the incident of this seed is then yours, not your neighbour's.")
    ] = "",
    minutes: Annotated[
        float | None,
        typer.Option(min=SHORTEST_MIN, max=LONGEST_MIN, help=f"How long it lasts; {USUAL_MIN} if left out."),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="A time box: it lasts until then, 14:30, and takes no answers afterwards."),
    ] = None,
    leader: Leader = "",
    as_json: AsJson = False,
) -> None:
    """Begin a mystery: something will break. You get the customer's complaint; the cause is sealed."""
    if minutes and until:
        raise WrongUseError("It lasts so many minutes, or until a time of day.", "Leave out --minutes or --until.")
    length = {"until_s": coming(until).timestamp()} if until else {"minutes": minutes or USUAL_MIN}
    own = seed_of(student, seed or 0) if student else seed
    wanted = {"level": level, "seed": own, **length, "leader": leader}
    session = connect(Home.locate(), start=True)
    with session.client as lab, _busy("Choosing, sealing, letting customers in…"):
        try:
            told = _begun(lab, lab.mystery("POST", body=wanted))
        except KeyboardInterrupt:
            raise LabError("Interrupted. It may have begun all the same.", BEGUN, INTERRUPTED) from None
    _show(told, as_json, screen.complaint)


def status(as_json: AsJson = False) -> None:
    """The complaint again, the time left, and what was used up."""
    with find().lab() as lab:
        _show(lab.mystery("GET"), as_json, screen.complaint)


def hint(as_json: AsJson = False) -> None:
    """The next hint, the cheapest first; each costs points."""
    with find().lab() as lab:
        _show(lab.mystery("POST", "/hint"), as_json, screen.hint)


def mitigate(
    action: Annotated[str | None, typer.Argument(help="Such as restart; lists all if left out.")] = None,
    service: Annotated[str, typer.Argument(help="The service that it is done to.")] = "",
    as_json: AsJson = False,
) -> None:
    """Put a mitigation in force, in place of the one before. The first try is free."""
    with find().lab() as lab:
        if action is None:
            _show(lab.mystery("GET", "/mitigations"), as_json, screen.mitigations)
        else:
            _show(
                lab.mystery("POST", "/mitigations", {"action": action, "service": service}), as_json, screen.mitigated
            )


def causes(as_json: AsJson = False) -> None:
    """The words for a cause, each with its definition."""
    _show(vocabulary.causes(), as_json, screen.words)


def answer(
    said: Annotated[list[str] | None, typer.Argument(metavar="[FIELD=VALUE]…", help=FIELDS_HELP)] = None,
    file: Annotated[Path | None, typer.Option(help="The answer as YAML or JSON.", exists=True)] = None,
    out: Annotated[Path, typer.Option(help="Where the hand-in is written.")] = HAND_IN,
    as_json: AsJson = False,
) -> None:
    """Answer, in words, by a file, or by a form; a later answer replaces it. Writes the file to hand in."""
    if file and said:
        raise WrongUseError("An answer is given in words or by a file, not both.", f"Put all of it into {file}")
    with find().lab() as lab:
        if file:
            given = read_answer(file)
        elif said:
            given = parsed(said)
        else:
            given = prompted(Screen(), lab.mystery("GET", "/mitigations"))
        handed_in = HandIn.model_validate(lab.mystery("POST", "/answer", given.model_dump(mode="json")))
    text = as_text(handed_in)
    _show(handed_in.model_dump(mode="json"), as_json, lambda console, _: screen.handed_in(console, out))
    _write(out, text)


def reveal(
    out: Annotated[Path, typer.Option(help="Where the page with the verdict is written.")] = VERDICT,
    as_json: AsJson = False,
) -> None:
    """The truth beside the answer, the points, and what proves it; ends the mystery."""
    with find().lab() as lab, _busy("Looking up the proof…"):
        told = lab.mystery("POST", "/reveal")
    _show(told, as_json, lambda console, found: screen.revealed(console, found, out))
    _write(out, page(told))


def _begun(lab: LabClient, told: dict[str, Any]) -> dict[str, Any]:
    """The state once everything is in place; raises LabError when it was ended instead."""
    while told["running"] and told["begins_in_s"]:
        time.sleep(min(1.0, told["begins_in_s"]))
        told = lab.mystery("GET")
    if not told["running"]:
        raise LabError(told.get("ended") or "The mystery was ended.", "See: whodunit status")
    return told


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        hint = "Name a place where you may write: --out /tmp/… · or take it from standard output: --json"
        raise LabError(f"Cannot write {path}: {error.strerror}.", hint) from error


def _show(told: dict[str, Any], as_json: bool, show: Any) -> None:
    if as_json:
        typer.echo(json.dumps(told, indent=2))
    else:
        show(Screen(), told)


@contextmanager
def _busy(text: str) -> Iterator[None]:
    with Screen(stderr=True).status(text):
        yield
