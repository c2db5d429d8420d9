import pytest

from tests.unit.telemetry.duck_store import MINUTE, DuckStore, at
from whodunit.telemetry.port import TelemetryError
from whodunit.telemetry.questions import EventQuery, LogQuery, SpanQuery
from whodunit.telemetry.store.adapter import StoreTelemetry

T1, T2 = "a1b2c3" + "0" * 26, "a1b2c4" + "0" * 26


@pytest.fixture
def checkout(store: DuckStore) -> DuckStore:
    """order → payment → a connection that never comes; and a second trace where payment is called by nobody."""
    root = store.span("POST /orders", "order", 1, 12, trace_id=T1, kind="server")
    call = store.span("POST", "order", 1.1, 10.5, trace_id=T1, parent_span_id=root, kind="client", status="error")
    paid = store.span("POST /payments", "payment", 1.2, 13, trace_id=T1, parent_span_id=call, kind="server")
    store.span(
        "connect",
        "payment",
        1.3,
        4,
        trace_id=T1,
        parent_span_id=paid,
        kind="client",
        status="error",
        status_message="QueuePool limit",
        attributes={"db.system.name": "sqlite"},
        events=[{"name": "exception", "time": "2026-11-21T12:00:05Z", "attributes": {"exception.type": "X"}}],
    )
    store.span("connect", "payment", 30, 0.001, trace_id=T2, kind="client")
    return store


@pytest.mark.parametrize(
    ("query", "count"),
    [
        (SpanQuery(), 5),
        (SpanQuery(service="payment", name="connect"), 2),
        (SpanQuery(kind="server"), 2),
        (SpanQuery(status="error"), 2),
        (SpanQuery(longer_than_s=4), 3),
        (SpanQuery(shorter_than_s=4), 1),
        (SpanQuery(where={"db.system.name": "sqlite"}), 1),
        (SpanQuery(trace_id=T2), 1),
        (SpanQuery(status_message="QueuePool limit"), 1),
        (SpanQuery(status_message="QueuePool"), 0),
        (SpanQuery(event=EventQuery("exception")), 1),
        (SpanQuery(event=EventQuery("exception", {"exception.type": "X"})), 1),
        (SpanQuery(event=EventQuery("exception", {"exception.type": "Y"})), 0),
        (SpanQuery(event=EventQuery("retry")), 0),
        (SpanQuery(event=EventQuery("exception"), under=SpanQuery(service="order")), 1),
        (SpanQuery(status="error", under=SpanQuery(service="order", status_message="no")), 0),
        (SpanQuery(name="connect", under=SpanQuery(service="order")), 1),
        (SpanQuery(name="connect", under=SpanQuery(service="order", name="POST /orders")), 1),
        (SpanQuery(name="connect", under=SpanQuery(service="order", name="GET /")), 0),
        (SpanQuery(service="order", under=SpanQuery(service="payment")), 0),
        (SpanQuery(name="connect", under=SpanQuery(service="payment", under=SpanQuery(service="order"))), 1),
        (SpanQuery(name="connect", under=SpanQuery(service="order", under=SpanQuery(service="payment"))), 0),
    ],
)
def test_spans_match_every_condition(
    checkout: DuckStore, telemetry: StoreTelemetry, query: SpanQuery, count: int
) -> None:
    found = telemetry.spans(query, MINUTE, limit=10)
    assert (found.count, len(found.sample)) == (count, count)
    assert len(checkout.sql(found.query).rows) == count


def test_the_slowest_come_first_and_keep_everything(checkout: DuckStore, telemetry: StoreTelemetry) -> None:
    found = telemetry.spans(SpanQuery(), MINUTE, limit=2)
    assert (found.count, [span.duration_s for span in found.sample]) == (5, [13, 12])
    (connect,) = telemetry.spans(SpanQuery(name="connect", status="error"), MINUTE).sample
    assert connect.start == at(1.3)
    assert connect.status_message == "QueuePool limit"
    assert connect.attributes == {"db.system.name": "sqlite"}
    assert connect.events[0]["name"] == "exception"


def test_traces_are_found_by_any_of_their_spans(checkout: DuckStore, telemetry: StoreTelemetry) -> None:
    both = telemetry.traces(SpanQuery(name="connect"), MINUTE)
    assert [trace.trace_id for trace in both.traces] == [T2, T1]
    (trace,) = telemetry.traces(SpanQuery(service="payment", status="error"), MINUTE).traces
    assert (trace.service, trace.name, trace.start) == ("order", "POST /orders", at(1))
    assert (trace.spans, trace.errors) == (4, 2)
    assert trace.duration_s == pytest.approx(13.2)
    assert len(telemetry.traces(SpanQuery(), MINUTE, limit=1).traces) == 1
    assert len(checkout.sql(both.query).rows) == 2


def test_a_trace_is_found_by_a_unique_prefix(checkout: DuckStore, telemetry: StoreTelemetry) -> None:
    assert [span.name for span in telemetry.trace("A1B2C3").sample] == [
        "POST /orders",
        "POST",
        "POST /payments",
        "connect",
    ]
    assert telemetry.trace(T2).count == 1
    assert telemetry.trace("ffffff").count == 0


def test_an_ambiguous_or_short_prefix_is_refused(checkout: DuckStore, telemetry: StoreTelemetry) -> None:
    checkout.span("x", "order", 1, 1, trace_id="a1b2c3ff" + "0" * 24)
    with pytest.raises(TelemetryError, match=f"Several traces start with a1b2c3: {T1}, a1b2c3ff"):
        telemetry.trace("a1b2c3")
    with pytest.raises(TelemetryError, match="6 digits or more"):
        telemetry.trace("a1b2c")


def test_attributes_of_events_and_links_are_text(store: DuckStore, telemetry: StoreTelemetry) -> None:
    attributes = {"text": "1", "number": 1, "truth": True}
    event, link = {"name": "e", "time": "", "attributes": attributes}, {"trace_id": "t", "attributes": attributes}
    store.span("work", "order", 1, 1, events=[event], links=[link])
    [span] = telemetry.spans(SpanQuery(event=EventQuery("e", {"number": "1", "truth": "true"})), MINUTE).sample
    for each in (*span.events, *span.links):
        assert each["attributes"] == {"text": "1", "number": "1", "truth": "true"}


def test_releases_are_those_that_told_of_themselves_within_the_window(store: DuckStore) -> None:
    store.span("early", "payment", -9, 0.1, release="0.1.0")
    store.span("GET /", "payment", 1, 0.1, release="0.2.0", trace_id=T1)
    store.log("Said.", "order", 2, release="0.3.0")
    store.log("Said.", "payment", 3, release="0.3.0")
    telemetry = StoreTelemetry(store)
    assert telemetry.releases(MINUTE) == {"order": ["0.3.0"], "payment": ["0.2.0", "0.3.0"]}
    assert [span.release for span in telemetry.trace(T1).sample] == ["0.2.0"]
    assert [record.release for record in telemetry.logs(LogQuery(), MINUTE).sample] == ["0.3.0", "0.3.0"]
