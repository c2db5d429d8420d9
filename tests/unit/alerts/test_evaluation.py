"""The embedded store's metrics make the same alerts as Prometheus' do."""

from typing import Any

import pytest

from tests.unit.alerts.conftest import EVERY_S, Shop
from tests.unit.telemetry.duck_store import at

DURATION = "http.server.request.duration"


def live(shop: Shop, rounds: int, begin_s: int = 0, **trouble: Any) -> list[list[str]]:
    """What fires after each five seconds."""
    fired = []
    for number in range(1, rounds + 1):
        now_s = begin_s + EVERY_S * number
        shop.five_seconds(now_s, **trouble)
        fired.append(shop.firing(now_s))
    return fired


def test_health_alerts_nobody(shop: Shop) -> None:
    assert live(shop, 12, slow=8, stuck=1) == [[]] * 12


def test_stuck_orders_alert_at_once_and_are_forgotten_at_once(shop: Shop) -> None:
    live(shop, 6)
    assert live(shop, 2, 30, stuck=4) == [[], []]
    assert live(shop, 2, 40, stuck=5) == [["OrdersStuckInProcessing"]] * 2
    assert live(shop, 1, 50) == [[]]


def test_slow_checkouts_alert_when_half_of_both_windows_are_slow_for_ten_seconds(shop: Shop) -> None:
    live(shop, 6)
    fired = live(shop, 8, 30, slow=40)
    assert fired == [[]] * 5 + [["CheckoutLatencyBudgetBurn"]] * 3
    assert live(shop, 4, 70) == [["CheckoutLatencyBudgetBurn"]] * 2 + [[]] * 2


def test_failed_orders_burn_the_budget(shop: Shop) -> None:
    live(shop, 6)
    assert live(shop, 5, 30, failed=3) == [[]] * 3 + [["CheckoutErrorBudgetBurn"]] * 2


def test_orders_that_nobody_can_be_paid_for_burn_the_budget_within_a_minute_though_none_ends(shop: Shop) -> None:
    live(shop, 6)
    fired = live(shop, 1, 30, orders=0) + live(shop, 6, 35, orders=0, unsettled=4)
    assert fired == [[]] * 4 + [["CheckoutErrorBudgetBurn"]] * 3


def test_one_failure_does_not(shop: Shop) -> None:
    live(shop, 6)
    live(shop, 1, 30, failed=1)
    assert live(shop, 6, 35) == [[]] * 6


def test_failed_logins_and_slow_lists_alert(shop: Shop) -> None:
    login = {"http.request.method": "POST", "http.route": "/login", "http.response.status_code": "502"}
    lists = {"http.request.method": "GET", "http.route": "/products/{product_id}"}
    slow, bounds = [0, 0, 0, 3], (0.5, 0.75, 1.0)
    for now_s in range(5, 35, EVERY_S):
        for attributes in (login, lists):
            shop.store.histogram(DURATION, "frontend", now_s - 1, slow, bounds, attributes=attributes)
        fired = shop.firing(now_s)
    assert fired == ["LoginErrorBudgetBurn", "CatalogueLatencyBudgetBurn"]


@pytest.mark.parametrize(("outcome", "fires"), [("incomplete", ["LoginErrorBudgetBurn"]), ("succeeded", [])])
def test_sessions_whose_tokens_could_not_be_asked_for_alert(shop: Shop, outcome: str, fires: list[str]) -> None:
    login = {"http.request.method": "POST", "http.route": "/api/session", "http.response.status_code": "200"}
    for now_s in range(5, 35, EVERY_S):
        shop.store.histogram(DURATION, "frontend", now_s - 1, [0, 20, 0, 0], (0.5, 0.75, 1.0), attributes=login)
        shop.store.counter("shop.login.results", "user", now_s - 1, 3, attributes={"shop.outcome": outcome})
        fired = shop.firing(now_s)
    assert fired == fires


def test_lost_telemetry_alerts(shop: Shop) -> None:
    live(shop, 2)
    shop.store.counter("shop.telemetry.dropped", "payment", 11, 512, attributes={"signal": "traces"})
    assert live(shop, 2, 10)[-1] == ["TelemetryPipelineUnhealthy"]


def test_a_service_that_falls_silent_alerts_and_one_that_never_spoke_does_not(shop: Shop) -> None:
    assert shop.firing(0) == []
    live(shop, 2)
    assert [shop.firing(now_s) for now_s in range(15, 60, EVERY_S)][-1] == ["TelemetryPipelineUnhealthy"]


def test_while_the_store_is_away_everything_stays_as_it_stands(shop: Shop) -> None:
    live(shop, 2, stuck=9)
    shop.away = True
    assert shop.firing(15) == ["OrdersStuckInProcessing"]


@pytest.mark.parametrize("gap_s", [65, 3600])
def test_what_fails_at_the_end_of_a_gap_in_time_is_no_incident(shop: Shop, gap_s: int) -> None:
    live(shop, 6)
    resumed_s = 30 + gap_s
    shop.five_seconds(resumed_s, failed=51)
    shop.firing(resumed_s)
    assert shop.evaluation.alerts().alerts == []
    for now_s in range(resumed_s + EVERY_S, resumed_s + 90, EVERY_S):
        shop.five_seconds(now_s)
        shop.firing(now_s)
        assert shop.evaluation.alerts().alerts == []


def test_what_goes_on_failing_after_a_gap_in_time_is_an_incident(shop: Shop) -> None:
    live(shop, 6)
    fired = live(shop, 10, 95, failed=3)
    assert fired == [[]] * 8 + [["CheckoutErrorBudgetBurn"]] * 2


def test_a_clock_that_was_set_back_is_a_gap_and_does_not_silence_alerts_for_good(shop: Shop) -> None:
    live(shop, 1)
    live(shop, 1, 3600)
    live(shop, 6, 10)
    assert live(shop, 6, 40, stuck=9)[-1] == ["OrdersStuckInProcessing"]


def test_rounds_without_an_answer_are_no_gap(shop: Shop) -> None:
    live(shop, 2, stuck=9)
    shop.away = True
    live(shop, 6, 10)
    shop.away = False
    assert live(shop, 1, 40) == [[]]


def test_an_alert_says_since_when_and_what_was_asked(shop: Shop) -> None:
    live(shop, 2, stuck=9)
    found = shop.evaluation.alerts()
    assert [(alert.since, alert.labels) for alert in found.alerts] == [
        (at(5), {"service": "order", "severity": "page"}),
    ]
    assert shop.store.sql(found.query).rows
