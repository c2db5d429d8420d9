"""The whole report, section by section, as Markdown and as HTML."""

import re
from dataclasses import dataclass

from whodunit.blocks import Block, Heading, Items, Table, html, markdown
from whodunit.durations import format_duration
from whodunit.report.cause import cause, verdict
from whodunit.report.changes import changes
from whodunit.report.detection import detection, steps_of
from whodunit.report.evidence import Docket, clock
from whodunit.report.impact import impact
from whodunit.report.people import BLANK, lessons, path, roles
from whodunit.report.propagation import distribution, durations, propagation, services
from whodunit.report.remedies import losses, recommendations, recovery
from whodunit.report.seen import look
from whodunit.report.subject import Subject
from whodunit.report.summary import summary_of
from whodunit.report.timeline import timeline

_MARK = re.compile(r"\[(E\d+)\]")


@dataclass(frozen=True)
class Report:
    """A report; `summary` is its gist, a paragraph for each question."""

    title: str
    summary: tuple[str, ...]
    blocks: tuple[Block, ...]

    @property
    def markdown(self) -> str:
        """As Markdown."""
        return markdown(self.title, self.blocks)

    @property
    def html(self) -> str:
        """As one page that loads nothing; marks are links to their evidence."""
        return html(self.title, self.blocks, lambda text: _MARK.sub(r'<a href="#\1">[\1]</a>', text))


def report(subject: Subject) -> Report:
    """The report on one incident; raises TelemetryError."""
    seen, docket = look(subject), Docket()
    found, steps = verdict(subject, seen), steps_of(subject, seen)
    summary = tuple(summary_of(subject, seen, found, docket))
    blocks: list[Block] = [
        _header(subject),
        Heading("Summary"),
        Items(summary),
        *roles(),
        *impact(subject, seen, docket),
        *timeline(subject, seen, steps, docket),
        *detection(subject, steps, docket),
        *changes(subject, seen.changes, docket),
        *propagation(seen, docket),
        *distribution(seen, docket),
        *services(seen, docket),
        *durations(seen, docket),
        *cause(subject, found, docket),
        *recovery(subject, docket),
        *losses(subject, seen, docket),
        *recommendations(subject, found, steps),
        *path(subject, docket),
        *lessons(),
        *docket.blocks(),
    ]
    return Report(f"Incident report: {subject.title}", summary, tuple(blocks))


def _header(subject: Subject) -> Table:
    trouble = subject.trouble
    status = "over" if subject.recovered else "not known to be over"
    return Table(
        ("", ""),
        [
            ("date", f"{trouble.start:%Y-%m-%d} (all times are UTC)"),
            ("trouble", f"{clock(trouble.start)} to {clock(trouble.end)}, {format_duration(trouble.seconds)}"),
            ("status", status),
            ("severity", f"{_severity(subject)}; set by the commander: {BLANK}"),
            ("reported on", f"{subject.source}, {clock(subject.whole.start)} to {clock(subject.whole.end)}"),
            ("compared with", f"{clock(subject.before.start)} to {clock(subject.before.end)}"),
            ("complaint", subject.complaint or "none is known"),
            ("authors", BLANK),
        ],
    )


def _severity(subject: Subject) -> str:
    """As docs/incident-response.md has an alert begin."""
    if any(alert.name == "ShopUnreachable" for alert in subject.alerts):
        return "begins as 1 (the shop cannot be reached)"
    if any(alert.severity == "page" for alert in subject.alerts):
        return "begins as 2 (an alert of severity page)"
    return "begins as 3 (nobody was paged)"
