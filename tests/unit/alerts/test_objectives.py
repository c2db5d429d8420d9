"""The file of objectives is read strictly, and promises what the documents promise."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from kit.buckets import SECONDS
from whodunit.alerts.loading import bundled, load
from whodunit.alerts.signals import Signal
from whodunit.errors import WrongUseError

TEXT = files("objectives").joinpath("objectives.yaml").read_text(encoding="utf-8")
REGISTRY = Path(__file__).parents[3] / "docs" / "telemetry.yaml"


def signals() -> list[Signal]:
    return [signal for slo in bundled().slos for signal in (*slo.ratio_metric.bad, *slo.ratio_metric.total)]


def test_the_documented_objectives() -> None:
    targets = {slo.name: slo.target for slo in bundled().slos}
    assert targets == {
        "checkout-availability": 0.9999,
        "checkout-latency": 0.95,
        "login-availability": 0.9999,
        "catalogue-availability": 0.9999,
        "catalogue-latency": 0.95,
        "history-latency": 0.95,
    }
    assert {signal.longer_than for signal in signals()} == {None, 0.75, 2.5}


def test_recovery_is_judged_over_20_seconds_at_most() -> None:
    assert all(slo.alert.lookback_windows.short <= 20 for slo in bundled().slos)


def test_every_burn_rate_alert_asks_for_failures_and_ten_seconds_of_them() -> None:
    assert all(slo.alert.at_least >= 5 and slo.alert.alert_after >= 10 for slo in bundled().slos)


def test_every_threshold_is_a_boundary_of_the_histogram() -> None:
    assert {signal.longer_than for signal in signals()} - {None} <= set(SECONDS)


def test_every_metric_and_attribute_is_declared() -> None:
    registry: Any = YAML(typ="safe", pure=True).load(REGISTRY.read_text(encoding="utf-8"))
    declared = {metric["name"]: metric for metric in (*registry["metrics"], *registry["conventions"]["metrics"])}
    for signal in signals():
        assert declared[signal.query.name]["instrument"] == ("counter" if signal.counter else "histogram")
        assert set(signal.where) <= set(declared[signal.query.name]["attributes"])
    for condition in (each for alert in bundled().alerts for each in alert.any_of if each.only is None):
        assert {*condition.counters, condition.gauge} - {None} <= set(declared)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("target: 0.9999", "target: 1", "slos.0.target: input should be less than 1"),
        ("target: 0.9999", "goal: 0.9999", "slos.0.goal: unknown key; Allowed here: alert, description, name, "),
        ("burn_rate: 14.4", "burn_rate: 0.5", "slos.0.alert.burn_rate: input should be greater than 1, not 0.5"),
        ("burn_rate: 10", "burn_rate: 20", "slos.1: a burn rate of 20 needs more bad events than there are events"),
        ("short: 15s", "short: 30s", "slos.0.alert.lookback_windows: short must be shorter than long"),
        ("short: 15s", "short: 15", "slos.0.alert.lookback_windows.short: 15 is not a duration; write it with its"),
        ("severity: page", "severity: shout", "slos.0.alert.severity: input should be 'page' or 'ticket', not 'shout'"),
        ("- {counter: shop.order.payment_timeouts, ", "- {", "slos.0.ratio_metric.bad.1: name exactly one of counter"),
        ("name: OrdersStuckInProcessing", "name: LoginErrorBudgetBurn", "duplicate names: LoginErrorBudgetBurn"),
        ("lookback_window: 15s, at_least: 5", "at_least: 5", "state at_least and lookback_window, or silent_for"),
        ("silent_for: 30s", "silent_for: 30s, at_least: 1", "silent_for stands with a gauge, without at_least"),
        ("gauge: shop.order.stuck", "gague: shop.order.stuck", "gague: unknown key; did you mean 'gauge'?"),
        ("schema_version: 1", "schema_version: [", "this is not YAML"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line_and_what_is_allowed(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "objectives.yaml"
    path.write_text(TEXT.replace(old, new, 1))
    with pytest.raises(WrongUseError) as caught:
        load(path)
    line = next((line for line in caught.value.message.splitlines() if said in line), caught.value.message)
    if "YAML" not in said:
        assert said in line
    assert line.startswith(f"{path}:")
    assert "docs/alerts.md" in caught.value.hint
