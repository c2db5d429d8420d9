"""What changed between two windows of telemetry."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from whodunit.compare.calls import asked_of_calls
from whodunit.compare.findings import Comparison, Finding, Refused
from whodunit.compare.gathering import every_span
from whodunit.compare.lines import asked_of_lines
from whodunit.compare.numbers import Numbers
from whodunit.compare.operations import asked_of_operations
from whodunit.compare.pair import Pair
from whodunit.compare.samples import Asked
from whodunit.compare.significance import corrected
from whodunit.compare.surroundings import asked_of_load, asked_of_releases
from whodunit.compare.work import Work
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import SpanQuery, Window

Signal = Literal["metrics", "logs", "traces", "releases", "load"]
SIGNALS: tuple[Signal, ...] = ("metrics", "logs", "traces", "releases", "load")

SURE = 0.01
"""The share of false findings that is accepted: of a hundred findings one."""

SLIGHT = 0.01
"""What a component without blame is given, so that its changes have an order."""


def compare(telemetry: Telemetry, before: Window, after: Window, signals: Collection[Signal] = SIGNALS) -> Comparison:
    """The changes from one window to another, those nearest to a cause first; raises TelemetryError."""
    answers = list(_Questions(telemetry, before, after).asked(signals))
    asked = [each for each in answers if isinstance(each, Asked)]
    refused = [each for each in answers if isinstance(each, Refused)]
    queries = dict.fromkeys(each for each in answers if isinstance(each, str))
    return Comparison(_ranked(_changed(asked)), refused, len(asked), ";\n\n".join(queries))


@dataclass(frozen=True)
class _Questions:
    """Everything that is asked about two windows: questions, refusals, and the text of each query."""

    telemetry: Telemetry
    before: Window
    after: Window

    def asked(self, signals: Collection[Signal]) -> Iterator[Asked | Refused | str]:
        if {"traces", "releases", "load"} & set(signals):
            yield from (self.telemetry.spans(SpanQuery(), window, 1).query for window in (self.before, self.after))
        if "traces" in signals:
            yield from asked_of_operations(self._pair)
            yield from asked_of_calls(self._pair)
        if "releases" in signals:
            releases = (self.telemetry.releases(window) for window in (self.before, self.after))
            yield from asked_of_releases(self._pair, *releases)
        if "load" in signals:
            yield asked_of_load(self._pair, self.before, self.after)
        if "logs" in signals:
            yield from asked_of_lines(self.telemetry, self.before, self.after)
        if "metrics" in signals:
            yield from Numbers(self.telemetry, self.before, self.after).asked()

    @cached_property
    def _pair(self) -> Pair:
        before, after = (Work(every_span(self.telemetry, window)) for window in (self.before, self.after))
        return Pair(before, after)


def _changed(asked: Sequence[Asked]) -> list[tuple[Asked, Finding]]:
    """Those that are changes, as findings; the correction is for all that were tested, whether large or not."""
    tested = [(each, each.p) for each in asked if each.p is not None]
    q_values = corrected([p for _, p in tested])
    sure = [
        (each, each.finding(q)) for (each, _), q in zip(tested, q_values, strict=True) if each.is_large and q <= SURE
    ]
    return sure + [(each, each.finding(None)) for each in asked if each.p is None]


def _ranked(changed: Sequence[tuple[Asked, Finding]]) -> list[Finding]:
    """By effect, weighed with the blame of the component for what got worse, and with that of the thing itself."""
    blame = _blame([asked for asked, _ in changed])

    def weight(one: tuple[Asked, Finding]) -> float:
        asked, finding = one
        itself = asked.blame.get(finding.component, 0.0)
        return abs(finding.effect) * (blame[finding.component] + itself + SLIGHT)

    return [finding for _, finding in sorted(changed, key=weight, reverse=True)]


def _blame(changed: Sequence[Asked]) -> defaultdict[str, float]:
    """By component; what several questions are about counts once."""
    found = defaultdict[str, float](float)
    for blame in {each.about: each.blame for each in changed}.values():
        for component, amount in blame.items():
            found[component] += amount
    return found
