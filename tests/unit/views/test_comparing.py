"""Comparisons and forecasts on the terminal."""

import json

import pytest
import typer
from typer.testing import CliRunner

from tests.unit.compare.shop import AFTER, BEFORE, Shop
from tests.unit.telemetry.duck_store import DuckStore, at
from tests.unit.views.conftest import Run
from whodunit.errors import WrongUseError
from whodunit.telemetry.store.adapter import StoreTelemetry
from whodunit.views.commands import register
from whodunit.views.desk import Desk
from whodunit.views.windows import around, window


def test_patterns_are_lines_without_their_values(store: DuckStore, run: Run) -> None:
    for second in range(5):
        store.log(f"Order {second} took {second}00 ms.", "order", second, trace_id=f"{second:032x}")
    store.log("Pool is dry.", "payment", 50, "ERROR")
    lines = run("logs", "--patterns").splitlines()
    assert [line.split() for line in lines[1:]] == [
        ["5", "12:00:00", "12:00:04", "00000000", "INFO", "order", "Order", "<*>", "took", "<*>."],
        ["1", "12:00:50", "12:00:50", "ERROR", "payment", "Pool", "is", "dry."],
    ]
    (first, _) = json.loads(run("logs", "--patterns", "--json"))["patterns"]
    assert (first["pattern"], first["lines"]) == ("Order <*> took <*>.", 5)
    assert first["evidence_id"] == f"log {0:032x} Order 0 took 000 ms."


def test_patterns_stand_beside_those_of_an_earlier_window(store: DuckStore, run: Run) -> None:
    for second in range(0, 60, 2):
        store.log("Order completed." if second < 30 else "Order failed.", "order", second)
        store.log("Page shown.", "frontend", second)
    lines = run("logs", "--compare", "-60s..-30s", "--last", "30s").splitlines()
    assert [line.split() for line in lines[1:]] == [
        ["new", "0/s", "0.5/s", "12:00:30", "INFO", "order", "Order", "failed."],
        ["gone", "0.5/s", "0/s", "12:00:00", "INFO", "order", "Order", "completed."],
        ["same", "0.5/s", "0.5/s", "12:00:30", "INFO", "frontend", "Page", "shown."],
    ]


@pytest.mark.parametrize("shown", [("--patterns",), ("--compare", "-60s..-30s")])
def test_patterns_are_not_followed(run: Run, shown: tuple[str, ...]) -> None:
    with pytest.raises(WrongUseError, match="--follow shows lines as they come"):
        run("logs", "--follow", *shown)


def test_edges_stand_beside_those_of_an_earlier_window() -> None:
    shop = Shop()
    shop.minute(BEFORE)
    shop.minute(AFTER, gateway_s=1.0, text="SELECT everything")
    lines = run_at(shop, 120, "traces", "--compare", "-2m..-1m", "--last", "1m").splitlines()
    assert [line.partition("  ")[0] for line in lines[1:]] == [
        "order SELECT everything",
        "order SELECT orders.id FROM orders WHERE id IN (?)",
        "order → gateway",
        "frontend → order POST /orders",
    ]
    assert lines[1].split()[3:9] == ["-", "→", "2", "-", "→", "0"]
    (edge,) = (
        each
        for each in json.loads(run_at(shop, 120, "traces", "--compare", "-2m..-1m", "--last", "1m", "--json"))["edges"]
        if each["callee"] == "order"
    )
    assert edge["before"]["own_s"] == pytest.approx(0.01, rel=0.1)


def test_edges_have_no_other_condition_than_a_service() -> None:
    shop = Shop()
    shop.minute(BEFORE)
    assert "gateway" not in run_at(shop, 60, "traces", "--compare", "-60s..-30s", "--service", "frontend")
    with pytest.raises(WrongUseError, match="of all services or of one"):
        run_at(shop, 60, "traces", "--compare", "-60s..-30s", "--status", "error")


def test_two_traces_stand_side_by_side_span_by_span() -> None:
    shop = Shop()
    one, other = shop.request(10), shop.request(20, statements=3, gateway_s=2)
    shop.store.log("Late.", "order", 21)
    lines = run_at(shop, 60, "trace", one, "--compare", other).splitlines()
    assert [line[:30].rstrip() for line in lines[1:]] == [
        "frontend GET /page",
        "  frontend POST",
        "    order POST /orders",
        "      order SELECT orders.id F",
        "      order POST → gateway",
    ]
    assert "1 → 3" in lines[4]
    (gateway,) = (
        step
        for step in json.loads(run_at(shop, 60, "trace", one, "--compare", other, "--json"))["steps"]
        if "gateway" in step["name"]
    )
    assert gateway["other"]["own_s"] - gateway["one"]["own_s"] > 1


def test_a_forecast_is_an_interval_in_words(store: DuckStore, run: Run) -> None:
    for second in range(0, 60, 5):
        store.gauge("system.filesystem.utilization", "order", second, 0.4 + second / 200, unit="1")
    *_, told, how = run("forecast", "system.filesystem.utilization", "--limit", "100%", "--last", "1m").splitlines()
    assert told == (
        "It is 67.5 % now, and moves by +30.0 % a minute: it reaches 100 % in 1m00s to 1m00s (12:02:00 to 12:02:00)."
    )
    assert "12 points" in how
    assert "season" in how


def test_what_does_not_grow_reaches_nothing(store: DuckStore, run: Run) -> None:
    for second in range(0, 60, 5):
        store.gauge("shop.order.stuck", "order", second, 3)
    assert "cannot be told" in run("forecast", "shop.order.stuck", "--limit", "10", "--last", "1m")
    document = json.loads(run("forecast", "shop.order.stuck", "--limit", "10", "--last", "1m", "--json"))
    assert (document["verdict"], document["expected"]) == ("flat", None)
    assert "a line needs 10" in run("forecast", "shop.order.stuck", "--limit", "10", "--last", "20s")


def test_a_limit_is_a_number(run: Run) -> None:
    with pytest.raises(WrongUseError, match="no number"):
        run("forecast", "shop.order.stuck", "--limit", "full")


NOW = at(3600)


@pytest.mark.parametrize(
    ("text", "start_s", "end_s"),
    [
        ("-10m..-5m", 3000, 3300),
        ("-30s..now", 3570, 3600),
        ("-30s..", 3570, 3600),
        ("2026-11-21T12:10:00Z..2026-11-21T12:11:00Z", 600, 660),
    ],
)
def test_a_window_is_two_moments(text: str, start_s: float, end_s: float) -> None:
    found = window(text, NOW)
    assert (found.start, found.end) == (at(start_s), at(end_s))


@pytest.mark.parametrize("text", ["-5m", "-5m..-10m", "soon..now"])
def test_what_is_no_window_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(WrongUseError) as error:
        window(text, NOW)
    assert "14:03" in f"{error.value.hint}"


def test_around_a_moment_both_windows_are_as_long() -> None:
    before, after = around("-5m", None, NOW)
    assert (before.start, before.end, after.start, after.end) == (at(3000), at(3300), at(3300), at(3600))
    assert around("-5m", "1m", NOW)[0].start == at(3240)
    with pytest.raises(WrongUseError, match="not over yet"):
        around("now", None, NOW)


def run_at(shop: Shop, second: float, *arguments: str) -> str:
    app = typer.Typer()
    register(app)
    at_desk = Desk(StoreTelemetry(shop.store), shop.store, lambda: at(second))
    result = CliRunner().invoke(app, arguments, obj=at_desk, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output
