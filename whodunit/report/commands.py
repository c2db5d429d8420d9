"""`whodunit report`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from whodunit.errors import LabError, WrongUseError
from whodunit.home import Home
from whodunit.lab.active_mystery import played
from whodunit.report.document import Report
from whodunit.report.document import report as written
from whodunit.report.live import Asked, running
from whodunit.report.recorded import recorded
from whodunit.report.subject import Subject
from whodunit.runs import recorded_run
from whodunit.runs.recorded_run import RESULT_FILE
from whodunit.telemetry.port import TelemetryError
from whodunit.terminal import Screen

MARKDOWN_FILE, HTML_FILE = "incident.md", "incident.html"
MOST_NAMED = 10

Run = Annotated[
    str | None,
    typer.Argument(metavar="[RUN]", help="A recorded run: its folder, or its name. Else the shop that runs."),
]
From = Annotated[
    str | None,
    typer.Option(
        "--from", metavar="TIME", help="Since when: 14:03, 2026-11-30T14:03:20Z, or -5m; 15 minutes if left out."
    ),
]
To = Annotated[str | None, typer.Option("--to", metavar="TIME", help="Until when; now if left out.")]
Out = Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Where to write it.", file_okay=False)]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(report)


def report(run: Run = None, start: From = None, end: To = None, out: Out = Path()) -> None:
    """Write an incident report, as Markdown and as a page: every claim with the evidence behind it.

    Of a recorded run, or of a time of the shop that runs; after a mystery, of it and of how it was played.
    """
    if run and (start or end):
        raise WrongUseError("A run has its own times.", "Leave out --from and --to, or the run.")
    screen = Screen()
    with Screen(stderr=True).status("Looking up the evidence…"), _subject(run, start, end) as subject:
        found = _written(subject)
    files = _kept(found, out)
    for sentence in found.summary:
        screen.print(escape(sentence.replace("**", "")), soft_wrap=True)
    screen.print(f"The report: {escape(', '.join(map(str, files)))}", soft_wrap=True)


@contextmanager
def _subject(run: str | None, start: str | None, end: str | None) -> Iterator[Subject]:
    if run is None:
        with running(Asked(start, end)) as subject:
            yield subject
        return
    if played():
        raise WrongUseError(
            "A mystery runs: its incident may be that of a recorded run.", "Of the mystery: whodunit report"
        )
    with recorded(recorded_run.read(_folder(run))) as subject:
        yield subject


def _folder(run: str) -> Path:
    """The run's folder; raises WrongUseError with the runs that there are."""
    runs = Home.locate().runs_dir
    for folder in (Path(run), runs / run):
        if (folder / RESULT_FILE).is_file():
            return folder
    names = sorted((file.parent.name for file in runs.glob(f"*/{RESULT_FILE}")), reverse=True)
    there_are = ", ".join(names[:MOST_NAMED]) or f"none below {runs}; make one: whodunit scenario verify SLUG"
    raise WrongUseError(f"There is no recorded run {run!r}.", f"There are: {there_are}")


def _written(subject: Subject) -> Report:
    try:
        return written(subject)
    except TelemetryError as error:
        raise LabError(f"The telemetry could not answer: {error}", "Is the shop up? whodunit status") from error


def _kept(found: Report, folder: Path) -> list[Path]:
    files = {folder / MARKDOWN_FILE: found.markdown, folder / HTML_FILE: found.html}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in files.items():
            file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise LabError(f"Cannot write to {folder}: {error.strerror}.", "Name another folder: --out /tmp/…") from error
    return list(files)
