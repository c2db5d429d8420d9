"""One contract: the embedded store, and the real programs with each of the log stores, are told and asked the same."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import inf

import pytest

from tests.stack import sdk_service
from tests.stack.asked import GRAFANA, PROGRAMS, Asked, stack, store, until
from tests.stack.checkout_minute import D1, D2, PERCENTILES, SHARED, T1, T2
from tests.stack.sdk_service import Reporting
from whodunit.telemetry.answers import Number
from whodunit.telemetry.port import TelemetryError
from whodunit.telemetry.questions import LogQuery, MetricQuery, SpanQuery, Statistic, Window

DURATION, RETRIES = "shop.payment.duration", "shop.payment.retries"

STACK = pytest.param("stack", marks=pytest.mark.stack(*PROGRAMS))
LOKI = pytest.param("loki", marks=pytest.mark.stack(*PROGRAMS, "loki"))
on_the_stack = pytest.mark.parametrize("asked", [STACK, LOKI], indirect=True)
with_loki = pytest.mark.parametrize("asked", [LOKI], indirect=True)


@pytest.fixture(scope="module", params=[pytest.param("store", marks=pytest.mark.process), STACK, LOKI])
def asked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    name = {"stack": "store", "loki": "loki"}.get(request.param)
    with stack(name) if name else store(tmp_path_factory.mktemp("store")) as asked:
        until(lambda: asked.telemetry.spans(SpanQuery(), asked.window()).count == 6, "spans")
        until(lambda: asked.telemetry.logs(LogQuery(), asked.window()).count == 5, "log records")
        until(lambda: asked.number(RETRIES, Statistic.INCREASE).value == 11, "metrics")
        yield asked


# Metrics


@pytest.mark.parametrize(
    ("start_s", "end_s", "increase"),
    [
        (2.5, 12.5, 5),  # born within the window
        (7.5, 22.5, 4),
        (12.5, 17.5, 0),
        (22.5, 26, 0),  # the process is dead
        (26, 34, 4),  # its successor begins at zero
        (0, 59, 11),
        (8, 11, 3),  # shorter than the time between two exports
        (11, 12, 0),
        (11, 11, 0),
    ],
)
def test_a_counter_increases_by_what_was_counted(asked: Asked, start_s: float, end_s: float, increase: float) -> None:
    number = asked.number(RETRIES, Statistic.INCREASE, start_s, end_s, service="payment")
    assert (number.value or 0) == increase
    assert (number.points > 0) or not increase


def test_a_rate_is_the_increase_by_the_second(asked: Asked) -> None:
    assert asked.number(RETRIES, Statistic.RATE, 2.5, 12.5).value == pytest.approx(0.5)
    assert asked.number("shop.order.duration", Statistic.RATE, 0, 20).value == pytest.approx(0.1)


def test_attributes_and_services_select_series(asked: Asked) -> None:
    where = {"shop.retry.reason": "connection_timeout"}
    assert asked.number(RETRIES, Statistic.INCREASE, where=where, service="payment").value == 11
    for nobody in ({"where": {"shop.retry.reason": "another"}}, {"where": {"no.such": "key"}}, {"service": "order"}):
        number = asked.number(RETRIES, Statistic.INCREASE, **nobody)
        assert (number.value, number.points) == (None, 0)


@pytest.mark.parametrize("case", range(len(PERCENTILES)))
def test_a_percentile_is_interpolated_within_its_bucket(asked: Asked, case: int) -> None:
    _, percent, value = PERCENTILES[case]
    where = {"shop.outcome": f"case {case}"}
    number = asked.number(DURATION, Statistic.PERCENTILE, 2.5, 22.5, percentile=percent, where=where)
    assert number.value == pytest.approx(value)


def test_a_histogram_is_of_its_window(asked: Asked) -> None:
    order = "shop.order.duration"
    for start_s, end_s, count, mean in [(0, 59, 4, 2.9), (0, 20, 2, 5.6), (20, 59, 2, 0.2)]:
        assert asked.number(order, Statistic.COUNT, start_s, end_s).value == count
        assert asked.number(order, Statistic.MEAN, start_s, end_s).value == pytest.approx(mean)
    assert asked.number(order, Statistic.PERCENTILE, 20, 59, percentile=50).value == pytest.approx(0.25)


def test_nothing_measured_is_no_number(asked: Asked) -> None:
    assert asked.number("shop.order.duration", Statistic.PERCENTILE, 9, 16, percentile=95).value is None
    assert asked.number("shop.order.duration", Statistic.MEAN, 9, 16).value is None
    assert asked.number("no.such.metric", Statistic.MEAN) == Number(None, 0, (), *_query_and_link(asked))


def _query_and_link(asked: Asked) -> tuple[str, str]:
    number = asked.number("no.such.metric", Statistic.MEAN)
    return number.query, number.link


def test_last_adds_the_series_of_the_newest_process(asked: Asked) -> None:
    assert asked.number("shop.order.stuck", Statistic.LAST, 0, 14).value == 5
    assert asked.number("shop.order.stuck", Statistic.LAST, 0, 20).value == 1  # its predecessor was seen 5 s ago
    assert asked.number("shop.order.stuck", Statistic.LAST, 20, 40).value is None
    pool = "db.client.connection.count"
    assert asked.number(pool, Statistic.LAST, 2.5, 22.5).value == 7
    assert asked.number(pool, Statistic.LAST, 2.5, 22.5, where={"db.client.connection.state": "idle"}).value == 4
    assert asked.number(pool, Statistic.MAX, 2.5, 17.5).value == 3
    assert asked.number(pool, Statistic.RISE, 2.5, 22.5).value == 3


def test_exemplars_are_trace_ids_slowest_first(asked: Asked) -> None:
    number = asked.number("shop.order.duration", Statistic.PERCENTILE, 0, 20, percentile=95)
    assert list(number.exemplars) == [T1, T2]


@pytest.mark.parametrize(
    ("name", "statistic", "percentile"),
    [
        (DURATION, Statistic.PERCENTILE, 95.0),
        (DURATION, Statistic.MEAN, None),
        (DURATION, Statistic.COUNT, None),
        (RETRIES, Statistic.INCREASE, None),
        (RETRIES, Statistic.RATE, None),
        ("db.client.connection.count", Statistic.LAST, None),
        ("db.client.connection.count", Statistic.MAX, None),
        ("db.client.connection.count", Statistic.RISE, None),
    ],
)
def test_the_query_it_names_gives_the_same_number(
    asked: Asked, name: str, statistic: Statistic, percentile: float | None
) -> None:
    number = asked.number(name, statistic, 2.5, 22.5, percentile=percentile, service="payment")
    assert number.value == pytest.approx(asked.again(number, asked.window(2.5, 22.5)))


def test_a_percentile_needs_to_be_one(asked: Asked) -> None:
    with pytest.raises(TelemetryError, match="between 0 and 100, not 101"):
        asked.number(DURATION, Statistic.PERCENTILE, percentile=101)


def test_a_plot_has_one_value_per_step(asked: Asked) -> None:
    plot = asked.telemetry.plot(MetricQuery(RETRIES, Statistic.RATE), asked.window(2.5, 62.5), 20)
    (line,) = plot.series
    assert plot.unit == "{retry}/s"
    assert line.times == [asked.minute.at(each) for each in (2.5, 22.5, 42.5)]
    assert [value or 0 for value in line.values] == pytest.approx([0.3, 0.25, 0])
    assert line.attributes == {}


def test_a_plot_is_split_by_attributes_and_service(asked: Asked) -> None:
    query = MetricQuery("db.client.connection.count", Statistic.LAST)
    plot = asked.telemetry.plot(query, asked.window(0, 24), 12, ["service", "db.client.connection.state"])
    assert [(list(line.attributes.values()), line.values) for line in plot.series] == [
        (["payment", "idle"], [2, 4]),
        (["payment", "used"], [3, 3]),
    ]
    assert asked.telemetry.plot(MetricQuery("nope", Statistic.MEAN), asked.window(), 5).series == []


def test_a_plot_is_split_by_release(asked: Asked) -> None:
    query = MetricQuery("shop.order.stuck", Statistic.LAST)
    plot = asked.telemetry.plot(query, asked.window(0, 20), 20, ["service", "service.version"])
    assert [(list(line.attributes.values()), line.values) for line in plot.series] == [
        (["order", "0.1.0"], [5]),
        (["order", "0.2.0"], [1]),
    ]


def test_a_histogram_is_counted_by_step_and_bucket(asked: Asked) -> None:
    query = MetricQuery("shop.order.duration", Statistic.COUNT)
    found = asked.telemetry.buckets(query, asked.window(0, 60), 20)
    assert found.unit == "s"
    assert found.bounds[-1] == inf
    assert [sum(counts) for counts in found.counts] == [2, 0, 2]
    assert found.counts[0][-1] == 1, "the slow order lies in the open bucket"
    assert list(asked.telemetry.buckets(MetricQuery("nope", Statistic.COUNT), asked.window(), 20).bounds) == []


def test_the_largest_exemplar_of_each_step_is_told(asked: Asked) -> None:
    query = MetricQuery("shop.order.duration", Statistic.COUNT)
    [slow] = asked.telemetry.exemplars(query, asked.window(0, 20), 20).exemplars
    assert (slow.trace_id, slow.value) == (T1, 11)
    assert asked.window(0, 20).start <= slow.time < asked.window(0, 20).end


def test_metrics_are_listed_with_what_one_can_ask_of_them(asked: Asked) -> None:
    found = {each.name: each for each in asked.telemetry.metric_list(asked.window()).metrics}
    retries, duration, pool = found[RETRIES], found[DURATION], found["db.client.connection.count"]
    assert (retries.kind, retries.monotonic, retries.services) == ("sum", True, ("payment",))
    assert (retries.attributes, duration.attributes) == (("shop.retry.reason",), ("shop.outcome",))
    assert (duration.kind, duration.unit) == ("histogram", "s")
    assert (pool.monotonic, pool.attributes) == (False, ("db.client.connection.state",))
    assert "shop.order.duration" not in {
        each.name for each in asked.telemetry.metric_list(asked.window(20, 40)).metrics
    }
    assert {RETRIES, DURATION, "shop.order.stuck"} <= set(asked.telemetry.metric_names())
    assert {"order", "payment", "user"} - {"user"} <= set(asked.telemetry.service_names())


# Spans and traces


@pytest.mark.parametrize(
    ("query", "count"),
    [
        (SpanQuery(), 6),
        (SpanQuery(service="payment", name="connect"), 2),
        (SpanQuery(kind="server"), 2),
        (SpanQuery(kind="client", service="payment"), 2),
        (SpanQuery(status="error"), 2),
        (SpanQuery(status="unset", service="payment"), 3),
        (SpanQuery(longer_than_s=4), 3),
        (SpanQuery(longer_than_s=3.999, shorter_than_s=4.001), 1),
        (SpanQuery(shorter_than_s=4), 2),
        (SpanQuery(where={"db.system.name": "postgresql"}), 1),
        (SpanQuery(service="payment", where={"http.response.status_code": "503", "service.peer.name": "gateway"}), 1),
        (SpanQuery(where={"server.port": "5432", "slow": "true"}), 1),
        (SpanQuery(where={"slow": "false"}), 0),
        (SpanQuery(trace_id=T2), 1),
        (SpanQuery(service="nobody"), 0),
        (SpanQuery(name="connect", under=SpanQuery(service="order")), 1),
        (SpanQuery(name="connect", under=SpanQuery(service="order", name="POST /orders")), 1),
        (SpanQuery(name="connect", under=SpanQuery(service="order", name="GET /")), 0),
        (SpanQuery(service="order", under=SpanQuery(service="payment")), 0),
        (SpanQuery(name="connect", under=SpanQuery(service="payment", under=SpanQuery(service="order"))), 1),
        (SpanQuery(name="connect", under=SpanQuery(service="order", under=SpanQuery(service="payment"))), 0),
    ],
)
def test_spans_match_every_condition(asked: Asked, query: SpanQuery, count: int) -> None:
    found = asked.telemetry.spans(query, asked.window(), limit=10)
    assert (found.count, len(found.sample)) == (count, count)


def test_spans_start_within_the_window(asked: Asked) -> None:
    assert asked.telemetry.spans(SpanQuery(), asked.window(1.1, 1.3)).count == 2
    assert asked.telemetry.spans(SpanQuery(trace_id=T1), asked.window(1.1, 1.3)).count == 2


def test_the_slowest_come_first_and_keep_everything(asked: Asked) -> None:
    found = asked.telemetry.spans(SpanQuery(), asked.window(), limit=2)
    assert (found.count, [span.duration_s for span in found.sample]) == (6, [13, 12])
    (connect,) = asked.telemetry.spans(SpanQuery(name="connect", status="error"), asked.window()).sample
    assert (connect.trace_id, connect.service, connect.kind) == (T1, "payment", "client")
    assert connect.start == asked.minute.at(1.3)
    assert connect.status_message == "QueuePool limit"
    attributes = {"db.system.name": "postgresql", "db.namespace": "payment", "server.port": "5432", "slow": "true"}
    assert connect.attributes == attributes
    (event,) = connect.events
    assert (event["name"], event["attributes"]) == ("exception", {"exception.type": "TimeoutError"})
    assert datetime.fromisoformat(str(event["time"])) == asked.minute.at(1.3)


def test_traces_are_found_by_any_of_their_spans(asked: Asked) -> None:
    both = asked.telemetry.traces(SpanQuery(name="connect"), asked.window())
    assert [trace.trace_id for trace in both.traces] == [T2, T1]
    (trace,) = asked.telemetry.traces(SpanQuery(service="payment", status="error"), asked.window()).traces
    assert (trace.service, trace.name, trace.start) == ("order", "POST /orders", asked.minute.at(1))
    assert (trace.spans, trace.errors) == (5, 2)
    assert trace.duration_s == pytest.approx(13.2)
    assert len(asked.telemetry.traces(SpanQuery(), asked.window(), limit=1).traces) == 1


def test_a_trace_is_found_by_a_unique_prefix(asked: Asked) -> None:
    names = ["POST /orders", "POST", "POST /payments", "connect", "POST"]
    assert [span.name for span in asked.telemetry.trace("A1B2C3").sample] == names
    assert [span.parent_span_id is None for span in asked.telemetry.trace(T1).sample] == [True] + [False] * 4
    assert asked.telemetry.trace("a1b2c4").count == 1
    assert asked.telemetry.trace("f" * 32).count == 0


def test_a_short_prefix_is_refused(asked: Asked) -> None:
    with pytest.raises(TelemetryError, match="6 digits or more"):
        asked.telemetry.trace("a1b2c")


# Log records


@pytest.mark.parametrize(
    ("query", "seconds"),
    [
        (LogQuery(), [2, 3, 4]),
        (LogQuery(service="order"), [2, 3]),
        (LogQuery(severity="WARN"), [3]),
        (LogQuery(least_severity="WARN"), [3, 4]),
        (LogQuery(body="Database (connection) timeout\n100 %"), [4]),
        (LogQuery(body="Database (connection) timeout"), []),
        (LogQuery(body="Database .connection. timeout\n100 %"), []),
        (LogQuery(body_contains="PAYMENT"), [2, 3]),
        (LogQuery(body_contains="(Connection)"), [4]),
        (LogQuery(body_contains="100%_"), []),
        (LogQuery(where={"shop.order.id": "7"}), [4]),
        (LogQuery(where={"shop.order.id": "8"}), []),
        (LogQuery(joined_to_trace=True), [2]),
        (LogQuery(trace_id=T1), [2]),
        (LogQuery(trace_id="A1B2C3"), [2]),
        (LogQuery(service="order", severity="INFO", trace_id=T1, joined_to_trace=True), [2]),
    ],
)
def test_logs_match_every_condition_newest_last(asked: Asked, query: LogQuery, seconds: list[float]) -> None:
    found = asked.telemetry.logs(query, asked.window(0, 45))
    assert [record.time for record in found.sample] == [asked.minute.at(second) for second in seconds]
    assert found.count == len(seconds)


def test_log_records_lie_within_the_half_open_window(asked: Asked) -> None:
    for window, count in [((2, 4), 2), ((1, 3), 1), ((2.001, 4.001), 2), ((-1, 2), 1), ((2, 2), 0)]:
        found = asked.telemetry.logs(LogQuery(), asked.window(*window), limit=1)
        assert (found.count, len(found.sample)) == (count, min(count, 1))


def test_the_newest_are_kept_when_there_are_too_many(asked: Asked) -> None:
    found = asked.telemetry.logs(LogQuery(), asked.window(0, 45), limit=2)
    assert (found.count, [record.severity for record in found.sample]) == (3, ["WARN", "ERROR"])
    assert (found.sample[0].trace_id, found.sample[1].trace_id) == ("f" * 32, None)
    assert found.sample[1].attributes == {"shop.order.id": "7"}
    assert found.sample[1].body == "Database (connection) timeout\n100 %"


def test_the_volume_counts_them_by_severity_and_step(asked: Asked) -> None:
    found = asked.telemetry.log_volume(LogQuery(), asked.window(-1, 5), 2)
    assert {each.attributes["severity"]: list(each.values) for each in found.series} == {
        "INFO": [0, 1, 0],
        "WARN": [0, 0, 1],
        "ERROR": [1, 0, 1],
    }
    assert found.series[0].times[1] == asked.minute.at(1)


# The map


def test_the_map_shows_calls_as_their_callers_saw_them(asked: Asked) -> None:
    window = Window(asked.minute.began, datetime.now(UTC) + timedelta(seconds=30))
    until(lambda: len(asked.telemetry.service_map(window).edges) == 4, "the map")
    edges = {(edge.caller, edge.callee): edge for edge in asked.telemetry.service_map(window).edges}
    assert {key: (edge.kind, edge.error_ratio) for key, edge in edges.items()} == {
        (None, "order"): ("service", 0),
        ("order", "payment"): ("service", 1),
        ("payment", "postgresql payment"): ("database", 1),
        ("payment", "gateway"): ("peer", 0),
    }
    assert all(edge.calls_per_s > 0 for edge in edges.values())
    heard = asked.telemetry.service_map(window).heard
    assert all(asked.minute.began <= moment <= window.end for moment in heard.values())
    assert edges["payment", "gateway"].p95_s == pytest.approx(0.35, rel=0.5)


@pytest.mark.parametrize(("end_s", "heard_s"), [(12, 10), (22, 20), (34, 32), (59, 57)])
def test_who_goes_on_speaking_was_heard_a_moment_ago(asked: Asked, end_s: float, heard_s: float) -> None:
    window = asked.window(0, end_s)
    heard = asked.telemetry.service_map(window).heard["payment"]
    assert timedelta() <= window.end - heard <= timedelta(seconds=end_s - heard_s)


# What the SDK sends


def test_the_sdks_three_signals_lead_to_each_other(asked: Asked) -> None:
    started = datetime.now(UTC)
    trace_id = Reporting.to(asked.otlp_url, cumulative=asked.minute.cumulative).work()
    window = Window(started, started + timedelta(seconds=60))
    measured = MetricQuery("shop.login.duration", Statistic.MEAN, sdk_service.NAME, {"shop.outcome": "completed"})
    said = LogQuery(sdk_service.NAME, severity="ERROR", body=sdk_service.BODY, joined_to_trace=True)
    until(lambda: asked.telemetry.logs(said, window).count == 1, "the log record and its trace")
    until(lambda: asked.telemetry.number(measured, window).points == 1, "the metric")
    number = asked.telemetry.number(measured, window)
    assert number.value == pytest.approx(sdk_service.TOOK_S)
    assert list(number.exemplars) == [trace_id]
    (record,) = asked.telemetry.logs(said, window).sample
    (span,) = asked.telemetry.trace(trace_id).sample
    assert (record.trace_id, record.span_id) == (trace_id, span.span_id)
    assert record.attributes["shop.user.id"] == "42"
    assert sdk_service.NAME in asked.telemetry.service_names()


# Where the stack differs: its pages, and what it cannot know


@on_the_stack
def test_an_abbreviated_id_that_fits_two_traces_is_refused(asked: Asked) -> None:
    with pytest.raises(TelemetryError, match=f"Several traces start with {SHARED}: {D1}, {D2}"):
        asked.telemetry.trace(SHARED)
    with pytest.raises(TelemetryError, match="Jaeger finds older ones by all 32 digits"):
        asked.telemetry.trace("cccccc")


@pytest.mark.parametrize("asked", [STACK], indirect=True)
def test_the_store_gets_all_three_signals(asked: Asked) -> None:
    assert asked.beside is not None
    store, window = asked.beside, asked.window()
    until(lambda: store.spans(SpanQuery(), window).count == 6, "spans in the store")
    until(lambda: store.logs(LogQuery(), window).count == 5, "log records in the store")
    increase = MetricQuery(RETRIES, Statistic.INCREASE)
    until(lambda: store.number(increase, window).value == 11, "metrics in the store")


@with_loki
def test_a_refused_query_says_why_in_the_programs_own_words(asked: Asked) -> None:
    with pytest.raises(TelemetryError, match=r"Loki: .*parse"):
        asked.telemetry.logs(LogQuery(where={"": "x"}), asked.window())


@on_the_stack
def test_alerts_come_from_prometheus(asked: Asked) -> None:
    assert asked.telemetry.alerts().link.endswith("/prometheus/alerts")


@on_the_stack
def test_every_answer_has_a_page(asked: Asked) -> None:
    window = asked.window()
    assert "expr" in asked.number(RETRIES, Statistic.INCREASE).link
    slowest = asked.telemetry.spans(SpanQuery(), window, 1)
    assert slowest.link.endswith(f"/jaeger/trace/{T1}?uiFind={slowest.sample[0].span_id}")
    assert "/jaeger/search?service=nobody" in asked.telemetry.spans(SpanQuery(service="nobody"), window).link
    assert asked.telemetry.trace(T1).link.endswith(f"/jaeger/trace/{T1}")


@with_loki
def test_log_lines_have_a_page(asked: Asked) -> None:
    assert asked.telemetry.logs(LogQuery(), asked.window()).link.startswith(f"{GRAFANA}/explore?")
