"""Rows as decoding hands them to the database: one tuple each, its fields in the order of the table's columns."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


class ResourceRow(NamedTuple):
    """A source of telemetry: one process of one service."""

    resource_id: int
    service: str
    attributes: str
    attribute_types: str
    first_seen: int


class SpanRow(NamedTuple):
    """One span."""

    trace_id: str
    span_id: str
    parent_span_id: str | None
    service: str
    name: str
    kind: str
    start_time: int
    duration_s: float
    status: str
    status_message: str
    attributes: str
    attribute_types: str
    events: str
    links: str
    scope: str
    resource_id: int


class LogRow(NamedTuple):
    """One log record."""

    time: int
    service: str
    severity: str
    severity_number: int
    body: str
    event_name: str
    trace_id: str | None
    span_id: str | None
    attributes: str
    attribute_types: str
    scope: str
    resource_id: int


class MetricRow(NamedTuple):
    """One data point of one metric."""

    time: int
    start_time: int | None
    service: str
    name: str
    unit: str
    type: str
    temporality: str | None
    monotonic: bool
    attributes: str
    attribute_types: str
    value: float | None
    count_: int | None  # a tuple has a method of the plain name
    sum: float | None
    min: float | None
    max: float | None
    bounds: list[float] | None
    bucket_counts: list[int] | None
    exemplars: str
    scope: str
    resource_id: int


class Rejected(Exception):
    """An item that the tables cannot hold; the message is the reason."""


Row = ResourceRow | SpanRow | LogRow | MetricRow


@dataclass(frozen=True)
class Batch:
    """The rows of one request, for one table, with the resources they point to.

    `rejected` counts the items that are not among the rows, by reason; `ahead` the rows whose time is still to come.
    """

    table: str
    rows: Sequence[Row]
    resources: Mapping[int, ResourceRow] = field(default_factory=dict)
    rejected: Counter[str] = field(default_factory=Counter)
    ahead: int = 0
