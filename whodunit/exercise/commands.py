"""`whodunit exercise`."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from whodunit.errors import LabError
from whodunit.exercise import catalogue, folder, handin, screen
from whodunit.exercise.catalogue import Exercise
from whodunit.exercise.checking import Verdict, check
from whodunit.terminal import Screen

NOT_DONE = 1

commands = typer.Typer(
    no_args_is_help=True, help="Instrument an application yourself; a machine checks it, and says why."
)
Name = Annotated[str, typer.Argument(help="The exercise, as `whodunit exercise list` names it.")]
Begun = Annotated[
    Path | None, typer.Option("--folder", help="Where it was begun; by default here, or in a folder of its name.")
]
Student = Annotated[
    str | None, typer.Option("--student", metavar="ID", help="Your id, as your teacher's list of the class has it.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document for scripts.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.add_typer(commands, name="exercise")


@commands.callback()
def exercise() -> None:
    """Instrument an application yourself; a machine checks it, and says why. Needs no running shop, and no Docker."""


@commands.command("list")
def list_exercises(as_json: AsJson = False) -> None:
    """The exercises there are, and their steps."""
    every = catalogue.exercises()
    if as_json:
        typer.echo(json.dumps([{"name": each.name, **each.file.model_dump(include=SHOWN)} for each in every], indent=2))
    else:
        Screen().print(screen.listing(every))


SHOWN: Any = {"title": True, "minutes": True, "steps": {"__all__": {"name", "title"}}}


@commands.command("start")
def start(
    name: Name,
    where: Annotated[
        Path | None, typer.Argument(metavar="FOLDER", help="A new folder; by default one of the exercise's name.")
    ] = None,
    solved: Annotated[bool, typer.Option("--solution", help="Copy the solution in place of the beginning.")] = False,
    student: Student = None,
) -> None:
    """Copy the files to begin with into a folder of yours; nothing is overwritten."""
    chosen, place = catalogue.exercise(name), where or Path(name)
    folder.begin(chosen, place, solved=solved, student=student or "")
    option = f" --folder {place}" if place != Path(name) else ""
    Screen(highlight=False).print(
        f"{place} has the files to begin with, and README.md, which says what to do, "
        f"in some {chosen.file.minutes} minutes.\n"
        f"Then: whodunit exercise check {name}{option}",
        soft_wrap=True,
    )


@commands.command("check")
def check_steps(
    name: Name,
    step: Annotated[str | None, typer.Argument(help="One step; by default all.")] = None,
    where: Begun = None,
    as_json: AsJson = False,
) -> None:
    """Run your application, and say of each step what is missing, why it matters, and where it is specified.

    Exit code 0 when nothing is missing, 1 otherwise, 3 when the application could not be run.
    """
    chosen = catalogue.exercise(name)
    steps, place = chosen.chosen(step), folder.find(chosen, where)
    with _busy(name) as tell:
        judged, evidence = check(chosen.of(folder.student(place)), place, steps, tell)
    if as_json:
        typer.echo(json.dumps([_as_json(each) for each in judged], indent=2))
    else:
        told = Screen(highlight=False)
        for each in screen.verdicts(judged, evidence):
            told.print(each, crop=False)
        told.print(_afterwards(chosen, judged, where), soft_wrap=True)
    if any(each.findings for each in judged):
        raise typer.Exit(NOT_DONE)


@commands.command("submit")
def submit(
    name: Name,
    student: Student = None,
    where: Begun = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write it; by default EXERCISE-ID.json, here.")
    ] = None,
) -> None:
    """Check all steps once more, and write the file to hand in: what was seen, your answers, your code.

    It may be handed in with steps that are not done yet. Exit code 3 when the application could not be run.
    """
    chosen = catalogue.exercise(name)
    place = folder.find(chosen, where)
    whose = folder.belongs_to(place, student)
    with _busy(name) as tell:
        content = handin.hand_in(chosen.of(whose), place, tell)
    file = out or Path(f"{name}-{whose}.json")
    try:
        file.write_text(handin.as_text(content), encoding="utf-8")
    except OSError as error:
        raise LabError(
            f"Cannot write {file}: {error.strerror}.", "Name a place where you may write: --out F"
        ) from error
    Screen(highlight=False).print(screen.handed_in(content, file), soft_wrap=True)


@commands.command("reset")
def reset(name: Name, where: Begun = None) -> None:
    """Give the files to begin with back; yours, but no dotfiles, are moved into a folder beside them."""
    chosen = catalogue.exercise(name)
    place = folder.find(chosen, where)
    kept = folder.begin_anew(chosen, place)
    Screen(highlight=False).print(f"{place} is as in the beginning. What was there is in {kept}.", soft_wrap=True)


@contextmanager
def _busy(name: str) -> Iterator[Callable[[str], None]]:
    """Says on the terminal what goes on meanwhile."""
    with Screen(stderr=True).status("") as status:
        yield lambda doing: status.update(f"{name}: {doing}…")


def _afterwards(chosen: Exercise, judged: list[Verdict], where: Path | None) -> str:
    option = f"--folder {where} " if where else ""
    command = f"whodunit exercise check {option}{chosen.name}"
    open_steps = [each.step.name for each in judged if each.findings]
    if open_steps:
        return f"Next: {open_steps[0]}. Check it alone: {command} {open_steps[0]}"
    names, done = [step.name for step in chosen.file.steps], judged[-1].step.name
    if later := names[names.index(done) + 1 :]:
        return f"{done} is done. Next: {later[0]}. Check it alone: {command} {later[0]}"
    if len(judged) < len(names):
        return f"{done} is done. All steps: {command}"
    return f"All done. To compare with: whodunit exercise start {chosen.name} {chosen.name}-solution --solution"


def _as_json(verdict: Verdict) -> dict[str, Any]:
    findings = [{"missing": each.missing, **each.lesson.model_dump()} for each in verdict.findings]
    done = not verdict.findings
    told = {"measured": verdict.measured, "raised": verdict.raised}
    return {"step": verdict.step.name, "done": done, **told, "findings": findings}
