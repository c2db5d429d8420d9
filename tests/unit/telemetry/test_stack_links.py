import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from whodunit.telemetry.questions import Window
from whodunit.telemetry.stack.links import Links

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MINUTE = Window(START, START + timedelta(minutes=1))
ENTRY = "http://127.0.0.1:8080"
LINKS = Links(f"{ENTRY}/prometheus", f"{ENTRY}/jaeger", f"{ENTRY}/grafana")


def test_a_metric_opens_in_explore() -> None:
    expression = 'sum(x{a="b c"}) & more'
    link = urlsplit(LINKS.metric(expression, MINUTE))
    assert (link.netloc, link.path) == ("127.0.0.1:8080", "/grafana/explore")
    parameters = parse_qs(link.query)
    assert parameters["schemaVersion"] == ["1"]
    (pane,) = json.loads(parameters["panes"][0]).values()
    assert pane["datasource"] == "prometheus"
    assert pane["queries"][0]["expr"] == expression
    assert pane["queries"][0]["datasource"] == {"type": "prometheus", "uid": "prometheus"}
    assert pane["range"] == {"from": "1795262400000", "to": "1795262460000"}


def test_log_lines_open_in_explore() -> None:
    (pane,) = json.loads(parse_qs(urlsplit(LINKS.logs('{a="b"}', MINUTE)).query)["panes"][0]).values()
    assert (pane["datasource"], pane["queries"][0]["queryType"]) == ("loki", "range")


def test_jaeger_and_prometheus_have_pages_of_their_own() -> None:
    assert LINKS.trace("ab", "cd") == f"{ENTRY}/jaeger/trace/ab?uiFind=cd"
    assert LINKS.search({"service": "a b"}) == f"{ENTRY}/jaeger/search?service=a+b"
    assert LINKS.alerts("CheckoutSlow") == f"{ENTRY}/prometheus/alerts?search=CheckoutSlow"


def test_without_grafana_there_is_no_page_for_metrics_and_lines() -> None:
    links = Links(f"{ENTRY}/prometheus", f"{ENTRY}/jaeger", None)
    assert (links.metric("x", MINUTE), links.logs("x", MINUTE)) == ("", "")
