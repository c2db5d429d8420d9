"""Every series that Prometheus can have of ours, with its labels: from docs/telemetry.yaml and the rule files."""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.promql import grouped
from whodunit.telemetry.prometheus_names import label_name, metric_name

ROOT = Path(__file__).parents[3]

PROMOTED = {"service_name", "service_version", "service_namespace", "service_instance_id"} | {
    *("deployment_environment_name", "telemetry_sdk_language", "job", "instance")
}
"""Labels that everything has: promoted resource attributes, and what Prometheus makes of them."""


def series() -> dict[str, set[str]]:
    """Labels of every series by its name."""
    registry = YAML(typ="safe").load(ROOT / "docs" / "telemetry.yaml")
    known: dict[str, set[str]] = {"ALERTS": {"alertname", "alertstate", "severity", "service", "slo"}}
    for entry in (*registry["metrics"], *registry["conventions"]["metrics"], *registry["stack"]):
        known |= _declared(entry["name"], entry["instrument"], entry["unit"], entry["attributes"])
    return known | _recorded()


def _declared(name: str, instrument: Any, unit: str, attributes: Any) -> dict[str, set[str]]:
    translated = metric_name(name, unit, instrument)
    labels = {label_name(attribute) for attribute in attributes} | PROMOTED
    if instrument != "histogram":
        return {translated: labels}
    return {f"{translated}_bucket": labels | {"le"}, f"{translated}_count": labels, f"{translated}_sum": labels}


def _recorded() -> dict[str, set[str]]:
    known: dict[str, set[str]] = {}
    for path in (ROOT / "prometheus" / "rules").glob("*.yml"):
        for rule in (rule for group in YAML(typ="safe").load(path)["groups"] for rule in group["rules"]):
            if "record" in rule:
                known.setdefault(rule["record"], set()).update(grouped(rule["expr"]) - {"le"}, rule.get("labels", {}))
    return known
