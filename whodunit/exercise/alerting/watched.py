"""What alerts did on recordings: when each was pending, when it fired, and with what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from promql_parser import VectorSelector

from whodunit.exercise.alerting.rule_file import Rule, RuleFile
from whodunit.exercise.promql.evaluation import STEP_MS
from whodunit.exercise.promql.series import Labels
from whodunit.exercise.promql.understood import selectors


@dataclass(frozen=True)
class Alert:
    """An alert at one evaluation; `value` is the expression's then, or the last that it had."""

    at_ms: int
    name: str
    labels: Labels
    value: float
    is_firing: bool


@dataclass(frozen=True)
class Stretch:
    """A stretch of time, both ends included."""

    start_ms: int
    end_ms: int

    @property
    def seconds(self) -> float:
        """Its length."""
        return (self.end_ms - self.start_ms) / 1000

    def __str__(self) -> str:
        start, end = clock(self.start_ms), clock(self.end_ms)
        return f"at {start}" if start == end else f"from {start} to {end}"


@dataclass(frozen=True)
class Watched:
    """A recording, its alerts at each evaluation, and the stretch in which customers had the symptom, if they had."""

    recording: str
    alerts: tuple[Alert, ...]
    onset_ms: int | None = None
    symptom: Stretch | None = None
    nearest: Mapping[str, tuple[float, int]] = field(default_factory=dict)
    """Of an alert that compares with a number: what came nearest to it, and when."""

    @property
    def is_healthy(self) -> bool:
        """True where nothing broke."""
        return self.onset_ms is None

    @property
    def firing(self) -> list[Alert]:
        """The alerts that fired."""
        return [alert for alert in self.alerts if alert.is_firing]

    @property
    def names(self) -> list[str]:
        """The alerts by name, those that were pending as well."""
        return sorted({alert.name for alert in self.alerts})

    def stretches(self, name: str, *, firing: bool) -> list[Stretch]:
        """When an alert fired, or, otherwise, when it was pending or fired."""
        moments = sorted({each.at_ms for each in self.alerts if each.name == name and (each.is_firing or not firing)})
        return list(_joined(moments))


@dataclass(frozen=True)
class Alerting:
    """A learner's rules, and what they did; `names` are the metrics that the recordings have."""

    rules: RuleFile
    watched: tuple[Watched, ...]
    names: tuple[str, ...]
    within_ms: int

    @property
    def troubled(self) -> list[Watched]:
        """The recordings in which something broke."""
        return [seen for seen in self.watched if not seen.is_healthy]

    @property
    def recorded_names(self) -> set[str]:
        """The metrics that the rules themselves record."""
        return {str(rule.record) for group in self.rules.groups for rule in group.rules if rule.record}

    @property
    def selected(self) -> list[tuple[Rule, VectorSelector]]:
        """The selectors of all rules."""
        rules = [rule for group in self.rules.groups for rule in group.rules]
        return [(rule, selector) for rule in rules for selector in selectors(rule.node)]

    @property
    def unknown(self) -> list[str]:
        """The metrics that the rules ask for, and that are in no recording."""
        asked = {selector.name for _, selector in self.selected if selector.name}
        return sorted(asked - set(self.names) - self.recorded_names)

    def labels_of(self, rule: Rule) -> Mapping[str, str]:
        """The labels that are written beside a rule and its group."""
        return next((group.labels | rule.labels for group in self.rules.groups if rule in group.rules), rule.labels)


def clock(time_ms: int) -> str:
    """`1:05` is a minute and five seconds after the recording's start."""
    return f"{time_ms // 60_000}:{time_ms // 1000 % 60:02}"


def _joined(moments_ms: list[int]) -> Iterator[Stretch]:
    if not moments_ms:
        return
    gaps = [place for place, (before, after) in enumerate(pairwise(moments_ms), 1) if after - before > STEP_MS]
    for first, end in pairwise([0, *gaps, len(moments_ms)]):
        yield Stretch(moments_ms[first], moments_ms[end - 1])
