"""What is generated is committed, and says in PromQL what the file says."""

from pathlib import Path

import pytest

from tests.promql import meaning
from whodunit.alerts import generate, promql
from whodunit.alerts.conditions import Condition
from whodunit.alerts.loading import bundled
from whodunit.telemetry.signals import Signal

REPOSITORY = Path(__file__).parents[3]


def test_the_committed_rules_are_generated_from_the_objectives() -> None:
    committed = {name: (REPOSITORY / generate.FOLDER / name).read_text(encoding="utf-8") for name in generate.FILES}
    assert committed == generate.rendered(bundled()), "run: python -m whodunit.alerts.generate"


def test_no_address_stands_in_the_rules() -> None:
    assert not [text for text in generate.rendered(bundled()).values() if "://" in text or "localhost" in text]


@pytest.mark.parametrize(
    ("signal", "expression"),
    [
        (
            {"counter": "shop.order.results", "service": "order", "where": {"shop.outcome": "failed"}},
            'sum(increase(shop_order_results_total{service_name="order", shop_outcome="failed"}[30s]))',
        ),
        (
            {"counter": "c", "where": {"error.type": ["a", "b"]}},
            'sum(increase(c_total{error_type=~"a|b"}[30s]))',
        ),
        (
            {"histogram": "h", "where": {"http.route": ["/", "/p/{id}"]}},
            'sum(increase(h_seconds_count{http_route=~"/|/p/\\\\{id\\\\}"}[30s]))',
        ),
        (
            {"histogram": "h", "longer_than": "750ms"},
            'sum(increase(h_seconds_count[30s])) - sum(increase(h_seconds_bucket{le="0.75"}[30s]))',
        ),
        (
            {"histogram": "h", "longer_than": "10s"},
            'sum(increase(h_seconds_count[30s])) - sum(increase(h_seconds_bucket{le=~"10([.]0)?"}[30s]))',
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
            "((sum(increase(a_total[1m])) or vector(0)) + (sum(a_total unless a_total offset 1m) or vector(0))) >= 1",
        ),
        (
            {"gauge": "g", "service": "order", "lookback_window": "15s", "at_least": 5},
            'sum(last_over_time(g{service_name="order"}[15s])) >= 5',
        ),
        (
            {"gauge": "g", "share_of": "most", "lookback_window": "15s", "at_least": 0.5, "only": "stack"},
            "max(max by (exporter) (last_over_time(g[15s])) / max by (exporter) (last_over_time(most[15s]))) >= 0.5",
        ),
        (
            {"gauge": "g", "silent_for": "30s"},
            "count(count_over_time(g[10m])) unless count(count_over_time(g[30s]))",
        ),
    ],
)
def test_a_condition(condition: dict[str, object], expression: str) -> None:
    made = promql.condition(Condition.model_validate({"title": "A condition"} | condition))
    assert meaning(made) == meaning(expression)
