"""OTLP metrics as rows, one per data point."""

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import (
    Exemplar,
    ExponentialHistogramDataPoint,
    HistogramDataPoint,
    Metric,
    NumberDataPoint,
)

from whodunit.store.attributes import columns
from whodunit.store.resources import Resources
from whodunit.store.rows import Batch, MetricRow, ResourceRow
from whodunit.store.times import iso, microseconds

TEMPORALITIES = {1: "delta", 2: "cumulative"}
NO_RECORDED_VALUE = 1  # a bit of a point's flags


@dataclass(frozen=True)
class _Origin:
    """What the points of one metric share."""

    metric: Metric
    resource: ResourceRow
    scope: str
    type: str
    temporality: str | None = None
    monotonic: bool = False


def decode(request: ExportMetricsServiceRequest, resources: Resources) -> Batch:
    """Every data point of the request but those of summaries, which no SDK has made for years: they are counted."""
    rows: list[MetricRow] = []
    seen: dict[int, ResourceRow] = {}
    left_out = 0
    for group in request.resource_metrics:
        resource = resources.row(group.resource)
        seen[resource.resource_id] = resource
        for scoped in group.scope_metrics:
            for metric in scoped.metrics:
                rows += _rows(_Origin(metric, resource, scoped.scope.name, "gauge"))
                left_out += len(metric.summary.data_points)
    return Batch("metrics", rows, seen, left_out)


def _rows(origin: _Origin) -> Iterator[MetricRow]:
    metric = origin.metric
    match metric.WhichOneof("data"):
        case "gauge":
            yield from (_number(point, origin) for point in metric.gauge.data_points)
        case "sum":
            temporality = TEMPORALITIES.get(metric.sum.aggregation_temporality)
            sums = replace(origin, type="sum", temporality=temporality, monotonic=metric.sum.is_monotonic)
            yield from (_number(point, sums) for point in metric.sum.data_points)
        case "histogram":
            temporality = TEMPORALITIES.get(metric.histogram.aggregation_temporality)
            histograms = replace(origin, type="histogram", temporality=temporality)
            yield from (_histogram(point, histograms) for point in metric.histogram.data_points)
        case "exponential_histogram":
            temporality = TEMPORALITIES.get(metric.exponential_histogram.aggregation_temporality)
            histograms = replace(origin, type="histogram", temporality=temporality)
            yield from (_exponential(point, histograms) for point in metric.exponential_histogram.data_points)


def _number(point: NumberDataPoint, origin: _Origin) -> MetricRow:
    kind = None if point.flags & NO_RECORDED_VALUE else point.WhichOneof("value")
    value = None if kind is None else float(getattr(point, kind))
    return _row(point, origin, value=value)


def _histogram(point: HistogramDataPoint, origin: _Origin) -> MetricRow:
    return _row(point, origin, bounds=list(point.explicit_bounds), counts=list(point.bucket_counts))


def _exponential(point: ExponentialHistogramDataPoint, origin: _Origin) -> MetricRow:
    """With its bounds spelt out; zero and everything below it are in the first bucket."""
    positive = point.positive
    width = (
        2.0**-point.scale
    )  # of a bucket, as an exponent: the bounds of a coarser scale come out the same to the last bit
    bounds = [2.0 ** ((positive.offset + i) * width) for i in range(len(positive.bucket_counts) + 1)]
    below = point.zero_count + sum(point.negative.bucket_counts)
    return _row(point, origin, bounds=bounds, counts=[below, *positive.bucket_counts, 0])


def _row(
    point: NumberDataPoint | HistogramDataPoint | ExponentialHistogramDataPoint,
    origin: _Origin,
    value: float | None = None,
    bounds: list[float] | None = None,
    counts: list[int] | None = None,
) -> MetricRow:
    count, total, least, most = (None, None, None, None) if isinstance(point, NumberDataPoint) else _totals(point)
    return MetricRow(
        microseconds(point.time_unix_nano),
        microseconds(point.start_time_unix_nano) or None,
        origin.resource.service,
        origin.metric.name,
        origin.metric.unit,
        origin.type,
        origin.temporality,
        origin.monotonic,
        *columns(point.attributes),
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


def _totals(
    point: HistogramDataPoint | ExponentialHistogramDataPoint,
) -> tuple[int, float | None, float | None, float | None]:
    """Count, sum, least and greatest; what the SDK did not record is None."""
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
        "value": value if math.isfinite(value) else None,  # JSON has no other word for it
        "time": iso(exemplar.time_unix_nano),
        "trace_id": exemplar.trace_id.hex(),
        "span_id": exemplar.span_id.hex(),
    }
