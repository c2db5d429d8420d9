"""Rules evaluated every five seconds on a recording: which alerts were pending, which fired, and when.

The life of an alert is Prometheus' own (rules/alerting.go).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from math import isnan
from typing import Any

from promql_parser import BinaryExpr, Expr, NumberLiteral

from whodunit.errors import WrongUseError
from whodunit.exercise.alerting.recorded import Recording
from whodunit.exercise.alerting.rule_file import FILE, Group, Rule, RuleFile
from whodunit.exercise.alerting.watched import Alert, Stretch, Watched, clock
from whodunit.exercise.promql.evaluation import STEP_MS, Evaluator
from whodunit.exercise.promql.matching import EvaluationError, Vector
from whodunit.exercise.promql.series import NAME, Labels, sorted_labels

BY_SIZE: Mapping[str, Callable[..., Any]] = {">": max, ">=": max, "<": min, "<=": min}
"""Of the values that are compared by an operator, the one that comes nearest to holding."""


def watched(file: RuleFile, recorded: Recording, symptom: Rule) -> Watched:
    """The alerts of a file on a recording. Raises WrongUseError when an expression cannot be evaluated on it."""
    # Before the file's rules, which may record under the name of a metric that the symptom asks for.
    seen = Watched(recorded.name, tuple(_alerts_of(symptom, recorded)))
    stood = seen.stretches(str(symptom.alert), firing=True)
    there = Stretch(stood[0].start_ms, stood[-1].end_ms) if stood else None
    alerts = tuple(evaluated(file, recorded))
    return Watched(recorded.name, alerts, recorded.onset_ms, there, dict(_nearest(file, recorded)))


def evaluated(file: RuleFile, recorded: Recording) -> Iterator[Alert]:
    """The alerts of a file at each evaluation; what it records is added to the recording's samples."""
    running = [_Running(group, recorded) for group in file.groups]
    for at_ms in range(0, recorded.end_ms + 1, STEP_MS):
        yield from chain.from_iterable(group.evaluated(at_ms) for group in running)


def _alerts_of(rule: Rule, recorded: Recording) -> Iterator[Alert]:
    return evaluated(RuleFile(groups=(Group(name="symptom", rules=(rule,)),)), recorded)


def _nearest(file: RuleFile, recorded: Recording) -> Iterator[tuple[str, tuple[float, int]]]:
    alerts = [(rule, group.interval_ms or STEP_MS) for group in file.groups for rule in group.rules if rule.alert]
    for rule, step_ms in alerts:
        node = rule.node
        if isinstance(node, BinaryExpr) and str(node.op) in BY_SIZE and isinstance(node.rhs, NumberLiteral):
            found = [
                (value, at_ms)
                for at_ms in range(0, recorded.end_ms + 1, step_ms)
                if at_ms >= (recorded.onset_ms or 0)
                for value in _evaluated(rule, node.lhs, recorded, at_ms).values()
                if not isnan(value)
            ]
            if found:
                yield str(rule.alert), BY_SIZE[str(node.op)](found, key=lambda each: each[0])


def _evaluated(rule: Rule, node: Expr, recorded: Recording, at_ms: int) -> Vector:
    """The series of an expression of a rule; raises WrongUseError where it has none."""
    try:
        return Evaluator(recorded.samples).vector(node, at_ms)
    except EvaluationError as error:
        raise _not_evaluated(rule, recorded, at_ms, error) from error


def _not_evaluated(rule: Rule, recorded: Recording, at_ms: int, error: EvaluationError) -> WrongUseError:
    where = f"{rule.alert or rule.record} at {clock(at_ms)} of {recorded.name}"
    return WrongUseError(
        f"{FILE}: {where} cannot be evaluated: {error}.",
        "Prometheus refuses it as well, and the alert never fires. Aggregate one side, or match by on(…).",
    )


@dataclass
class _Active:
    """An alert that is pending or fires."""

    since_ms: int
    value: float
    is_firing: bool = False
    unheld_since_ms: int | None = None


@dataclass
class _Running:
    """A group in the course of a recording."""

    group: Group
    recorded: Recording
    active: dict[int, dict[Labels, _Active]] = field(default_factory=dict)
    recorded_last: dict[int, set[Labels]] = field(default_factory=dict)

    def evaluated(self, at_ms: int) -> Iterator[Alert]:
        if at_ms % (self.group.interval_ms or STEP_MS):
            return
        for place, rule in enumerate(self.group.rules):
            found = self._found(rule, at_ms)
            if rule.alert:
                yield from self._alerted(place, rule, found, at_ms)
            else:
                self._record(place, found, at_ms)

    def _found(self, rule: Rule, at_ms: int) -> Vector:
        found = _evaluated(rule, rule.node, self.recorded, at_ms)
        try:
            return self._labelled(rule, found)
        except EvaluationError as error:
            raise _not_evaluated(rule, self.recorded, at_ms, error) from error

    def _labelled(self, rule: Rule, found: Vector) -> Vector:
        labelled: Vector = {}
        for labels, value in found.items():
            told = self._labels(rule, labels, value)
            if told in labelled:
                raise EvaluationError("several series of the result have the same labels with those of the rule")
            labelled[told] = value
        return labelled

    def _record(self, place: int, found: Vector, at_ms: int) -> None:
        samples = self.recorded.samples
        before, now = self.recorded_last.get(place, set()), set()
        for labels, value in found.items():
            samples.series(dict(labels)).add(at_ms, value)
            now.add(labels)
        for gone in before - now:
            samples.series(dict(gone)).add(at_ms, None)
        self.recorded_last[place] = now

    def _alerted(self, place: int, rule: Rule, held: Vector, at_ms: int) -> Iterator[Alert]:
        active = self.active.setdefault(place, {})
        for labels, value in held.items():
            alert = active.setdefault(labels, _Active(at_ms, value))
            alert.value, alert.unheld_since_ms = value, None
        for labels in [each for each in active if each not in held]:
            alert = active[labels]
            alert.unheld_since_ms = at_ms if alert.unheld_since_ms is None else alert.unheld_since_ms
            if not alert.is_firing or at_ms - alert.unheld_since_ms >= rule.keep_firing_ms:
                del active[labels]
        for labels, alert in active.items():
            alert.is_firing = alert.is_firing or at_ms - alert.since_ms >= rule.hold_ms
            yield Alert(at_ms, str(rule.alert), labels, alert.value, alert.is_firing)

    def _labels(self, rule: Rule, labels: Labels, value: float) -> Labels:
        own, written = dict(labels), self.group.labels | rule.labels
        if rule.record:
            return sorted_labels(own | written | {NAME: rule.record})
        # Only what tells one alert from another matters here, not how a template words it.
        worded = {name: own.get(name, text) if "{{" in text else text for name, text in written.items()}
        told = {
            name: f"{text} {value}" if name in rule.tells_value_in_labels else text for name, text in worded.items()
        }
        return sorted_labels({**own, NAME: ""} | told)
