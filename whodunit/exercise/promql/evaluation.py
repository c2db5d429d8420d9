"""The value of an expression at a moment, as Prometheus 3 gives it to an alert."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from promql_parser import (
    AggModifierType,
    AggregateExpr,
    BinaryExpr,
    Call,
    Expr,
    MatchOp,
    MatrixSelector,
    NumberLiteral,
    ParenExpr,
    SubqueryExpr,
    UnaryExpr,
    VectorSelector,
)

from whodunit.exercise.promql import buckets
from whodunit.exercise.promql.matching import EvaluationError, Vector, combined, without_name
from whodunit.exercise.promql.of_each import OF_EACH
from whodunit.exercise.promql.over_time import FUNCTIONS, KEEPS_NAME, Range, greatest, least, mean, quantile
from whodunit.exercise.promql.series import NAME, Labels, Sample, Samples, sorted_labels

LOOKBACK_MS = 5 * 60 * 1000
"""A series without a newer sample has its last one for so long."""

STEP_MS = 5_000
"""How often rules are evaluated; a subquery without a step of its own has this one."""

OF_ALL = ("absent", "absent_over_time", "histogram_quantile", "scalar", "time", "timestamp", "vector")

Values = list[float]

AGGREGATIONS: Mapping[str, Callable[[Values], float]] = {
    "sum": lambda values: float(sum(values)),
    "avg": mean,
    "min": least,
    "max": greatest,
    "count": lambda values: float(len(values)),
    "group": lambda _: 1.0,
}
OF_RANK = ("topk", "bottomk")
OF_QUANTILE = "quantile"


@dataclass(frozen=True)
class Evaluator:
    """Evaluates on these samples; raises EvaluationError where Prometheus, too, gives no result but an error."""

    samples: Samples

    def vector(self, node: Expr, at_ms: int) -> Vector:
        """The series of the result; a number is one series without labels."""
        found = self.value(node, at_ms)
        return {(): found} if isinstance(found, float) else found

    def value(self, node: Expr, at_ms: int) -> Vector | float:  # noqa: PLR0911  one for each kind
        """The result: series, or a number."""
        match node:
            case NumberLiteral():
                return float(node.val)
            case ParenExpr():
                return self.value(node.expr, at_ms)
            case UnaryExpr():
                return self._negative(self.value(node.expr, at_ms))
            case VectorSelector():
                return {labels: sample.value for labels, sample in self._selected(node, at_ms)}
            case BinaryExpr():
                return combined(node, self.value(node.lhs, at_ms), self.value(node.rhs, at_ms))
            case AggregateExpr():
                return self._aggregated(node, at_ms)
            case Call():
                return self._called(node, at_ms)
        raise EvaluationError(f"`{node}` has no value at one moment")

    def _negative(self, value: Vector | float) -> Vector | float:
        if isinstance(value, float):
            return -value
        return _apart((without_name(labels), -each) for labels, each in value.items())

    def _selected(self, node: VectorSelector, at_ms: int) -> Iterator[tuple[Labels, Sample]]:
        until_ms = at_ms - _ms(node.offset)
        for series in self.samples.select(node.name, node.matchers.matchers):
            if sample := series.last(until_ms - LOOKBACK_MS, until_ms):
                yield sorted_labels(series.labels), sample

    def _ranges(self, node: Expr, at_ms: int) -> Iterator[tuple[Labels, Range]]:
        if isinstance(node, ParenExpr):
            yield from self._ranges(node.expr, at_ms)
        elif isinstance(node, SubqueryExpr):
            yield from self._subquery(node, at_ms)
        elif isinstance(node, MatrixSelector):
            selector = node.vector_selector
            end_ms = at_ms - _ms(selector.offset)
            start_ms = end_ms - _ms(node.range)
            for series in self.samples.select(selector.name, selector.matchers.matchers):
                if samples := series.within(start_ms, end_ms):
                    yield sorted_labels(series.labels), Range(samples, start_ms, end_ms, at_ms)

    def _subquery(self, node: SubqueryExpr, at_ms: int) -> Iterator[tuple[Labels, Range]]:
        end_ms = at_ms - _ms(node.offset)
        start_ms, step_ms = end_ms - _ms(node.range), _ms(node.step) or STEP_MS
        found: dict[Labels, list[Sample]] = {}
        for moment_ms in range((start_ms // step_ms + 1) * step_ms, end_ms + 1, step_ms):
            for labels, value in self.vector(node.expr, moment_ms).items():
                found.setdefault(labels, []).append(Sample(moment_ms, value))
        for labels, samples in found.items():
            yield labels, Range(samples, start_ms, end_ms, at_ms)

    def _aggregated(self, node: AggregateExpr, at_ms: int) -> Vector:
        groups: dict[Labels, Vector] = {}
        for labels, value in self.vector(node.expr, at_ms).items():
            groups.setdefault(_group(node, labels), {})[labels] = value
        symbol = str(node.op)
        if symbol in AGGREGATIONS:
            return {group: AGGREGATIONS[symbol](list(members.values())) for group, members in groups.items()}
        assert node.param is not None  # noqa: S101  the parser sees to it
        number = self._number(node.param, at_ms)
        if symbol == OF_QUANTILE:
            return {group: quantile(number, list(members.values())) for group, members in groups.items()}
        if not math.isfinite(number):
            raise EvaluationError(f"{symbol}() is asked for {number:g} series")
        return {labels: value for members in groups.values() for labels, value in _ranked(symbol, number, members)}

    def _called(self, node: Call, at_ms: int) -> Vector | float:
        name, given = node.func.name, node.args
        if name in FUNCTIONS:
            return self._over_time(node, at_ms)
        if name in OF_EACH:
            numbers = [self._number(each, at_ms) for each in given[1:]]
            each = self.vector(given[0], at_ms).items()
            return _apart((without_name(labels), float(OF_EACH[name](value, *numbers))) for labels, value in each)
        return self._of_all(name, given, at_ms)

    def _over_time(self, node: Call, at_ms: int) -> Vector:
        name = node.func.name
        ranges = [each for each in node.args if isinstance(_bare(each), MatrixSelector | SubqueryExpr)]
        numbers = [self._number(each, at_ms) for each in node.args if each not in ranges]
        found = [(labels, FUNCTIONS[name](each, numbers)) for labels, each in self._ranges(ranges[0], at_ms)]
        named = ((labels if name == KEEPS_NAME else without_name(labels), value) for labels, value in found)
        return _apart((labels, value) for labels, value in named if value is not None)

    def _of_all(self, name: str, given: list[Expr], at_ms: int) -> Vector | float:  # noqa: PLR0911  one for each
        match name:
            case "time":
                return at_ms / 1000
            case "vector":
                return {(): self._number(given[0], at_ms)}
            case "scalar":
                found = list(self.vector(given[0], at_ms).values())
                return found[0] if len(found) == 1 else math.nan
            case "absent":
                return {} if self.vector(given[0], at_ms) else {_asked(given[0]): 1.0}
            case "absent_over_time":
                return {} if any(self._ranges(given[0], at_ms)) else {_asked(given[0]): 1.0}
            case "timestamp":
                return self._timestamps(given[0], at_ms)
            case _:
                return buckets.quantiles(self._number(given[0], at_ms), self.vector(given[1], at_ms))

    def _timestamps(self, node: Expr, at_ms: int) -> Vector:
        bare = _bare(node)
        if isinstance(bare, VectorSelector):
            found = self._selected(bare, at_ms)
            return _apart((without_name(labels), sample.time_ms / 1000) for labels, sample in found)
        return _apart((without_name(labels), at_ms / 1000) for labels in self.vector(node, at_ms))

    def _number(self, node: Expr, at_ms: int) -> float:
        found = self.value(node, at_ms)
        if not isinstance(found, float):
            raise EvaluationError(f"`{node}` is no number")
        return found


def _ms(duration: timedelta | None) -> int:
    return round((duration or timedelta()) / timedelta(milliseconds=1))


def _bare(node: Expr) -> Expr:
    return _bare(node.expr) if isinstance(node, ParenExpr) else node


def _group(node: AggregateExpr, labels: Labels) -> Labels:
    if node.modifier is None:
        return ()
    named = set(node.modifier.labels)
    if node.modifier.type == AggModifierType.By:
        return tuple(pair for pair in labels if pair[0] in named)
    return tuple(pair for pair in labels if pair[0] not in named | {NAME})


def _ranked(symbol: str, number: float, members: Vector) -> list[tuple[Labels, float]]:
    ordered = sorted(sorted(members.items()), key=lambda pair: pair[1], reverse=symbol == "topk")
    return ordered[: max(0, int(number))]


def _asked(node: Expr) -> Labels:
    """The labels that an absent selector names with `=`."""
    bare = _bare(node)
    selector = bare.vector_selector if isinstance(bare, MatrixSelector) else bare
    if not isinstance(selector, VectorSelector):
        return ()
    equal = {each.name: each.value for each in selector.matchers.matchers if each.op == MatchOp.Equal}
    return sorted_labels({name: value for name, value in equal.items() if name != NAME})


def _apart(found: Iterator[tuple[Labels, float]]) -> Vector:
    """One value for each set of labels; raises EvaluationError for two."""
    result: Vector = {}
    for labels, value in found:
        if labels in result:
            raise EvaluationError("without its name, a series has the same labels as another")
        result[labels] = value
    return result
