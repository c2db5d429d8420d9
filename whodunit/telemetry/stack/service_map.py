"""The service map, from the metrics that the Collector derives from spans (`span_metrics`).

A call is a client span, as its caller saw it. The callee is the peer that the span names; for a database, its system
and name. What serves and is called by none of these is entered from outside.

A proxy passes requests on without a client span of its own. Jaeger, which knows the parent of each span, tells that
it stands between; its calls are reported as their callee saw them.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime

from whodunit.telemetry.answers import Edge, ServiceMap
from whodunit.telemetry.metric_promql import increase, quantile
from whodunit.telemetry.promql import duration, selector
from whodunit.telemetry.questions import Window
from whodunit.telemetry.stack.jaeger import Jaeger
from whodunit.telemetry.stack.links import Links
from whodunit.telemetry.stack.prometheus import Prometheus, Sample
from whodunit.telemetry.vocabulary import METRICS

_CALLS = "traces_span_metrics_calls_total"
_BUCKETS = "traces_span_metrics_duration_seconds_bucket"
_ALIVE = METRICS["process.thread.count"].family + '{service_name!=""}'
_CLIENT = 'span_kind=~"SPAN_KIND_CLIENT|SPAN_KIND_PRODUCER"'
_SERVER = 'span_kind=~"SPAN_KIND_SERVER|SPAN_KIND_CONSUMER"'
_CALLEE = ("service_peer_name", "db_system_name", "db_namespace")
_SYSTEM = 2
_ERROR = "STATUS_CODE_ERROR"

Key = tuple[str, ...]


@dataclass
class _Calls:
    """The figures of one group of spans."""

    calls: float = 0.0
    errors: float = 0.0
    p95_s: float = 0.0


@dataclass(frozen=True)
class _Group:
    """Spans of some kinds, grouped by labels, the service first."""

    kinds: str
    labels: Sequence[str]
    found: dict[Key, _Calls] = field(default_factory=lambda: defaultdict(_Calls))

    def calls(self, window: Window) -> str:
        by = ", ".join([*self.labels, "status_code"])
        grown = increase(selector(_CALLS, None, {}, self.kinds), duration(window.seconds))
        return f"sum by ({by}) (\n  {grown}\n) > 0"

    def p95(self, window: Window) -> str:
        return quantile(0.95, selector(_BUCKETS, None, {}, self.kinds), duration(window.seconds), self.labels)

    def key(self, sample: Sample) -> Key:
        return tuple(sample.labels.get(label, "") for label in self.labels)


@dataclass(frozen=True)
class Between:
    """Pairs of services: by parent and child spans, and by client spans."""

    parents: Set[tuple[str, str]]
    calls: Set[tuple[str, str]]

    def proxy(self, caller: str, callee: str) -> str | None:
        """The service that passes the caller's requests on; None when they arrive directly, or it is unknown."""
        if (caller, callee) in self.parents:
            return None
        after = {child for parent, child in self.parents if parent == caller}
        before = {parent for parent, child in self.parents if child == callee}
        silent = {service for service in after & before if (service, callee) not in self.calls}
        return min(silent - {caller, callee}, default=None)


def service_map(prometheus: Prometheus, jaeger: Jaeger, links: Links, window: Window) -> ServiceMap:
    """Calls between services within the window; p95 is interpolated within the histogram's buckets."""
    clients, servers = _Group(_CLIENT, ("service_name", *_CALLEE)), _Group(_SERVER, ("service_name",))
    for group in (clients, servers):
        _fill(group, prometheus, window)
    between = Between(jaeger.parents(window), {(key[0], _callee(key)) for key in clients.found})
    edges = sorted(_edges(clients.found, servers.found, between, window), key=_order)
    queries = [query for group in (clients, servers) for query in (group.calls(window), group.p95(window))]
    return ServiceMap(edges, "\n\n".join(queries), _heard(prometheus, window.end), links.dependencies())


def _heard(prometheus: Prometheus, until: datetime) -> dict[str, datetime]:
    """When each service last told of its threads, as all do: shortly before, or else minute by minute for an hour."""
    latest = (
        f"max by (service_name) (timestamp({_ALIVE})) "
        f"or max by (service_name) (max_over_time(timestamp({_ALIVE})[1h:1m]))"
    )
    samples = prometheus.vector(latest, until)
    return {each.labels["service_name"]: datetime.fromtimestamp(each.value or 0.0, UTC) for each in samples}


def _fill(group: _Group, prometheus: Prometheus, window: Window) -> None:
    for sample in prometheus.vector(group.calls(window), window.end):
        calls = group.found[group.key(sample)]
        calls.calls += sample.value or 0.0
        if sample.labels.get("status_code") == _ERROR:
            calls.errors += sample.value or 0.0
    for sample in prometheus.vector(group.p95(window), window.end):
        if group.key(sample) in group.found:
            group.found[group.key(sample)].p95_s = sample.value or 0.0


def _edges(
    clients: Mapping[Key, _Calls], servers: Mapping[Key, _Calls], between: Between, window: Window
) -> Iterator[Edge]:
    called: set[str] = set()
    passed_on: set[tuple[str, str]] = set()
    for key, calls in clients.items():
        caller, callee = key[0], _callee(key)
        proxy = between.proxy(caller, callee) if (callee,) in servers else None
        if proxy:
            passed_on.add((proxy, callee))
        if callee:
            called |= {callee, proxy or callee}
            kind = "database" if key[_SYSTEM] else "service" if (callee,) in servers else "peer"
            yield _edge(caller, proxy or callee, calls, window, kind)
    for proxy, callee in passed_on:
        yield _edge(proxy, callee, servers[callee,], window, "service")
    for (service,), calls in servers.items():
        if service not in called:
            yield _edge(None, service, calls, window, "service")


def _callee(key: Key) -> str:
    """The peer, or the database; empty when the span names neither."""
    _, peer, system, namespace = key
    return peer or f"{system} {namespace}".strip()


def _edge(caller: str | None, callee: str, calls: _Calls, window: Window, kind: str) -> Edge:
    return Edge(
        caller=caller,
        callee=callee,
        calls_per_s=calls.calls / max(1.0, window.seconds),
        error_ratio=calls.errors / calls.calls,
        p95_s=calls.p95_s,
        kind=kind,
        calls=calls.calls,
    )


def _order(edge: Edge) -> tuple[str, float, str]:
    """As the store has it: by caller, entries first, then the busiest."""
    return edge.caller or "", -edge.calls_per_s, edge.callee
