"""OTLP metrics as rows, one per data point."""

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.metrics.v1.metrics_pb2 import (
    Exemplar,
    ExponentialHistogramDataPoint,
    HistogramDataPoint,
    Metric,
    NumberDataPoint,
    SummaryDataPoint,
)

from whodunit.store.attributes import Resources, columns
from whodunit.store.rows import Batch, MetricRow, Rejected, ResourceRow
from whodunit.store.times import iso, microseconds

TEMPORALITIES = {1: "delta", 2: "cumulative"}
MOST = (1 << 63) - 1
NO_RECORDED_VALUE = 1  # a bit of a point's flags


@dataclass(frozen=True)
class _Origin:
    """The properties that the points of one metric share."""

    metric: Metric
    resource: ResourceRow
    scope: str
    type: str
    temporality: str | None = None
    monotonic: bool = False


def decode(request: ExportMetricsServiceRequest, resources: Resources) -> Batch:
    """Every data point of the request but those of summaries, which no SDK has made for years."""
    rows: list[MetricRow] = []
    seen: dict[int, ResourceRow] = {}
    rejected: Counter[str] = Counter()
    for group in request.resource_metrics:
        resource = resources.row(group.resource)
        seen[resource.resource_id] = resource
        for scoped in group.scope_metrics:
            for metric in scoped.metrics:
                for point, to_row, origin in _points(_Origin(metric, resource, scoped.scope.name, "gauge")):
                    try:
                        rows.append(to_row(point, origin))
                    except Rejected as reason:
                        rejected[str(reason)] += 1
    return Batch("metrics", rows, seen, rejected)


def _points(origin: _Origin) -> Iterator[tuple[Any, Callable[[Any, _Origin], MetricRow], _Origin]]:
    """Each data point with the function that makes it a row."""
    metric = origin.metric
    match metric.WhichOneof("data"):
        case "gauge":
            yield from ((point, _number, origin) for point in metric.gauge.data_points)
        case "sum":
            temporality = TEMPORALITIES.get(metric.sum.aggregation_temporality)
            sums = replace(origin, type="sum", temporality=temporality, monotonic=metric.sum.is_monotonic)
            yield from ((point, _number, sums) for point in metric.sum.data_points)
        case "histogram":
            temporality = TEMPORALITIES.get(metric.histogram.aggregation_temporality)
            histograms = replace(origin, type="histogram", temporality=temporality)
            yield from ((point, _histogram, histograms) for point in metric.histogram.data_points)
        case "exponential_histogram":
            temporality = TEMPORALITIES.get(metric.exponential_histogram.aggregation_temporality)
            histograms = replace(origin, type="histogram", temporality=temporality)
            yield from ((point, _exponential, histograms) for point in metric.exponential_histogram.data_points)
        case "summary":
            yield from ((point, _summary, origin) for point in metric.summary.data_points)


def _summary(_point: SummaryDataPoint, _origin: _Origin) -> MetricRow:
    raise Rejected("summaries are not supported")


def _number(point: NumberDataPoint, origin: _Origin) -> MetricRow:
    kind = None if point.flags & NO_RECORDED_VALUE else point.WhichOneof("value")
    value = None if kind is None else float(getattr(point, kind))
    return _row(point, origin, value=value)


def _histogram(point: HistogramDataPoint, origin: _Origin) -> MetricRow:
    bounds, counts = list(point.explicit_bounds), list(point.bucket_counts)
    if counts and len(counts) != len(bounds) + 1:
        raise Rejected("buckets and bounds do not match")
    return _row(point, origin, bounds=bounds, counts=counts)


def _exponential(point: ExponentialHistogramDataPoint, origin: _Origin) -> MetricRow:
    """With its bounds spelt out; zero and everything below it are in the first bucket."""
    positive = point.positive
    try:
        width = 2.0**-point.scale  # as an exponent: a coarser scale has the same bounds to the last bit
        bounds = [2.0 ** ((positive.offset + i) * width) for i in range(len(positive.bucket_counts) + 1)]
    except ArithmeticError:
        raise Rejected("buckets are wider than any number") from None
    below = point.zero_count + sum(point.negative.bucket_counts)
    return _row(point, origin, bounds=bounds, counts=[below, *positive.bucket_counts, 0])


def _row(
    point: NumberDataPoint | HistogramDataPoint | ExponentialHistogramDataPoint,
    origin: _Origin,
    value: float | None = None,
    bounds: list[float] | None = None,
    counts: list[int] | None = None,
) -> MetricRow:
    if origin.type != "gauge" and origin.temporality is None:
        raise Rejected("their aggregation_temporality (delta or cumulative) is missing")
    count, total, least, most = (None, None, None, None) if isinstance(point, NumberDataPoint) else _totals(point)
    if max(count or 0, *(counts or ()), 0) > MOST:
        raise Rejected("a count is larger than the tables can hold")
    return MetricRow(
        microseconds(point.time_unix_nano),
        microseconds(point.start_time_unix_nano) or None,
        origin.resource.service,
        origin.metric.name,
        origin.metric.unit,
        origin.type,
        origin.temporality,
        origin.monotonic,
        *columns(sorted(point.attributes, key=_key)),
        value,
        count,
        total,
        least,
        most,
        bounds,
        counts,
        _exemplars(point.exemplars) if point.exemplars else "[]",
        origin.scope,
        origin.resource.resource_id,
    )


def _key(attribute: KeyValue) -> str:
    """The sort key for an order that does not depend on the sender: equal attributes are one series."""
    return attribute.key


def _totals(
    point: HistogramDataPoint | ExponentialHistogramDataPoint,
) -> tuple[int | None, float | None, float | None, float | None]:
    """Count, sum, least and greatest; what the SDK did not record is None."""
    if point.flags & NO_RECORDED_VALUE:
        return None, None, None, None
    return (
        point.count,
        point.sum if point.HasField("sum") else None,
        point.min if point.HasField("min") else None,
        point.max if point.HasField("max") else None,
    )


def _exemplars(exemplars: Iterable[Exemplar]) -> str:
    return json.dumps([_exemplar(each) for each in exemplars])


def _exemplar(exemplar: Exemplar) -> dict[str, object]:
    kind = exemplar.WhichOneof("value")
    value = math.nan if kind is None else float(getattr(exemplar, kind))
    return {
        "value": value if math.isfinite(value) else None,  # JSON has no such number
        "time": iso(exemplar.time_unix_nano),
        "trace_id": exemplar.trace_id.hex(),
        "span_id": exemplar.span_id.hex(),
    }
