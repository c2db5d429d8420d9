"""What is generated is committed, and says in PromQL what the file says."""

from pathlib import Path

import pytest

from tests.promql import meaning
from whodunit.alerts import generate, promql
from whodunit.alerts.conditions import Condition
from whodunit.alerts.loading import bundled
from whodunit.alerts.signals import Signal

REPOSITORY = Path(__file__).parents[3]


def test_the_committed_rules_are_generated_from_the_objectives() -> None:
    committed = {name: (REPOSITORY / generate.FOLDER / name).read_text(encoding="utf-8") for name in generate.FILES}
    assert committed == generate.rendered(bundled()), "run: python -m whodunit.alerts.generate"


def test_no_address_stands_in_the_rules() -> None:
    assert not [text for text in generate.rendered(bundled()).values() if "://" in text or "localhost" in text]


def growth(series: str, window: str = "30s") -> str:
    """The increase that checks and views ask for, too."""
    now, before = f"last_over_time({series}[{window}])", f"last_over_time({series}[1h] offset {window})"
    return f"sum({now} - ({before} or 0 * {now}))"


def level(series: str, by: str = "") -> str:
    """The level that checks and views ask for, too."""
    newest = f"topk by (service_name) (1, max by (service_name, instance) (timestamp({series})))"
    return f"sum {by} (last_over_time({series}[15s]) and on (service_name, instance) {newest})"


@pytest.mark.parametrize(
    ("signal", "expression"),
    [
        (
            {"counter": "shop.order.results", "service": "order", "where": {"shop.outcome": "failed"}},
            growth('shop_order_results_total{service_name="order", shop_outcome="failed"}'),
        ),
        (
            {"counter": "c", "where": {"error.type": ["a", "b"]}},
            growth('c_total{error_type=~"a|b"}'),
        ),
        (
            {"histogram": "h", "where": {"http.route": ["/", "/p/{id}"]}},
            growth('h_seconds_count{http_route=~"/|/p/\\\\{id\\\\}"}'),
        ),
        (
            {"histogram": "h", "longer_than": "750ms"},
            growth("h_seconds_count") + " - " + growth('h_seconds_bucket{le="0.75"}'),
        ),
        (
            {"histogram": "h", "longer_than": "10s"},
            growth("h_seconds_count") + " - " + growth('h_seconds_bucket{le=~"10([.]0)?"}'),
        ),
    ],
)
def test_a_signal(signal: dict[str, object], expression: str) -> None:
    made = promql.increases([Signal.model_validate(signal)], 30)
    assert meaning(made) == meaning(f"({expression} or vector(0))")


@pytest.mark.parametrize(
    ("condition", "expression"),
    [
        (
            {"counters": ["a"], "lookback_window": "60s", "at_least": 1},
            "((" + growth("a_total", "1m") + " or vector(0))) >= 1",
        ),
        (
            {"gauge": "g", "service": "order", "lookback_window": "15s", "at_least": 5},
            level('g{service_name="order"}') + " >= 5",
        ),
        (
            {"gauge": "g", "share_of": "most", "lookback_window": "15s", "at_least": 0.5, "only": "stack"},
            "max(" + level("g", "by (exporter)") + " / " + level("most", "by (exporter)") + ") >= 0.5",
        ),
        (
            {"gauge": "g", "silent_for": "30s"},
            "sum(count_over_time(g[10m])) unless sum(count_over_time(g[30s]))",
        ),
    ],
)
def test_a_condition(condition: dict[str, object], expression: str) -> None:
    made = promql.condition(Condition.model_validate({"title": "A condition"} | condition))
    assert meaning(made) == meaning(expression)
