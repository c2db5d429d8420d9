"""Marks an incident report: its sections, and each citation in the recording that it names."""

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from whodunit.errors import WrongUseError
from whodunit.gradebook.row import Criterion, Row
from whodunit.gradebook.rubric import IncidentRubric
from whodunit.home import Home
from whodunit.incident import catalogue
from whodunit.incident.loader import in_file_names
from whodunit.mystery import citing
from whodunit.mystery.conviction import SLACK
from whodunit.report.evidence import clock
from whodunit.report.people import BLANK
from whodunit.runs import recorded_run, recordings
from whodunit.runs.parquet import is_complete
from whodunit.runs.recorded_run import RESULT_FILE, RecordedRun
from whodunit.telemetry.citation import Citation, LogCitation, MetricCitation
from whodunit.telemetry.port import Telemetry, TelemetryError
from whodunit.telemetry.questions import LogQuery, Window

NAMED = re.compile(r"recorded run of `?([a-z0-9][\w./-]*\w)")
CITED = re.compile(r"`((?:span|log|metric)\s[^`\n]+)`")
FENCES = ("```", "~~~")
SMALLEST = 6
FORMS = ", ".join(f"`{form}`" for form in citing.FORMS)


@dataclass(frozen=True)
class Found:
    """What a recording shows of a citation; `problem` says why it shows nothing."""

    cited: str
    problem: str = ""


def marked(file: str, text: str, rubric: IncidentRubric, identity: str) -> Row:
    """The row, without a name: a report holds none. Raises LabError when it names no recording that is here."""
    run = _recording(text)
    found = list(_looked_up(text, run))
    criteria = (_citations(found, rubric), *_sections(text, rubric))
    notes = tuple(f"not found: {each.cited}: {each.problem}" for each in found if each.problem)
    return Row(file, "", f"incident {run.name}", "", criteria, notes, identity=identity)


def _recording(text: str) -> RecordedRun:
    """The run that a report names, by its case or by the name of its folder below runs/."""
    named = NAMED.search(text)
    if named is None:
        raise WrongUseError(
            "The report names no recording.", "Write of which it is: `recorded run of CASE`, as whodunit report does."
        )
    folder = Home.locate().runs_dir / named[1]
    if (folder / RESULT_FILE).is_file() and is_complete(folder):
        return recorded_run.read(folder)
    kept = {case.name: case for case in catalogue.cases() if recordings.is_kept(case)}
    kept_as = kept | {in_file_names(name): case for name, case in kept.items()}
    if named[1] not in kept_as:
        hint = f"Copy the run below {folder.parent}, or name one of these: {', '.join(kept)}"
        raise WrongUseError(f"There is no recorded run of {named[1]} here.", hint)
    return recordings.kept(kept_as[named[1]]).run


def _looked_up(text: str, run: RecordedRun) -> Iterator[Found]:
    """Each citation once; the telemetry is opened for those that can be read."""
    with closing(run.telemetry()) as telemetry:
        there = telemetry.at(run.end)
        for cited in dict.fromkeys(CITED.findall(text)):
            try:
                yield Found(cited, _problem(citing.read(cited), there, Window(run.start, run.end)))
            except WrongUseError as error:
                yield Found(cited, error.message)
            except TelemetryError as error:
                yield Found(cited, str(error))


def _problem(citation: Citation, telemetry: Telemetry, whole: Window) -> str:
    """The reason why the recording does not hold it; empty when it does."""
    if isinstance(citation, MetricCitation):
        return _no_number(citation, telemetry, whole)
    if isinstance(citation, LogCitation):
        query = LogQuery(body_contains=citation.log.strip(), trace_id=citation.trace, joined_to_trace=True)
        return "" if telemetry.logs(query, whole, 1).count else "no such line was recorded in that trace"
    spans = telemetry.trace(citation.trace).sample
    held = any(each.span_id.startswith(citation.span.lower()) for each in spans)
    return "" if held else "no such span was recorded"


def _no_number(citation: MetricCitation, telemetry: Telemetry, whole: Window) -> str:
    asked = citation.time
    if asked.start < whole.start - SLACK or asked.end > whole.end + SLACK:
        times = f"{whole.start:%Y-%m-%d}, {clock(whole.start)} to {clock(whole.end)} UTC"
        return f"its window is not within the recording ({times}): write it with its date, and with Z for UTC"
    return "" if telemetry.number(citation.query, asked).value is not None else "no such number was recorded then"


def _citations(found: list[Found], rubric: IncidentRubric) -> Criterion:
    held = sum(not each.problem for each in found)
    whole = max(len(found), rubric.fewest)
    said = (
        f"{held} of {len(found)} found, {rubric.fewest} asked for"
        if found
        else f"nothing is cited: write {FORMS}, with dates"
    )
    return Criterion("citations", round(rubric.citations * held / whole, 1), rubric.citations, said)


def _sections(text: str, rubric: IncidentRubric) -> Iterator[Criterion]:
    written = _by_heading(text)
    for heading, points in rubric.sections.items():
        body = written.get(heading.casefold())
        missing = _missing(body, rubric.fewest_words)
        yield Criterion(heading, 0 if missing else points, points, missing)


def _missing(body: str | None, fewest_words: int) -> str:
    if body is None:
        return "there is no such heading"
    if BLANK in body:
        return "a blank was left"
    return "says too little" if len(body.split()) < fewest_words else ""


def _by_heading(text: str) -> dict[str, str]:
    """The text below each heading, up to the next that is no smaller; below all headings of one name together."""
    written: dict[str, list[str]] = {}
    open_ones: list[tuple[int, str]] = []
    fenced = False
    for line in text.splitlines():
        fenced ^= line.lstrip().startswith(FENCES)
        level, name = (0, "") if fenced else _heading(line)
        if level:
            open_ones = [*((size, each) for size, each in open_ones if size < level), (level, name)]
            written.setdefault(name, [])
        for _, each in open_ones[:-1] if level else open_ones:
            written[each].append(line)
    return {name: "\n".join(lines) for name, lines in written.items()}


def _heading(line: str) -> tuple[int, str]:
    """The level of a heading and its name, without regard to case; 0 for another line."""
    rest = line.lstrip("#")
    level = len(line) - len(rest)
    name = rest.strip().rstrip("#").rstrip()
    return (level, name.casefold()) if level <= SMALLEST and rest[:1] in (" ", "\t") and name else (0, "")
