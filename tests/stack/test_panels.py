"""Every panel's and every rule's question has an answer on the real programs, in health and while checkouts hang."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep, time
from typing import Any

import httpx
import pytest
from ruamel.yaml import YAML

from tests.stack.asked import until
from tests.stack.harness.stack import NativeStack
from tests.stack.panel_queries import RATE_INTERVAL, Asked
from tests.stack.tools import location
from tests.unit.grafana.panels import Panel, panels
from whodunit.load.standing import LIGHT
from whodunit.telemetry.questions import LogQuery, Window

PANELS = panels()
SERVICE = "payment"
"""Chosen on the dashboard Service: it has everything, peers, connections and work."""

CONTRIB = "the receiver is only in the contrib distribution of the Collector"
BROWSERS = "nobody looks with a browser"
FIRST_FAILURE = "the Collector counts from the first failure on"
EMPTY_IN_HEALTH = {
    "start-here: Alerts": "nothing alerts",
    "start-here: What services complain of": "nobody complains",
    "service: Log lines": f"{SERVICE} speaks when it has trouble",
    "checkout: Calls on the way that fail": "none fails",
    "login: Calls on the way that fail": "none fails",
    "pipeline: What the Collector says": "it speaks when it starts, and when it has trouble",
    "pipeline: Not taken by a backend": FIRST_FAILURE,
    "pipeline: Not even queued": FIRST_FAILURE,
    "volume: Receipts that cannot be written": "there is room",
    "volume: What the backup and order say": "the backup is not due",
    "browsers: Time until a page shows what it is about": BROWSERS,
    "browsers: Time until a page reacts": BROWSERS,
    "browsers: How far a page moves": BROWSERS,
    "browsers: Time until the first byte": BROWSERS,
    "browsers: Time until a page shows anything": BROWSERS,
    "browsers: Time until a page is loaded": BROWSERS,
    "browsers: Pages that are looked at": BROWSERS,
    "browsers: Visits of the load generator's browser": BROWSERS,
    "browsers: Browsers that run": BROWSERS,
    "browsers: Memory of the load generator's browser": BROWSERS,
    "browsers: What the load generator says": "it speaks when load begins",
    "postgresql: Connections by database": CONTRIB,
    "postgresql: Commits": CONTRIB,
    "postgresql: Rollbacks": CONTRIB,
    "postgresql: Rows written": CONTRIB,
    "postgresql: Reads answered from memory": CONTRIB,
    "postgresql: Rows that wait to be cleared": CONTRIB,
    "postgresql: Size on disk": CONTRIB,
    "postgresql: Use of indexes": CONTRIB,
}
"""Panels without an answer in health, and why."""

SHOWS_THE_INCIDENT = {
    "start-here: Alerts",
    "start-here: What services complain of",
    "service: Log lines",
    "checkout: Calls on the way that fail",
}
"""Of these, those that must have one while checkouts hang."""

UNVISITED = "history-latency"
"""An objective of pages that nobody asks for in health: there is nothing to take a share of."""

ASKED = [
    pytest.param(panel, marks=[pytest.mark.stack("loki")] if panel.asks_loki else [], id=str(panel)) for panel in PANELS
]
"""Those that ask for log lines need a Loki to ask."""

ALERTING = {"CheckoutErrorBudgetBurn", "OrdersStuckInProcessing"}

RATES = {"buy": 10, "browse": 1, "search": 0.5, "log_in": 0.5, "sign_up": 0.1}
LOAD = (*(part for journey, rate in RATES.items() for part in ("--journey", f"{journey}={rate}")), "--for", "5m")
FAULT = "payment-pool-exhaustion"
BUSY_WITHIN_S = 60.0
SHOWN_WITHIN_S = 90.0


def eventually(empty: Callable[[], list[Any]], within_s: float) -> list[Any]:
    """What is still empty when the time is over; nothing as soon as nothing is."""
    give_up_at = monotonic() + within_s
    while (missing := empty()) and monotonic() < give_up_at:
        sleep(1)
    return missing


@pytest.fixture(scope="module")
def busy(stack: NativeStack) -> Iterator[NativeStack]:
    """The stack under the load of the scenario, and under the light one again at the end."""
    stack.whodunit("load", "start", *LOAD)
    yield stack
    httpx.put(f"{stack.entry_url}/lab/load", json=LIGHT, timeout=30, trust_env=False).raise_for_status()


@pytest.fixture(scope="module")
def health(busy: NativeStack) -> Iterator[Asked]:
    """What is answered once the shop has been busy for a while."""
    with Asked(busy.entry_url, time() - 5, {"service": SERVICE}) as asked:
        can_ask = [panel for panel in PANELS if busy.log_store == "loki" or not panel.asks_loki]
        required = [panel for panel in can_ask if str(panel) not in EMPTY_IN_HEALTH]
        eventually(lambda: [panel for panel in required if asked.empty(panel)], BUSY_WITHIN_S)
        yield asked


@pytest.fixture(scope="module")
def incident(busy: NativeStack, health: Asked) -> Iterator[Asked]:
    """What is answered while checkouts hang; the shop is well again at the end."""
    with Asked(busy.entry_url, time(), {"service": SERVICE}) as asked:
        busy.whodunit("fault", "set", FAULT, "on", "--for", "4m")
        eventually(lambda: sorted(ALERTING - firing(asked)), SHOWN_WITHIN_S)
        yield asked
        busy.whodunit("fault", "clear")
        eventually(lambda: sorted(firing(asked)), SHOWN_WITHIN_S)


def firing(asked: Asked) -> set[str]:
    return {each["metric"]["alertname"] for each in asked.now('ALERTS{alertstate="firing"}')}


@pytest.mark.stack("promtool")
def test_prometheus_reads_every_question() -> None:
    exprs = {target.expr for panel in PANELS for target in panel.targets if target.source == "prometheus"}
    refused = {}
    for expr in exprs:
        filled = expr.replace("$__rate_interval", RATE_INTERVAL)
        command = [str(location.program("promtool")), "promql", "format", "--experimental", filled]
        ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
        if ended.returncode:
            refused[expr] = ended.stderr
    assert refused == {}


@pytest.mark.stack
@pytest.mark.parametrize("panel", ASKED)
def test_a_panel_in_health(panel: Panel, health: Asked) -> None:
    empty = health.empty(panel)
    assert str(panel) in EMPTY_IN_HEALTH or empty == []


@pytest.mark.stack
@pytest.mark.parametrize("panel", ASKED)
def test_a_panel_while_checkouts_hang(panel: Panel, incident: Asked) -> None:
    empty = incident.empty(panel)
    assert str(panel) in EMPTY_IN_HEALTH.keys() - SHOWS_THE_INCIDENT or empty == []


@pytest.mark.stack
def test_points_lead_to_traces(health: Asked) -> None:
    exprs = {target.expr for panel in PANELS for target in panel.targets if target.exemplar}
    without = [expr for expr in sorted(exprs) if not health.exemplars(expr)]
    assert without == []


@pytest.mark.stack
def test_every_rule_is_evaluated(health: Asked) -> None:
    assert {rule["name"]: rule["lastError"] for rule in health.rules() if rule["health"] != "ok"} == {}


@pytest.mark.stack
def test_rules_ask_for_what_is_there(health: Asked) -> None:
    recorded = {
        rule["name"]
        for rule in health.rules()
        if rule["type"] == "recording" and rule.get("labels", {}).get("slo") != UNVISITED
    }
    assert sorted(name for name in recorded if not health.now(name)) == []


@pytest.mark.stack("loki")
def test_the_collector_was_heard(stack: NativeStack) -> None:
    panel = next(panel for panel in PANELS if str(panel) == "pipeline: What the Collector says")
    with Asked(stack.entry_url, time() - 3600, {}) as asked:
        assert asked.empty(panel) == []


@pytest.mark.stack
def test_nobody_writes_through_grafana(stack: NativeStack) -> None:
    push = f"{stack.entry_url}/grafana/api/datasources/proxy/uid/loki/loki/api/v1/push"
    assert httpx.post(push, json={"streams": []}, timeout=10, trust_env=False).status_code == 403


@pytest.mark.stack
def test_alerts_fire_while_checkouts_hang(incident: Asked) -> None:
    assert firing(incident) >= ALERTING


@pytest.fixture
def links() -> Any:
    """Where Grafana leads from a span in Jaeger."""
    source = Path(__file__).parents[2] / "grafana" / "provisioning" / "datasources" / "datasources.yaml"
    return next(each for each in YAML(typ="safe").load(source)["datasources"] if each["uid"] == "jaeger")["jsonData"]


@pytest.mark.stack("loki")
def test_links_of_a_span_lead_to_its_log_lines(health: Asked, stack: NativeStack, links: Any) -> None:
    trace_id, process = some_process(health, stack)
    to_logs = str(links["tracesToLogsV2"]["query"]).replace("$$", "$")
    to_logs = to_logs.replace("${__trace.traceId}", trace_id).replace('${__span.tags["service.instance.id"]}', process)
    streams = health.lines(to_logs)
    assert {stream["stream"]["service_name"] for stream in streams} == {"order"}
    assert {stream["stream"]["trace_id"] for stream in streams} == {trace_id}


@pytest.mark.stack
def test_links_of_a_span_lead_to_its_metrics(health: Asked, stack: NativeStack, links: Any) -> None:
    _, process = some_process(health, stack)
    queries = [
        str(each["query"]).replace("$$__tags", f'service_instance_id="{process}"')
        for each in links["tracesToMetrics"]["queries"]
    ]
    assert [query for query in queries if not health.now(query)] == []


def some_process(asked: Asked, stack: NativeStack) -> tuple[str, str]:
    """A trace from a log line of order, and the process that wrote it as Jaeger knows it."""
    now = datetime.now(UTC)
    said = LogQuery(service="order", body="Order completed.", joined_to_trace=True)
    with closing(stack.telemetry()) as telemetry:
        trace_id = telemetry.logs(said, Window(now - timedelta(minutes=1), now)).sample[-1].trace_id
    assert trace_id
    until(lambda: bool(processes(asked, trace_id)), "the spans of order, which follow its log line")
    [tags] = processes(asked, trace_id)
    assert "service.name" not in tags, "links could use it now"
    return trace_id, tags["service.instance.id"]


def processes(asked: Asked, trace_id: str) -> list[dict[str, str]]:
    """Order's processes in a trace, as far as Jaeger has it."""
    found = (asked.trace(trace_id) or {"processes": {}})["processes"].values()
    return [{tag["key"]: tag["value"] for tag in each["tags"]} for each in found if each["serviceName"] == "order"]
