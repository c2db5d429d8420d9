"""Nothing is lost that a queue can hold, whatever goes away for a minute, on a busy shop."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from time import monotonic, sleep, time
from typing import Any

import httpx
import pytest

from tests.stack.harness.stack import NativeStack, native_stack
from whodunit.telemetry.questions import LogQuery, Window
from whodunit.telemetry.stack.loki import MOST_LINES

Json = dict[str, Any]

pytestmark = pytest.mark.stack

LOAD = ("--journey", "buy=4", "--journey", "browse=1", "--for", "15m")
AWAY_S = 60.0
ARRIVES_WITHIN_S = 90.0
EXPORTER_WARNS = "encountered while exporting spans batch, retrying in"
WAY_OF_AN_ORDER = {"frontend", "order", "payment", "inventory"}


@pytest.fixture(scope="module")
def busy() -> Iterator[NativeStack]:
    """A stack under load, apart from the one that others look at."""
    with native_stack() as stack:
        stack.start()
        stack.whodunit("load", "start", *LOAD)
        eventually(lambda: len(orders(stack)) > 10, "the first orders", 30)
        yield stack


def eventually(holds: Callable[[], bool], what: str, within_s: float = ARRIVES_WITHIN_S) -> None:
    """Wait until it holds; fail with its name when it does not in time."""
    give_up_at = monotonic() + within_s
    while not holds():
        assert monotonic() < give_up_at, f"{what}: not within {within_s:g} s"
        sleep(0.5)


def let_pass(seconds: float) -> None:
    """The outage lasts; that is the condition under test."""
    over_at = monotonic() + seconds
    eventually(lambda: monotonic() >= over_at, "time passes", seconds + 5)


def get(stack: NativeStack, path: str, **parameters: str) -> Json:
    answer: Json = httpx.get(stack.entry_url + path, params=parameters, timeout=20, trust_env=False).json()
    return answer


def orders(stack: NativeStack, since: float = 0.0, until: float | None = None) -> set[int]:
    """Orders by number that were taken in this time and completed, as the database has them."""
    end = "" if until is None else f" and created_at_ms < {until * 1000:.0f}"
    statement = f"select number from orders where status = 'completed' and created_at_ms >= {since * 1000:.0f}{end}"
    return {int(row) for row in stack.rows("order", statement)}


def number(stack: NativeStack, query: str) -> float:
    """The value of a PromQL query; 0 when there is none."""
    result = get(stack, "/prometheus/api/v1/query", query=query)["data"]["result"]
    return float(result[0]["value"][1]) if result else 0.0


def numbers_in_traces(stack: NativeStack, since: float) -> set[int]:
    """Orders by number of which Jaeger has the whole trace, through every service."""
    window = {"start": f"{since * 1e6:.0f}", "end": f"{time() * 1e6:.0f}", "limit": "1500"}
    traces = get(stack, "/jaeger/api/traces", service="order", operation="process order", **window)["data"]
    whole = [trace for trace in traces if services_in(trace) >= WAY_OF_AN_ORDER]
    tags = [tag for trace in whole for span in trace["spans"] for tag in span["tags"]]
    return {int(tag["value"]) for tag in tags if tag["key"] == "shop.order.number"}


def services_in(trace: Json) -> set[str]:
    return {process["serviceName"] for process in trace["processes"].values()}


def numbers_in_logs(stack: NativeStack, since: float) -> set[int]:
    """Orders by number of whose end there is a line."""
    window = Window(datetime.fromtimestamp(since, UTC), datetime.now(UTC))
    with closing(stack.telemetry()) as telemetry:
        lines = telemetry.logs(LogQuery(service="order"), window, MOST_LINES).sample
    return {int(line.attributes["shop.order.number"]) for line in lines if "shop.order.number" in line.attributes}


def test_a_minute_without_collector_loses_no_span_and_no_line(busy: NativeStack) -> None:
    since = time()
    busy["otel-collector"].stop()
    let_pass(AWAY_S)
    back = time()
    busy.restart("otel-collector")
    wanted = orders(busy, since, back)
    assert len(wanted) > AWAY_S, "the shop sold on"
    assert EXPORTER_WARNS in busy["order"].log.read_text()
    eventually(lambda: not wanted - numbers_in_traces(busy, since), "the whole trace of every order")
    eventually(lambda: not wanted - numbers_in_logs(busy, since), "a line of every order")
    assert number(busy, "sum(shop_telemetry_dropped_total)") == 0


@pytest.mark.parametrize("backend", ["prometheus", "jaeger", "logs"])
def test_a_killed_backend_gets_what_the_queue_held(backend: str, busy: NativeStack) -> None:
    name = busy.log_store if backend == "logs" else backend
    busy[name].kill()
    since = time()
    let_pass(15)
    back = time()
    busy.restart(name)
    wanted = orders(busy, since, back)
    assert len(wanted) > 15
    eventually(lambda: arrived(busy, name, wanted, since), f"{name} has it all")


def arrived(stack: NativeStack, name: str, wanted: set[int], since: float) -> bool:
    if name == "jaeger":
        return not wanted - numbers_in_traces(stack, since)
    if name == stack.log_store:
        return not wanted - numbers_in_logs(stack, since)
    # What was counted while Prometheus was away: points of that time, not only the sum afterwards.
    points = 'sum(count_over_time(shop_order_results_total{shop_outcome="completed"}[15s] @ ' + f"{since + 15:.0f}))"
    return number(stack, points) >= 2


def test_services_outlive_a_restart_of_their_database(busy: NativeStack) -> None:
    services = ["order", "payment", "inventory", "database", "token", "product-catalog"]
    before = {name: busy[name].pid for name in services}
    busy.restart("postgres")
    back = time()
    eventually(lambda: len(orders(busy, back)) > 20, "orders go on")
    assert {name: busy[name].pid for name in services} == before


def test_after_all_that_the_books_are_right(busy: NativeStack) -> None:
    busy.whodunit("load", "stop")
    report = busy.json("audit", "--settle", "60s", check=False)
    assert report["orders"] > 100
    wrong = {key: report[key] for key in ("lost", "double_charged", "stock_difference", "stuck")}
    assert wrong == {"lost": 0, "double_charged": 0, "stock_difference": 0, "stuck": 0}
