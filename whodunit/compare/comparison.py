"""What changed between two windows of telemetry."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Literal

from whodunit.compare.calls import asked_of_calls
from whodunit.compare.findings import Comparison, Finding, Refused
from whodunit.compare.gathering import Every, Query, every_span
from whodunit.compare.lines import asked_of_lines
from whodunit.compare.numbers import Numbers
from whodunit.compare.operations import asked_of_operations
from whodunit.compare.pair import Pair
from whodunit.compare.samples import Asked
from whodunit.compare.side import Side
from whodunit.compare.significance import corrected
from whodunit.compare.surroundings import asked_of_load, asked_of_releases
from whodunit.compare.work import Work
from whodunit.telemetry.answers import Span
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import SpanQuery, Window

Signal = Literal["metrics", "logs", "traces", "releases", "load"]
SIGNALS: tuple[Signal, ...] = ("metrics", "logs", "traces", "releases", "load")

SURE = 0.05
"""The share of false findings that is accepted: of twenty findings one."""

SLIGHT = 0.01
"""What a component without blame is given, so that its changes have an order."""

LESS = 0.5
"""The weight of what became less: mostly because something else became more."""


def compare(
    telemetry: Telemetry,
    before: Window,
    after: Window,
    signals: Collection[Signal] = SIGNALS,
    other: Telemetry | None = None,
) -> Comparison:
    """The changes from one window to another, those nearest to a cause first; raises TelemetryError.

    `other` is the telemetry of the second window, where it is not the same, as of another recorded run.
    """
    answers = list(_Questions(Side(telemetry, before), Side(other or telemetry, after)).asked(signals))
    asked = [each for each in answers if isinstance(each, Asked)]
    refused = [each for each in answers if isinstance(each, Refused)]
    queries = [each for each in answers if isinstance(each, Query)]
    texts, is_all = dict.fromkeys(each.text for each in queries), all(each.is_all for each in queries)
    return Comparison(_ranked(_changed(asked)), refused, len(asked), ";\n\n".join(texts), is_all)


@dataclass(frozen=True)
class _Questions:
    """Everything that is asked about two windows: questions, refusals, and the text of each query."""

    before: Side
    after: Side

    def asked(self, signals: Collection[Signal]) -> Iterator[Asked | Refused | Query]:
        sides = self.before, self.after
        if {"traces", "releases", "load"} & set(signals):
            yield from (Query(spans.query, spans.is_all) for spans in self._spans)
        if "traces" in signals:
            yield from asked_of_operations(self._pair)
            yield from asked_of_calls(self._pair)
        if "releases" in signals:
            yield from asked_of_releases(self._pair, *(side.telemetry.releases(side.window) for side in sides))
        if "load" in signals:
            yield asked_of_load(self._pair, self.before.window, self.after.window)
        if "logs" in signals:
            yield from asked_of_lines(*sides)
        if "metrics" in signals:
            yield from Numbers(*sides).asked()

    @cached_property
    def _pair(self) -> Pair:
        before, after = self._spans
        return Pair(Work(before.items), Work(after.items))

    @cached_property
    def _spans(self) -> tuple[Every[Span], Every[Span]]:
        before, after = (every_span(side.telemetry, SpanQuery(), side.window) for side in (self.before, self.after))
        return before, after


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
    blame_of = {about: asked.blame() for about, asked in {asked.about: asked for asked, _ in changed}.items()}
    blame = _added(blame_of.values())

    def weight(one: tuple[Asked, Finding]) -> float:
        asked, finding = one
        itself = blame_of[asked.about].get(finding.component, 0.0)
        effect = finding.effect if finding.effect > 0 else LESS * -finding.effect
        return effect * (blame[finding.component] + itself + SLIGHT)

    return [finding for _, finding in sorted(changed, key=weight, reverse=True)]


def _added(blames: Iterable[Mapping[str, float]]) -> Mapping[str, float]:
    found = defaultdict[str, float](float)
    for component, amount in chain.from_iterable(blame.items() for blame in blames):
        found[component] += amount
    return found
