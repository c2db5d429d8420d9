import pytest

from whodunit.telemetry.port import TelemetryError, UnanswerableError
from whodunit.telemetry.questions import MetricQuery, Statistic
from whodunit.telemetry.stack_adapter_names import KNOWN
from whodunit.telemetry.stack_adapter_promql import exemplars, number, points, quoted

DURATION = KNOWN["shop.payment.duration"]
RESULTS = KNOWN["shop.payment.results"]
POOL = KNOWN["db.client.connection.count"]


def test_an_increase_is_the_last_total_less_the_one_before_the_window() -> None:
    query = MetricQuery(RESULTS.name, Statistic.INCREASE, "payment", {"shop.outcome": "failed"})
    series = 'shop_payment_results_total{service_name="payment", shop_outcome="failed"}'
    assert number(RESULTS, query, 20) == (
        "sum(\n"
        f"  last_over_time({series}[20s]) - (last_over_time({series}[1h] offset 20s)"
        f" or 0 * last_over_time({series}[20s]))\n"
        ")"
    )
    assert points(RESULTS, query, 20) == f"sum(count_over_time({series}[20s]))"


def test_a_percentile_adds_up_buckets() -> None:
    query = MetricQuery(DURATION.name, Statistic.PERCENTILE, percentile=95)
    expression = number(DURATION, query, 4.321, ["service", "shop.outcome"])
    assert expression.startswith("histogram_quantile(0.95, sum by (le, service_name, shop_outcome) (")
    assert "shop_payment_duration_seconds_bucket{}[4s321ms]" in expression
    assert exemplars(DURATION, query) == "shop_payment_duration_seconds_bucket{}"


def test_a_level_is_that_of_the_newest_process() -> None:
    expression = number(POOL, MetricQuery(POOL.name, Statistic.LAST, "payment"), 20)
    series = 'db_client_connection_count{service_name="payment"}'
    assert expression == (
        "sum(\n"
        f"  last_over_time({series}[20s])\n"
        "  and on (service_name, instance) topk by (service_name) "
        f"(1, max by (service_name, instance) (timestamp({series})))\n"
        ")"
    )


def test_a_rise_is_the_last_level_less_the_least() -> None:
    expression = number(POOL, MetricQuery(POOL.name, Statistic.RISE, "payment"), 20)
    over = 'db_client_connection_count{service_name="payment"}[20s]'
    assert f"(last_over_time({over}) - min_over_time({over}))\n  and on (service_name, instance)" in expression


def test_a_rate_counts_by_the_second_also_in_a_window_without_length() -> None:
    query = MetricQuery(RESULTS.name, Statistic.RATE)
    assert number(RESULTS, query, 12.5).endswith("/ 12.5")
    assert "[1ms]" in number(RESULTS, query, 0)


def test_text_is_quoted() -> None:
    query = MetricQuery(RESULTS.name, Statistic.INCREASE, where={"a.b": 'c"d\\e'})
    assert 'shop_payment_results_total{a_b="c\\"d\\\\e"}' in number(RESULTS, query, 1)
    assert quoted("ä\n") == '"ä\\n"'


def test_what_prometheus_does_not_keep_is_unanswerable() -> None:
    with pytest.raises(UnanswerableError, match=r"no max of shop\.payment\.duration, a histogram"):
        number(DURATION, MetricQuery(DURATION.name, Statistic.MAX), 20)


@pytest.mark.parametrize("percentile", [None, -1, 101])
def test_a_percentile_needs_to_be_one(percentile: float | None) -> None:
    with pytest.raises(TelemetryError, match=f"between 0 and 100, not {percentile}"):
        number(DURATION, MetricQuery(DURATION.name, Statistic.PERCENTILE, percentile=percentile), 20)
