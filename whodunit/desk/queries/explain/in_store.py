"""Parts of an expression, where there is no Prometheus: the store answers selections and growth.

This is no PromQL engine. Selectors, ranges, rate(), increase() and functions over the samples of a gauge are SQL;
aggregations, quantiles and arithmetic follow from the parts inside. All else is not evaluated, and said to be so.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean

from promql_parser import (
    AggModifierType,
    AggregateExpr,
    BinaryExpr,
    Call,
    Expr,
    MatrixSelector,
    VectorSelector,
)

from whodunit.desk.queries.explain.arithmetic import ARITHMETIC, constant
from whodunit.desk.queries.explain.parts import Found, Labels, Part, Sample
from whodunit.desk.queries.explain.quantile import quantile_of, quantiles
from whodunit.desk.queries.explain.selection import Selection, select
from whodunit.telemetry.languages import Ask, Row
from whodunit.telemetry.port import RefusedQueryError
from whodunit.telemetry.prometheus_names import label_name

UNEVALUATED = "Not evaluated here: this takes Prometheus, which the stack has."
UNFIT = "Not evaluated here: the store is asked for the growth of counters, and for the levels of gauges."
TOTALS = "The store keeps what was added, not the totals that stand here in Prometheus."
LOOKBACK_S = 300.0
"""A series without a sample for so long is not there, as in Prometheus."""

AGGREGATED: dict[str, Callable[[Sequence[float]], float]] = {
    "sum": sum,
    "avg": fmean,
    "min": min,
    "max": max,
    "count": len,
}
OVER_TIME = {
    "max_over_time": "max(value)",
    "min_over_time": "min(value)",
    "avg_over_time": "avg(value)",
    "last_over_time": "arg_max(value, time)",
}


Side = float | Mapping[Labels, float]
"""One side of an operator: a constant, or values by their labels."""


@dataclass(frozen=True)
class InStore:
    """Evaluates as of a moment."""

    ask: Ask
    end: datetime

    def __call__(self, part: Part, inner: Sequence[Found]) -> Found:
        """The result of a part."""
        node, over = part.node, _range(part)
        if isinstance(node, VectorSelector):
            return self._selected(node)
        if isinstance(node, MatrixSelector):
            return self._asked(node.vector_selector, lambda of: of.samples(node.range.total_seconds()))
        if isinstance(node, Call) and over is not None:
            return self._over_range(node.func.name, over)
        if any(found.samples is None for found in inner):
            return Found(None, UNEVALUATED)
        return _combined(node, inner)

    def _selected(self, node: VectorSelector) -> Found:
        found = self._asked(node, lambda of: of.level(LOOKBACK_S))
        if found.samples and found.samples[0].value is None:
            return Found(found.samples, TOTALS, found.query)
        return found

    def _over_range(self, function: str, of: MatrixSelector) -> Found:
        seconds = of.range.total_seconds()
        if function in ("rate", "increase"):
            divisor = seconds if function == "rate" else 1.0
            return self._asked(of.vector_selector, lambda selection: selection.growth(seconds, divisor))
        if function in OVER_TIME:
            return self._asked(of.vector_selector, lambda selection: selection.over_time(seconds, OVER_TIME[function]))
        return Found(None, UNEVALUATED)

    def _asked(self, node: VectorSelector, written: Callable[[Selection], str | None]) -> Found:
        selection = select(node, self.end)
        if isinstance(selection, str):
            return Found(None, selection)
        query = written(selection)
        if query is None:
            return Found(None, UNFIT)
        try:
            return Found([_sample(row) for row in self.ask(query)], "", query)
        except RefusedQueryError as error:
            return Found(None, str(error), query)


def _combined(node: Expr, inner: Sequence[Found]) -> Found:
    match node:
        case Call(func=function) if function.name == "histogram_quantile":
            return _quantiles(node, inner[-1])
        case AggregateExpr():
            return _aggregated(node, inner[-1])
        case BinaryExpr():
            return _calculated(node, inner)
    return Found(None, UNEVALUATED)


def _range(part: Part) -> MatrixSelector | None:
    """The range that a function takes."""
    nodes = (each.node for each in part.inner)
    return next((node for node in nodes if isinstance(node, MatrixSelector)), None)


def _sample(row: Row) -> Sample:
    """A row as Prometheus labels it."""
    columns = {name: each for name, each in row.items() if name not in ("attributes", "value")}
    labels = {**columns, **{label_name(key): each for key, each in (row["attributes"] or {}).items()}}
    return Sample({name: str(each) for name, each in sorted(labels.items()) if each is not None}, row["value"])


def _numbers(found: Found) -> list[tuple[Sample, float]]:
    return [(sample, sample.value) for sample in found.samples or () if sample.value is not None]


def _aggregated(node: AggregateExpr, inner: Found) -> Found:
    if str(node.op) not in AGGREGATED:
        return Found(None, UNEVALUATED)
    groups: dict[Labels, list[float]] = {}
    for sample, value in _numbers(inner):
        groups.setdefault(_kept(node, sample), []).append(value)
    return Found([Sample(dict(labels), AGGREGATED[str(node.op)](values)) for labels, values in sorted(groups.items())])


def _kept(node: AggregateExpr, sample: Sample) -> Labels:
    named = set(node.modifier.labels) if node.modifier else set()
    is_by = node.modifier is None or node.modifier.type == AggModifierType.By
    return tuple(item for item in sample.labels.items() if (item[0] in named) == is_by)


def _quantiles(node: Call, inner: Found) -> Found:
    q = quantile_of(node)
    if q is None:
        return Found(None, UNEVALUATED)
    return Found([Sample(dict(labels), each.value) for labels, each in quantiles(q, inner).items()])


def _calculated(node: BinaryExpr, inner: Sequence[Found]) -> Found:
    calculate = ARITHMETIC.get(str(node.op))
    if calculate is None or (node.modifier is not None and node.modifier.matching is not None):
        return Found(None, UNEVALUATED)
    results = iter(inner)
    left, right = (_side(each, results) for each in (node.lhs, node.rhs))
    labels = dict.fromkeys(key for side in (left, right) if not isinstance(side, float) for key in side)
    pairs = [(key, _of(left, key), _of(right, key)) for key in labels]
    return Found([Sample(dict(key), calculate(a, b)) for key, a, b in pairs if a is not None and b is not None])


def _side(node: Expr, results: Iterator[Found]) -> Side:
    value = constant(node)
    if value is not None:
        return value
    return {tuple(sample.labels.items()): value for sample, value in _numbers(next(results))}


def _of(side: Side, labels: Labels) -> float | None:
    return side if isinstance(side, float) else side.get(labels)
