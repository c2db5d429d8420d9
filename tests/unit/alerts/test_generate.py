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
            {"counter": "shop.payment.retries", "where": {"error.type": ["a", "b"]}},
            growth('shop_payment_retries_total{error_type=~"a|b"}'),
        ),
        (
            {"histogram": "shop.login.duration", "where": {"http.route": ["/", "/p/{id}"]}},
            growth('shop_login_duration_seconds_count{http_route=~"/|/p/\\\\{id\\\\}"}'),
        ),
        (
            {"histogram": "shop.login.duration", "longer_than": "750ms"},
            growth("shop_login_duration_seconds_count")
            + " - "
            + growth('shop_login_duration_seconds_bucket{le="0.75"}'),
        ),
        (
            {"histogram": "shop.login.duration", "longer_than": "10s"},
            growth("shop_login_duration_seconds_count")
            + " - "
            + growth('shop_login_duration_seconds_bucket{le=~"10([.]0)?"}'),
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
            {"counters": ["shop.payment.retries"], "lookback_window": "60s", "at_least": 1},
            "((" + growth("shop_payment_retries_total", "1m") + " or vector(0))) >= 1",
        ),
        (
            {"gauge": "shop.order.stuck", "service": "order", "lookback_window": "15s", "at_least": 5},
            level('shop_order_stuck{service_name="order"}') + " >= 5",
        ),
        (
            {
                "gauge": "shop.order.stuck",
                "share_of": "shop.order.in_processing",
                "lookback_window": "15s",
                "at_least": 0.5,
                "only": "stack",
            },
            "max("
            + level("shop_order_stuck", "by (exporter)")
            + " / "
            + level("shop_order_in_processing", "by (exporter)")
            + ") >= 0.5",
        ),
        (
            {"gauge": "shop.order.stuck", "silent_for": "30s"},
            "sum(count_over_time(shop_order_stuck[10m])) unless sum(count_over_time(shop_order_stuck[30s]))",
        ),
    ],
)
def test_a_condition(condition: dict[str, object], expression: str) -> None:
    made = promql.condition(Condition.model_validate({"title": "A condition"} | condition))
    assert meaning(made) == meaning(expression)
