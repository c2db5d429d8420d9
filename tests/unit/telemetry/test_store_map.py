import pytest

from tests.unit.telemetry.duck_store import MINUTE, DuckStore, at
from whodunit.telemetry.answers import Edge
from whodunit.telemetry.store.adapter import StoreTelemetry


def call(store: DuckStore, caller: str, callee: str, start_s: float, duration_s: float, **fields: str) -> None:
    """A client span and the server span that answers it a little faster."""
    trace_id = f"{int(start_s * 1000):032x}"
    peer = {"service.peer.name": callee}
    parent = store.span("GET", caller, start_s, duration_s, kind="client", attributes=peer, trace_id=trace_id, **fields)
    store.span("GET /", callee, start_s, duration_s / 2, kind="server", parent_span_id=parent, trace_id=trace_id)


def edges(telemetry: StoreTelemetry) -> dict[tuple[str | None, str], Edge]:
    return {(edge.caller, edge.callee): edge for edge in telemetry.service_map(MINUTE).edges}


def test_an_edge_is_what_the_caller_saw(store: DuckStore, telemetry: StoreTelemetry) -> None:
    for second in range(9):
        call(store, "order", "payment", second, 1.0)
    call(store, "order", "payment", 30, 10.0, status="error")
    edge = edges(telemetry)["order", "payment"]
    assert (edge.kind, edge.error_ratio) == ("service", 0.1)
    assert edge.calls_per_s == pytest.approx(10 / 60)
    assert edge.p95_s == pytest.approx(5.95)


def test_a_peer_that_never_answered_is_on_the_same_edge(store: DuckStore, telemetry: StoreTelemetry) -> None:
    call(store, "order", "payment", 1, 1.0)
    store.span("POST", "order", 2, 1, kind="client", status="error", attributes={"service.peer.name": "payment"})
    (edge,) = (edge for (caller, _), edge in edges(telemetry).items() if caller == "order")
    assert (edge.callee, edge.kind, edge.error_ratio) == ("payment", "service", 0.5)


def test_external_peers_and_databases_are_known_from_their_callers(store: DuckStore, telemetry: StoreTelemetry) -> None:
    store.span("POST", "payment", 1, 0.35, kind="client", attributes={"service.peer.name": "payment-gateway"})
    database = {"db.system.name": "sqlite", "db.namespace": "payment.db"}
    store.span("connect", "payment", 1, 4, kind="client", attributes=database)
    found = edges(telemetry)
    assert found["payment", "payment-gateway"].kind == "peer"
    assert found["payment", "sqlite payment.db"].kind == "database"


def test_a_databases_time_is_told_from_the_wait_for_a_connection(store: DuckStore, telemetry: StoreTelemetry) -> None:
    database = {"db.system.name": "sqlite", "db.namespace": "payment.db"}
    store.span("connect", "payment", 1, 3, kind="client", attributes=database)
    store.span("SELECT payment.db", "payment", 4, 1, kind="client", attributes=database)
    call(store, "order", "payment", 1, 1.0)
    found = edges(telemetry)
    assert found["payment", "sqlite payment.db"].waiting_ratio == 0.75
    assert found["order", "payment"].waiting_ratio == 0


def test_what_enters_the_shop_has_no_caller(store: DuckStore, telemetry: StoreTelemetry) -> None:
    store.span("GET /", "frontend", 1, 0.1, kind="server", parent_span_id="f" * 16)
    store.span("GET /", "frontend", 2, 0.1, kind="server")
    call(store, "frontend", "order", 3, 0.1)
    found = edges(telemetry)
    assert [key for key in found if key[0] is None] == [(None, "frontend")]


def test_a_callee_whose_caller_is_still_on_its_way_is_no_entry(store: DuckStore, telemetry: StoreTelemetry) -> None:
    store.span("POST /orders", "order", 52, 0.1, kind="server", parent_span_id="f" * 16)
    assert edges(telemetry) == {}
    store.span("GET /", "frontend", 52, 0.1, kind="server")
    assert list(edges(telemetry)) == [(None, "frontend")]


def test_rates_count_from_the_first_call_when_the_window_is_older(store: DuckStore, telemetry: StoreTelemetry) -> None:
    for tenth in range(100):
        store.span("GET /", "frontend", 40 + tenth / 10, 0.01, kind="server")
    assert edges(telemetry)[None, "frontend"].calls_per_s == pytest.approx(5.0)


def test_the_query_it_names_gives_the_same_edges(store: DuckStore, telemetry: StoreTelemetry) -> None:
    call(store, "order", "payment", 1, 1.0)
    service_map = telemetry.service_map(MINUTE)
    assert len(store.sql(service_map.query).rows) == len(service_map.edges) == 1


def test_a_service_that_has_stopped_is_known_by_when_it_was_heard_last(
    store: DuckStore, telemetry: StoreTelemetry
) -> None:
    call(store, "order", "payment", 1, 1.0)
    store.log("The service ends.", "payment", 20)
    store.gauge("process.thread.count", "order", 58, 3)
    store.gauge("process.thread.count", "payment", 61, 3)
    assert telemetry.service_map(MINUTE).heard == {"order": at(58), "payment": at(20)}
