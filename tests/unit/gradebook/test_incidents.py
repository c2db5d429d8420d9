"""Incident reports: each citation is looked up in the recording that the report names."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import process_time

import pytest

from whodunit.gradebook.incidents import marked
from whodunit.gradebook.row import Row
from whodunit.gradebook.rubric import rubric
from whodunit.incident import catalogue
from whodunit.runs import recordings
from whodunit.telemetry.citation import evidence_of_line, evidence_of_number, evidence_of_span
from whodunit.telemetry.questions import LogQuery, MetricQuery, SpanQuery, Statistic, Window

CASE = "product-errors/flag"
RUBRIC = rubric(None).incident
SECTIONS = "".join(f"\n## {heading}\n\nWhat there is to say about it.\n" for heading in RUBRIC.sections)


@dataclass(frozen=True)
class Cited:
    """Citations of what the recording holds."""

    span: str
    line: str
    number: str
    whole: Window


@pytest.fixture(scope="module")
def cited() -> Iterator[Cited]:
    run = recordings.kept(catalogue.find(CASE)).run
    whole = Window(run.start, run.end)
    with closing(run.telemetry()) as telemetry:
        there = telemetry.at(run.end)
        (span,) = there.spans(SpanQuery(status="error"), whole, 1).sample
        (line,) = there.logs(LogQuery(joined_to_trace=True), whole, 1).sample
        query = MetricQuery("http.server.request.duration", Statistic.PERCENTILE, "frontend", {}, 95.0)
        number = evidence_of_number(query, Window(run.start, run.start + timedelta(seconds=30)))
        yield Cited(  # from the first second on: what tools print is rounded to whole seconds
            evidence_of_span(span), evidence_of_line(line.body, line.trace_id) or "", number or "", whole
        )


def row(*citations: str, of: str = CASE, sections: str = SECTIONS) -> Row:
    text = f"# Incident\n\nOf the recorded run of {of}, by three.\n" + "".join(f"- `{each}`\n" for each in citations)
    return marked("ada.md", text + sections, RUBRIC, "digest")


@pytest.fixture(autouse=True)
def no_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHODUNIT_HOME", str(tmp_path))


def test_what_the_recording_holds_earns_it_all(cited: Cited) -> None:
    found = row(cited.span, cited.line, cited.number)
    assert (found.score, found.notes, found.work) == (100, (), f"incident {CASE}")
    assert row(cited.span, cited.line, cited.number, of=CASE.replace("/", "-")).score == 100


def test_what_it_does_not_hold_is_told_with_its_reason(cited: Cited) -> None:
    other = cited.number.replace("http.server.request.duration", "http.server.duration")
    today = "metric http.server.request.duration{service=frontend} p95 14:03:00..14:03:20"
    wrong = {
        "span 0123456789abcdef 01234567": "no such span was recorded",
        f"{cited.line} and more": "no such line was recorded in that trace",
        other: "",
        today: "write it with its date",
        "span 12": "is no evidence",
        "metric x p95 soon..later": "is not a moment",
    }
    found = row(*wrong)
    assert [told in note for told, note in zip(wrong.values(), found.notes, strict=True)] == [True] * len(wrong)
    assert found.criteria[0].points == 0


def test_few_citations_and_one_that_is_repeated_earn_a_part(cited: Cited) -> None:
    assert row(cited.span).criteria[0].points == row(cited.span, cited.span).criteria[0].points == 13.3
    assert row(cited.span, cited.line, cited.number, "span 0123456789abcdef 01234567").criteria[0].points == 30
    assert "nothing is cited" in row().criteria[0].said


def test_a_section_that_is_missing_left_blank_or_short_earns_nothing(cited: Cited) -> None:
    sections = SECTIONS.replace("## Roles", "## Rolls").replace("## Lessons\n\nWhat", "## Lessons\n\n____ What")
    sections = sections.replace("## Cause\n\nWhat there is to say about it.", "## Cause\n\nA bug.")
    missed = {each.name: each.said for each in row(cited.span, sections=sections).criteria[1:] if not each.points}
    assert missed == {"Roles": "there is no such heading", "Cause": "says too little", "Lessons": "a blank was left"}


def test_smaller_headings_belong_to_the_section(cited: Cited) -> None:
    assert row(sections=SECTIONS.replace("## Cause\n", "## Cause\n\n### Why\n")).score == 60


def test_a_citation_that_is_quoted_wrongly_is_told() -> None:
    (note,) = row(r'metric up{k="C:\x"} mean 14:03:20..14:04:00').notes
    assert "write a backslash twice" in note


def test_a_comment_in_a_block_of_code_is_no_heading(cited: Cited) -> None:
    first = next(iter(RUBRIC.sections))
    asked = f"## {first}\n\n```sh\n# ask how many\nwhodunit metrics\n```\nAll of them, for half an hour.\n"
    sections = SECTIONS.replace(f"## {first}\n", asked, 1)
    assert row(cited.span, cited.line, cited.number, sections=sections).score == 100


def test_a_line_of_blanks_takes_no_longer_than_another(cited: Cited) -> None:
    began = process_time()
    row(cited.span, sections="# a" + 100_000 * " " + "x\n" + SECTIONS)
    assert process_time() - began < 5
