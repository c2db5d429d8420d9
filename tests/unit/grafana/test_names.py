"""Dashboards, rules and links ask for nothing that nobody emits."""

import re

import pytest
from ruamel.yaml import YAML

from tests.promql import asked
from tests.unit.grafana.names import ROOT, series
from tests.unit.grafana.panels import Panel, panels

KNOWN = series()
LOG_FIELDS = {"service_name", "severity_text", "trace_id", "service_instance_id"}
"""Loki's index labels and structured metadata that we look at."""

YAML_FILES = YAML(typ="safe")


def unknown(expr: str) -> list[str]:
    """Series that nobody emits, and labels that none of the expression's series has."""
    names, labels = asked(expr)
    assert names, f"no series in {expr}"
    missing = sorted(name for name in names if name not in KNOWN)
    return missing + sorted(labels - {label for name in names for label in KNOWN.get(name, ())})


@pytest.mark.parametrize("panel", [panel for panel in panels() if panel.kind not in {"logs", "text"}], ids=str)
def test_a_panel_asks_for_what_is_emitted(panel: Panel) -> None:
    for target in panel.targets:
        assert unknown(target.expr) == [], target.expr
        labels = set(re.findall(r"\{\{(\w+)\}\}", target.legend))
        assert labels <= asked(target.expr)[1] | {label for name in asked(target.expr)[0] for label in KNOWN[name]}


@pytest.mark.parametrize("panel", [panel for panel in panels() if panel.kind == "logs"], ids=str)
def test_a_log_panel_asks_for_known_fields(panel: Panel) -> None:
    for target in panel.targets:
        assert set(re.findall(r"(\w+)(?:=~|!~|!=|=)\"", target.expr)) <= LOG_FIELDS


@pytest.mark.parametrize("path", sorted((ROOT / "prometheus" / "rules").glob("*.yml")), ids=lambda path: path.stem)
def test_rules_ask_for_what_is_emitted(path: object) -> None:
    rules = [rule for group in YAML_FILES.load(path)["groups"] for rule in group["rules"]]
    assert {
        rule.get("record", rule.get("alert")): unknown(rule["expr"]) for rule in rules if asked(rule["expr"])[0]
    } == {rule.get("record", rule.get("alert")): [] for rule in rules if asked(rule["expr"])[0]}


def test_the_reader_of_expressions() -> None:
    assert asked(
        'histogram_quantile(0.95, sum by (le, a) (rate(x_bucket{b=~"c{d}", e!="f"}[1m]))) / on (g) (1 - y:z) or 0 * w'
    ) == (
        {"x_bucket", "y:z", "w"},
        {"le", "a", "b", "e", "g"},
    )


def test_what_nobody_emits_is_found() -> None:
    assert unknown('rate(shop_order_result_total{outcomes="x"}[1m])') == ["shop_order_result_total", "outcomes"]
