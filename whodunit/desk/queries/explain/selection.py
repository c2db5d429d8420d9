"""A selector of PromQL in the store's SQL: which series, and their samples, levels and growth within a range."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from promql_parser import Matcher, MatchOp, VectorSelector

from whodunit.desk.queries.course.step import timestamp
from whodunit.telemetry.prometheus_names import Metric, label_name
from whodunit.telemetry.vocabulary import ATTRIBUTES, METRICS

COLUMNS = {
    "service_name": "m.service",
    "service_instance_id": "r.attributes['service.instance.id']",
    "service_version": "r.attributes['service.version']",
}
"""Labels of a process; all others are attributes of the measurement."""

_ATTRIBUTE_OF = {label_name(name): name for name in ATTRIBUTES}
_PARTS = {"_bucket": "bucket", "_count": "count", "_sum": "sum"}
_SERIES = {each.family: (each, "value") for each in METRICS.values() if each.kind != "histogram"} | {
    each.family + suffix: (each, part)
    for each in METRICS.values()
    if each.kind == "histogram"
    for suffix, part in _PARTS.items()
}
_GROWN = {"value": "sum(m.value)", "count": "sum(m.count)", "sum": "sum(m.sum)"}
_COMPARED = (
    (MatchOp.Equal, "{label} = {value}"),
    (MatchOp.NotEqual, "{label} <> {value}"),
    (MatchOp.Re, "regexp_full_match({label}, {value})"),
    (MatchOp.NotRe, "not regexp_full_match({label}, {value})"),
)


@dataclass(frozen=True)
class Selection:
    """Series of one metric as of a moment; `part` is value, or bucket, count or sum of a histogram."""

    metric: Metric
    part: str
    matchers: tuple[Matcher, ...]
    end: datetime

    @property
    def is_counter(self) -> bool:
        """What it selects only grows."""
        return self.part != "value" or self.metric.monotonic

    def level(self, seconds: float) -> str:
        """Each series with its newest value; of counters, which the store has as deltas, without one."""
        return self._of_points("null" if self.is_counter else "arg_max(m.value, m.time)", seconds)

    def samples(self, seconds: float) -> str:
        """Each series with the number of its samples."""
        return self._of_points("count(*)", seconds)

    def over_time(self, seconds: float, aggregate: str) -> str | None:
        """An aggregate over the samples of each series; None for counters."""
        return None if self.is_counter else self._of_points(aggregate, seconds)

    def growth(self, seconds: float, divisor: float) -> str | None:
        """What was added to each series, divided; None for what is no counter."""
        if not self.is_counter:
            return None
        rows, per = f"increases({', '.join(self._times(seconds))})", f" / {divisor:g}" if divisor != 1 else ""
        if self.part == "bucket":
            up_to = f"sum(sum(m.n)) over (partition by {_listed()}, m.attributes order by m.le)"
            return self._of_buckets(rows, f"{up_to}{per}")
        return self._written(rows, f"{_GROWN[self.part]}{per}")

    def _of_points(self, value: str, seconds: float) -> str:
        start, end = self._times(seconds)
        rows = f"(from metrics where time >= {start} and time < {end})"
        return self._of_buckets(rows, value) if self.part == "bucket" else self._written(rows, value)

    def _of_buckets(self, rows: str, value: str) -> str:
        """A row for each bound; conditions on it come last, for each bucket holds those below it."""
        unnested = (
            "(select *, unnest(bucket_counts) as n, unnest(list_append(bounds, 'infinity'::double)) as le\n"  # noqa: S608  quoted
            f"  from {rows} where name = {_quoted(self.metric.name)})"
        )
        bound = "if(isinf(m.le), '+Inf', printf('%g', m.le)) as le"
        written = self._written(unnested, value, f", {bound}", ", m.le")
        on_bound = [_condition(each, "le") for each in self.matchers if each.name == "le"]
        return f"from (\n{written}\n) where {' and '.join(on_bound)}" if on_bound else written

    def _written(self, rows: str, value: str, more: str = "", grouped: str = "") -> str:
        labels = ", ".join(f"{column} as {label}" for label, column in COLUMNS.items())
        return (
            f"select {labels}, m.attributes{more}, {value} as value\n"
            f"from {rows} m join resources r using (resource_id)\n"
            f"where {self._conditions()}\ngroup by {_listed()}, m.attributes{grouped}\norder by all"
        )

    def _conditions(self) -> str:
        matchers = [_condition(each, _column(each.name)) for each in self.matchers if each.name != "le"]
        return " and ".join([f"m.name = {_quoted(self.metric.name)}", *matchers])

    def _times(self, seconds: float) -> tuple[str, str]:
        return timestamp(self.end - timedelta(seconds=seconds)), timestamp(self.end)


def select(node: VectorSelector, end: datetime) -> Selection | str:
    """The selection of a selector, or why there is none."""
    if node.at is not None:
        return "Not evaluated here: @ takes Prometheus, which the stack has."
    if node.matchers.or_matchers:
        return "Not evaluated here: Prometheus knows no `or` between matchers. Write or between two selectors."
    if node.name not in _SERIES:
        return "The shop declares no metric of this name; docs/telemetry.yaml has them all."
    metric, part = _SERIES[node.name]
    return Selection(metric, part, tuple(node.matchers.matchers), end - (node.offset or timedelta()))


def _column(label: str) -> str:
    return COLUMNS.get(label) or f"m.attributes[{_quoted(_ATTRIBUTE_OF.get(label, label))}]"


def _condition(matcher: Matcher, column: str) -> str:
    """A label that is absent compares as an empty one."""
    compared = next(template for operator, template in _COMPARED if operator == matcher.op)
    return compared.format(label=f"coalesce({column}, '')", value=_quoted(matcher.value))


def _listed() -> str:
    return ", ".join(COLUMNS.values())


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
