"""Every rule has tests of its own: an alert one in which it fires and one in which it is silent."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from whodunit.alerts import alerting, recording
from whodunit.alerts.loading import bundled

TESTS = Path(__file__).parents[3] / "prometheus" / "rules" / "tests"


def written() -> Iterator[Any]:
    for path in sorted(TESTS.glob("*.yml")):
        yield from YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))["tests"]


def test_every_alert_is_tested_firing_and_silent() -> None:
    seen: dict[str, set[bool]] = defaultdict(set)
    for test in written():
        for expected in test.get("alert_rule_test", ()):
            seen[expected["alertname"]].add(bool(expected.get("exp_alerts")))
    assert {name for name, outcomes in seen.items() if outcomes == {True, False}} == set(bundled().alert_names)


def test_every_recorded_metric_is_tested() -> None:
    recorded = {rule["record"] for group in recording.groups(bundled()) for rule in group["rules"]}
    asked = " ".join(expected["expr"] for test in written() for expected in test.get("promql_expr_test", ()))
    assert {name for name in recorded if name not in asked} == set()


def test_the_alerts_are_those_of_the_file() -> None:
    rules = [rule["alert"] for group in alerting.groups(bundled()) for rule in group["rules"]]
    assert rules == bundled().alert_names
