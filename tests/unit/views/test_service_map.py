import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.unit.views.drawing import drawn
from whodunit.telemetry.answers import Edge, ServiceMap
from whodunit.telemetry.questions import Window
from whodunit.views.service_details import Details, Release, Route
from whodunit.views.service_map import service_map

NOW = datetime(2026, 11, 29, 14, 3, 40, tzinfo=UTC)
NOTHING = Details()


def rows(edges: Sequence[Edge], seen: Details = NOTHING, heard: dict[str, datetime] | None = None) -> list[str]:
    """The lines below the headings."""
    window = Window(NOW - timedelta(seconds=35), NOW)
    return drawn(service_map(ServiceMap(edges, "", heard or {}), seen, window), 120).splitlines()[1:]


def names(*edges: Edge) -> list[str]:
    """The tree without its numbers."""
    return [re.sub(r"(  +[0-9].*)?$", "", line) for line in rows(edges)]


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
        "  └ product-catalog (its calls: above)",
    ]


def test_callers_that_nobody_calls_and_circles_are_shown_too() -> None:
    assert names(edge("loadgen", "frontend"), edge("a", "b"), edge("b", "a")) == [
        "loadgen",
        "└ frontend",
        "a",
        "└ b",
        "  └ a (its calls: above)",
    ]


def test_an_edge_has_its_numbers() -> None:
    line = rows([edge(None, "frontend")])[1]
    assert line.split() == ["└", "frontend", "8.0", "12.5", "%", "1.50s"]


def test_a_long_wait_for_a_connection_is_not_told_as_the_databases_time() -> None:
    database = edge("payment", "sqlite p.db", "database")
    note = "(wait for a connection)"
    _, line, meaning, *_ = names(replace(database, waiting_ratio=0.75))
    assert note in line
    assert meaning.startswith("wait for a connection: ")
    assert note not in names(replace(database, waiting_ratio=0.75, p95_s=0.001))[1]
    assert note not in names(replace(database, waiting_ratio=0.25))[1]


def test_the_busiest_root_comes_first() -> None:
    stray = Edge(None, "frontend", 0.05, 0.0, 0.1)
    assert names(stray, edge("load-generator", "frontend"), edge("frontend", "order")) == [
        "load-generator",
        "└ frontend",
        "  └ order",
        "outside",
        "└ frontend (its calls: above)",
    ]


def test_a_chain_of_a_thousand_services_is_drawn() -> None:
    chain = [Edge(f"s{depth}" if depth else None, f"s{depth + 1}", 1.0, 0.0, 0.1) for depth in range(1_000)]
    assert [f" s{depth} " in line for depth, line in enumerate(rows(chain)[1:], 1)] == [True] * 1_000


def test_the_heading_tells_the_window() -> None:
    window = Window(NOW - timedelta(seconds=35), NOW)
    heading = drawn(service_map(ServiceMap([edge(None, "frontend")], "", {}), NOTHING, window)).splitlines()[0]
    begin, end = (f"{moment.astimezone():%H:%M:%S}" for moment in (window.start, window.end))
    assert heading.startswith(f"who calls whom, {begin} to {end} ")


def test_releases_stand_below_their_service_when_there_are_several() -> None:
    releases = [Release("0.1.0", 0.75, 0.0, 0.1), Release("0.2.0", 0.25, 0.5, 0.2)]
    seen = Details({"frontend": [Release("0.1.0", 1, 0, 0.1)], "order": releases})
    edges = [edge(None, "frontend"), edge("frontend", "order"), edge("order", "payment"), edge("payment", "order")]
    found = rows(edges, seen)
    assert [line.split("  ")[0] if "release" not in line else line for line in found[:2]] == ["outside", "└ frontend"]
    assert [" ".join(line.split()) for line in found[3:5]] == [
        "│ release 0.1.0 75.0 % 0 % 100ms",
        "│ release 0.2.0 25.0 % 50.0 % 200ms",
    ]
    assert sum("release 0." in line for line in found) == 2
    assert "--by service.version --service order" in " ".join(found[-2:])


def test_a_route_that_is_much_slower_than_its_edge_is_named() -> None:
    calls = [Edge(None, "product-catalog", 8.0, 0.0, 0.047)]
    for p95_s, named in ((1.1, True), (0.2, False)):
        found = rows(calls, Details(slowest_route={"product-catalog": Route("GET /products", p95_s)}))
        assert any("slowest: GET /products" in line and "1.10s" in line for line in found) is named


def test_a_late_event_loop_is_named_and_not_the_database_that_looks_slow_to_it() -> None:
    database = replace(edge("order", "sqlite o.db", "database"), waiting_ratio=0.75)
    calls = [edge(None, "order"), database]
    found = rows(calls, Details(event_loop_lag_s={"order": 0.5}))
    assert "└ order (event loop late: p95 500ms)" in found[1]
    assert found[3].startswith("event loop late: ")
    assert "wait for a connection" not in " ".join(found)
    assert "late" not in " ".join(rows(calls, Details(event_loop_lag_s={"order": 0.02})))


def test_a_service_that_is_no_longer_heard_is_told_from_one_that_never_was() -> None:
    called = [edge("order", "payment", "peer"), edge("order", "gateway", "peer"), edge("order", "token", "peer")]
    silent_since = NOW - timedelta(seconds=20)
    heard = {"order": NOW - timedelta(seconds=50), "payment": silent_since, "token": NOW}
    lines = rows(called, heard=heard)
    assert [line.partition(" (")[2].partition(")")[0] for line in lines] == [
        "",
        f"silent since {silent_since.astimezone():%H:%M:%S}",
        "no telemetry of its own",
        "has answered none",
    ]
