from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.unit.views.drawing import drawn
from whodunit.telemetry.answers import Edge, ServiceMap
from whodunit.views.service_map import service_map

NOW = datetime(2026, 11, 29, 14, 3, 40, tzinfo=UTC)


def names(*edges: Edge) -> list[str]:
    """The tree without its numbers."""
    lines = drawn(service_map(ServiceMap(edges, "", {}), NOW)).splitlines()
    numbers = lines[0].index("calls/s") if edges else 0
    return [line[: numbers - 1].rstrip() for line in lines[1:]]


def edge(caller: str | None, callee: str, kind: str = "service") -> Edge:
    return Edge(caller, callee, 8.0, 0.125, 1.5, kind)


def test_the_map_is_a_tree_from_the_entry_down() -> None:
    assert names(
        edge(None, "frontend"),
        edge("frontend", "order"),
        edge("frontend", "user"),
        edge("order", "payment"),
        edge("payment", "gateway", "peer"),
    ) == [
        "outside",
        "└ frontend",
        "  ├ order",
        "  │ └ payment",
        "  │   └ gateway (no telemetry of its own)",
        "  └ user",
    ]


def test_what_a_service_calls_is_told_once() -> None:
    assert names(
        edge(None, "frontend"),
        edge("frontend", "recommendation"),
        edge("frontend", "product-catalog"),
        edge("recommendation", "product-catalog"),
        edge("product-catalog", "sqlite p.db", "database"),
    ) == [
        "outside",
        "└ frontend",
        "  ├ recommendation",
        "  │ └ product-catalog",
        "  │   └ sqlite p.db",
        "  └ product-catalog …",
    ]


def test_callers_that_nobody_calls_and_circles_are_shown_too() -> None:
    assert names(edge("loadgen", "frontend"), edge("a", "b"), edge("b", "a")) == [
        "loadgen",
        "└ frontend",
        "a",
        "└ b",
        "  └ a …",
    ]


def test_an_edge_has_its_numbers() -> None:
    line = drawn(service_map(ServiceMap([edge(None, "frontend")], "", {}), NOW)).splitlines()[2]
    assert line.split() == ["└", "frontend", "8.0", "12.5", "%", "1.50s"]


def test_a_long_wait_for_a_connection_is_not_told_as_the_databases_time() -> None:
    database = edge("payment", "sqlite p.db", "database")
    note = "(wait for a connection)"
    assert note in names(replace(database, waiting_ratio=0.75))[1]
    assert note not in names(replace(database, waiting_ratio=0.75, p95_s=0.001))[1]
    assert note not in names(replace(database, waiting_ratio=0.25))[1]


def test_the_busiest_root_comes_first() -> None:
    stray = Edge(None, "frontend", 0.05, 0.0, 0.1)
    assert names(stray, edge("load-generator", "frontend"), edge("frontend", "order")) == [
        "load-generator",
        "└ frontend",
        "  └ order",
        "outside",
        "└ frontend …",
    ]


def test_a_chain_of_a_thousand_services_is_drawn() -> None:
    chain = [Edge(f"s{depth}" if depth else None, f"s{depth + 1}", 1.0, 0.0, 0.1) for depth in range(1_000)]
    drawing = drawn(service_map(ServiceMap(chain, "", {}), NOW)).splitlines()
    assert [f" s{depth} " in line for depth, line in enumerate(drawing[2:], 1)] == [True] * 1_000


def test_a_service_that_is_no_longer_heard_is_told_from_one_that_never_was() -> None:
    called = [edge("order", "payment", "peer"), edge("order", "gateway", "peer"), edge("order", "token", "peer")]
    silent_since = NOW - timedelta(seconds=20)
    heard = {"order": NOW - timedelta(seconds=50), "payment": silent_since, "token": NOW}
    lines = drawn(service_map(ServiceMap(called, "", heard), NOW)).splitlines()[1:]
    assert [line.partition(" (")[2].partition(")")[0] for line in lines] == [
        "",
        f"silent since {silent_since.astimezone():%H:%M:%S}",
        "no telemetry of its own",
        "has answered none",
    ]
