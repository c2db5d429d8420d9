"""Recorded answers of the real programs as the port's values; the programs themselves are asked in tests/stack."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from math import inf
from pathlib import Path

import httpx
import pytest

from whodunit.telemetry.answers import Alert, Span
from whodunit.telemetry.questions import EventQuery, LogQuery, MetricQuery, SpanQuery, Statistic, Window
from whodunit.telemetry.stack.alerts import alerts
from whodunit.telemetry.stack.http import Program
from whodunit.telemetry.stack.jaeger import Jaeger, wanted
from whodunit.telemetry.stack.links import Links
from whodunit.telemetry.stack.loki import Loki
from whodunit.telemetry.stack.metrics import Metrics
from whodunit.telemetry.stack.prometheus import Prometheus
from whodunit.telemetry.stack.spans import MOST_LISTED, MOST_TRACES, SpanSearch
from whodunit.telemetry.stack.traces import matching, summary

RECORDED = Path(__file__).parent / "recorded"
BEGAN = datetime.fromtimestamp(1795245714, UTC)
T1, T2 = "a1b2c3" + "0" * 25 + "1", "a1b2c4" + "0" * 25 + "2"
LINKS = Links("http://entry/prometheus", "http://entry/jaeger", None)

Requests = list[httpx.Request]


def at(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


MINUTE = Window(at(0), at(59))


@pytest.fixture
def requests() -> Requests:
    """What was asked, in order."""
    return []


@pytest.fixture
def program(requests: Requests) -> Callable[..., Program]:
    """A program that has these recorded answers, by the last part of the path."""

    def make(name: str, **answers: str) -> Program:
        def answer(request: httpx.Request) -> httpx.Response:
            requests.append(request)
            recorded = RECORDED / f"{answers[request.url.path.rsplit('/', 1)[-1]]}.json"
            return httpx.Response(200, text=recorded.read_text())

        return Program(name, "http://entry", httpx.MockTransport(answer))

    return make


@pytest.fixture
def prometheus(program: Callable[..., Program]) -> Prometheus:
    names = ("query", "query_range", "query_exemplars", "alerts")
    return Prometheus(program("Prometheus", **{name: f"prometheus_{name}" for name in names}))


def test_a_number_with_its_exemplars(prometheus: Prometheus, requests: Requests) -> None:
    query = MetricQuery("shop.order.duration", Statistic.PERCENTILE, percentile=95)
    number = Metrics(prometheus, LINKS).number(query, Window(at(0), at(20)))
    assert (number.value, number.points, list(number.exemplars)) == (10, 10, [T1, T2])
    assert {request.url.params.get("time") for request in requests[:2]} == {"1795245734.000"}
    assert number.query.splitlines()[0] == "# at 2026-11-21T07:22:14.000+00:00"


def test_a_plot_begins_with_its_first_step(prometheus: Prometheus, requests: Requests) -> None:
    query = MetricQuery("shop.payment.retries", Statistic.RATE)
    plot = Metrics(prometheus, LINKS).plot(query, Window(at(2.5), at(62.5)), 20, ["service", "reason"])
    (line,) = plot.series
    assert line.attributes == {"service": "payment", "reason": "connection_timeout"}
    assert (line.times[0], line.values) == (at(2.5), [0.3, 0.25, 0])
    asked = requests[0].url.params
    assert (asked["start"], asked["end"], asked["step"]) == ("1795245736.500", "1795245776.500", "20.000")


def test_buckets_are_told_each_without_those_below_it() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        totals = {"+Inf": ("4", "2"), "0.5": ("1", "2"), "2.0": ("3", "NaN")}
        start = float(request.url.params["start"])
        lines = [
            {"metric": {"le": le}, "values": [[start + 20 * step, total] for step, total in enumerate(values)]}
            for le, values in totals.items()
        ]
        return httpx.Response(200, json={"data": {"result": lines}})

    metrics = Metrics(Prometheus(Program("Prometheus", "http://entry", httpx.MockTransport(answer))), LINKS)
    found = metrics.buckets(MetricQuery("shop.order.duration", Statistic.COUNT), Window(at(0), at(40)), 20)
    assert (found.unit, found.bounds, found.times) == ("s", [0.5, 2.0, inf], [at(0), at(20)])
    assert found.counts == [[1, 2, 1], [2, 0, 0]]


def test_of_each_step_the_largest_exemplar_is_told(prometheus: Prometheus) -> None:
    query = MetricQuery("shop.order.duration", Statistic.COUNT)
    found = Metrics(prometheus, LINKS).exemplars(query, Window(at(0), at(20)), 20)
    assert [(each.trace_id, each.value) for each in found.exemplars] == [(T1, 11)]


def test_an_exemplar_that_is_no_number_is_left_out() -> None:
    told = [{"labels": {"trace_id": T1}, "value": value, "timestamp": at(1).timestamp()} for value in ("NaN", "+Inf")]
    answer = httpx.MockTransport(lambda _: httpx.Response(200, json={"data": [{"exemplars": told}]}))
    metrics = Metrics(Prometheus(Program("Prometheus", "http://entry", answer)), LINKS)
    query = MetricQuery("shop.order.duration", Statistic.COUNT)
    assert metrics.exemplars(query, Window(at(0), at(20)), 20).exemplars == []


def test_releases() -> None:
    told = [("payment", "0.2.0"), ("order", "0.1.0"), ("payment", "0.1.0")]
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.params["query"])
        labels = [{"service_name": service, "service_version": release} for service, release in told]
        return httpx.Response(200, json={"data": {"result": [{"metric": each, "value": [0, "1"]} for each in labels]}})

    metrics = Metrics(Prometheus(Program("Prometheus", "http://entry", httpx.MockTransport(answer))), LINKS)
    assert metrics.releases(MINUTE) == {"order": ["0.1.0"], "payment": ["0.1.0", "0.2.0"]}
    assert asked == [
        'group by (service_name, service_version) (last_over_time({service_version!="", __name__=~"process_.+"}[59s]))'
    ]


def test_alerts(prometheus: Prometheus) -> None:
    assert alerts(prometheus, LINKS).alerts == [
        Alert(
            "OrdersStuckInProcessing",
            "firing",
            {"service": "order", "severity": "page"},
            datetime(2026, 11, 21, 7, 23, 29, 249244, UTC),
            "Five orders or more have been in processing for longer than 10 s.",
            "http://entry/prometheus/alerts?search=OrdersStuckInProcessing",
        )
    ]


def test_log_records(program: Callable[..., Program], requests: Requests) -> None:
    newest, *_, oldest = Loki(program("Loki", query_range="loki_query_range"), LINKS).newest(LogQuery(), MINUTE, 9)
    assert (newest.time, newest.service, newest.severity) == (at(4), "payment", "ERROR")
    assert (newest.body, newest.trace_id) == ("Database (connection) timeout\n100 %", None)
    assert newest.attributes == {"shop.order.id": "7"}
    assert (newest.release, oldest.release) == ("0.2.0", "")
    assert (oldest.time, oldest.severity, oldest.trace_id) == (at(2), "INFO", T1)
    asked = requests[0].url.params
    assert (asked["start"], asked["limit"], asked["direction"]) == ("1795245714000000000", "9", "backward")


def test_log_volume() -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(dict(request.url.params))
        levels = {
            "9": [[at(20).timestamp() - 1e-9, "3"]],
            "17": [[at(60).timestamp(), "2"]],
            "18": [[at(60).timestamp(), "1"]],
        }
        found = [{"metric": {"severity_number": number}, "values": values} for number, values in levels.items()]
        return httpx.Response(200, json={"data": {"result": found}})

    loki = Loki(Program("Loki", "http://entry", httpx.MockTransport(answer)), LINKS)
    counts, query = loki.volume(LogQuery(service="order"), Window(at(0), at(60)), 20)
    assert counts == {"INFO": {0: 3}, "ERROR": {2: 3}}
    assert query == 'sum by (severity_number) (count_over_time({service_name="order"} [20000ms]))'
    [range_] = asked
    first, last = (round(at(second).timestamp()) * 10**9 - 1 for second in (20, 60))
    assert (range_["start"], range_["end"], range_["step"]) == (str(first), str(last), "20.000s")


@pytest.fixture
def trace(program: Callable[..., Program]) -> Sequence[Span]:
    return Jaeger(program("Jaeger", **{T1: "jaeger_trace"})).trace(T1)


def test_spans(trace: Sequence[Span]) -> None:
    assert [(span.service, span.name, span.kind, span.status) for span in trace] == [
        ("order", "POST /orders", "server", "unset"),
        ("order", "POST", "client", "error"),
        ("payment", "POST /payments", "server", "unset"),
        ("payment", "connect", "client", "error"),
        ("payment", "POST", "client", "unset"),
    ]
    connect = trace[3]
    assert (connect.start, connect.duration_s, connect.status_message) == (at(1.3), 4, "QueuePool limit")
    assert connect.attributes == {
        "db.system.name": "postgresql",
        "db.namespace": "payment",
        "server.port": "5432",
        "slow": "true",
    }
    assert connect.events[0]["attributes"] == {"exception.type": "TimeoutError"}
    assert (trace[0].release, connect.release, connect.instance) == ("", "0.2.0", "payment-1")
    assert summary(trace).errors == 2


def test_ancestors_and_strict_bounds_are_judged_here(trace: Sequence[Span]) -> None:
    below_order = SpanQuery(name="connect", under=SpanQuery(service="order", name="POST /orders"))
    assert [span.name for span in matching(trace, below_order, MINUTE)] == ["connect"]
    assert matching(trace, SpanQuery(name="connect", longer_than_s=4), MINUTE) == []
    assert matching(trace, SpanQuery(name="connect"), Window(at(0), at(1.3))) == []


def search(there: int) -> SpanSearch:
    """Jaeger has so many traces, and shows as many as it is asked for."""
    recorded = (RECORDED / "jaeger_trace.json").read_text()
    traces = [json.loads(recorded.replace(T1, f"{number:032x}"))["data"][0] for number in range(1, there + 1)]

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"data": traces[: int(request.url.params["limit"])]})

    jaeger = Jaeger(Program("Jaeger", "http://entry", httpx.MockTransport(answer)))
    return SpanSearch(jaeger, LINKS, lambda *_: set())


@pytest.mark.parametrize(("there", "is_lower_bound"), [(2, False), (3, True), (9, True)])
def test_traces_are_counted_up_to_one_more_than_are_listed(there: int, is_lower_bound: bool) -> None:
    found = search(there).traces(SpanQuery(service="payment"), MINUTE, 2)
    assert (found.count, len(found.traces), found.is_lower_bound) == (min(there, 3), 2, is_lower_bound)


def test_the_slowest_traces_are_those_of_all_that_were_searched() -> None:
    texts = [(RECORDED / "jaeger_trace.json").read_text().replace(T1, f"{number:032x}") for number in range(1, 5)]
    texts[3] = (
        texts[3].replace("12000000", "90000000").replace('"ERROR"', '"OK"').replace('"value": true', '"value": false')
    )
    texts[1] = texts[1].replace("12000000", "60000000")
    found = [json.loads(text)["data"][0] for text in texts]
    answer = httpx.MockTransport(lambda _: httpx.Response(200, json={"data": found}))
    slowest = SpanSearch(Jaeger(Program("Jaeger", "http://entry", answer)), LINKS, lambda *_: set()).slowest(
        SpanQuery(service="payment"), MINUTE, 2
    )
    assert ([trace.duration_s for trace in slowest.traces], slowest.count) == ([60, 13.2], 4)
    assert slowest.traces[0].has_root


def test_more_traces_than_can_be_listed_are_left_out_and_not_silently() -> None:
    found = search(MOST_LISTED + 5).traces(SpanQuery(service="payment"), MINUTE, 10_000)
    assert (found.count, len(found.traces), found.is_lower_bound) == (MOST_LISTED + 1, MOST_LISTED, True)


@pytest.mark.parametrize(("there", "is_lower_bound"), [(MOST_TRACES - 1, False), (MOST_TRACES + 1, True)])
def test_spans_are_counted_in_so_many_traces(there: int, is_lower_bound: bool) -> None:
    found = search(there).spans(SpanQuery(service="payment", name="connect"), MINUTE, 2)
    assert (found.count, len(found.sample), found.is_lower_bound) == (min(there, MOST_TRACES), 2, is_lower_bound)


def test_a_search_asks_for_no_less_than_what_is_wanted() -> None:
    query = SpanQuery("payment", "connect", "client", "error", {"slow": "true"}, longer_than_s=3.5, shorter_than_s=9)
    assert wanted(query, "payment", MINUTE, 7) == {
        "service": "payment",
        "operation": "connect",
        "start": 1795245714000000,
        "end": 1795245773000000,
        "limit": 7,
        "tags": '{"slow": "true", "otel.status_code": "ERROR"}',
        "minDuration": "3500000us",
        "maxDuration": "9000000us",
    }


def test_a_status_message_and_an_event_are_judged_here(trace: Sequence[Span]) -> None:
    assert [span.name for span in matching(trace, SpanQuery(status_message="QueuePool limit"), MINUTE)] == ["connect"]
    assert matching(trace, SpanQuery(status_message="QueuePool"), MINUTE) == []
    timed_out = EventQuery("exception", {"exception.type": "TimeoutError"})
    assert [span.name for span in matching(trace, SpanQuery(event=timed_out), MINUTE)] == ["connect"]
    assert matching(trace, SpanQuery(event=EventQuery("exception", {"exception.type": "X"})), MINUTE) == []
