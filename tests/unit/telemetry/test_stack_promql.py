import pytest

from tests.promql import meaning
from whodunit.telemetry.metric_promql import buckets, exemplars, line, number, points
from whodunit.telemetry.port import TelemetryError, UnanswerableError
from whodunit.telemetry.questions import MetricQuery, Statistic
from whodunit.telemetry.vocabulary import METRICS

DURATION = METRICS["shop.payment.duration"]
RESULTS = METRICS["shop.payment.results"]
POOL = METRICS["db.client.connection.count"]


def test_an_increase_is_the_last_total_less_the_one_before_the_window() -> None:
    query = MetricQuery(RESULTS.name, Statistic.INCREASE, "payment", {"shop.outcome": "failed"})
    series = 'shop_payment_results_total{service_name="payment", shop_outcome="failed"}'
    now, before = f"last_over_time({series}[20s])", f"last_over_time({series}[1h] offset 20s)"
    assert meaning(number(RESULTS, query, 20)) == meaning(f"sum({now} - ({before} or 0 * {now}))")
    assert meaning(points(RESULTS, query, 20)) == meaning(f"sum(count_over_time({series}[20s]))")


def test_a_percentile_adds_up_buckets() -> None:
    query = MetricQuery(DURATION.name, Statistic.PERCENTILE, percentile=95)
    expression = number(DURATION, query, 4.321, ["service", "shop.outcome"])
    series = "shop_payment_duration_seconds_bucket"
    now, before = f"last_over_time({series}[4s321ms])", f"last_over_time({series}[1h] offset 4s321ms)"
    assert meaning(expression) == meaning(
        f"histogram_quantile(0.95, sum by (le, service_name, shop_outcome) ({now} - ({before} or 0 * {now})))"
    )
    assert exemplars(DURATION, query) == "shop_payment_duration_seconds_bucket"


def test_a_bucket_counts_with_those_below_it() -> None:
    expression = buckets(DURATION, MetricQuery(DURATION.name, Statistic.COUNT, "payment"), 5)
    series = 'shop_payment_duration_seconds_bucket{service_name="payment"}'
    now, before = f"last_over_time({series}[5s])", f"last_over_time({series}[1h] offset 5s)"
    assert meaning(expression) == meaning(f"sum by (le) ({now} - ({before} or 0 * {now}))")


def test_a_level_is_that_of_the_newest_process() -> None:
    expression = number(POOL, MetricQuery(POOL.name, Statistic.LAST, "payment"), 20)
    series = 'db_client_connection_count{service_name="payment"}'
    newest = f"topk by (service_name) (1, max by (service_name, instance) (timestamp({series})))"
    assert meaning(expression) == meaning(
        f"sum(last_over_time({series}[20s]) and on (service_name, instance) {newest})"
    )


def test_each_release_has_a_level_of_its_own() -> None:
    expression = number(POOL, MetricQuery(POOL.name, Statistic.LAST), 20, ["service.version"])
    series, of = "db_client_connection_count", "service_name, service_version"
    newest = f"topk by ({of}) (1, max by ({of}, instance) (timestamp({series})))"
    assert meaning(expression) == meaning(
        f"sum by (service_version) (last_over_time({series}[20s]) and on ({of}, instance) {newest})"
    )


def test_a_rise_is_the_last_level_less_the_least() -> None:
    expression = number(POOL, MetricQuery(POOL.name, Statistic.RISE, "payment"), 20)
    series = 'db_client_connection_count{service_name="payment"}'
    rise = f"(last_over_time({series}[20s]) - min_over_time({series}[20s]))"
    newest = f"topk by (service_name) (1, max by (service_name, instance) (timestamp({series})))"
    assert meaning(expression) == meaning(f"sum({rise} and on (service_name, instance) {newest})")


def test_a_rate_counts_by_the_second_also_in_a_window_without_length() -> None:
    query = MetricQuery(RESULTS.name, Statistic.RATE)
    assert number(RESULTS, query, 12.5).endswith("/ 12.5")
    assert "[1ms]" in number(RESULTS, query, 0)


def test_text_is_quoted() -> None:
    query = MetricQuery(RESULTS.name, Statistic.INCREASE, where={"a.b": 'c"d\\e'})
    assert 'shop_payment_results_total{a_b="c\\"d\\\\e"}' in number(RESULTS, query, 1)


def test_what_prometheus_does_not_keep_is_unanswerable() -> None:
    with pytest.raises(UnanswerableError, match=r"no max of shop\.payment\.duration, a histogram"):
        number(DURATION, MetricQuery(DURATION.name, Statistic.MAX), 20)


@pytest.mark.parametrize("percentile", [None, -1, 101])
def test_a_percentile_needs_to_be_one(percentile: float | None) -> None:
    with pytest.raises(TelemetryError, match=f"between 0 and 100, not {percentile}"):
        number(DURATION, MetricQuery(DURATION.name, Statistic.PERCENTILE, percentile=percentile), 20)


def test_a_line_follows_the_window_of_the_page_that_draws_it() -> None:
    rate = MetricQuery(RESULTS.name, Statistic.RATE, ["order", "payment"])
    p95 = MetricQuery(DURATION.name, Statistic.PERCENTILE, percentile=95)
    of = 'service_name=~"order|payment"'
    assert line(RESULTS, rate, "$w", ["shop.outcome"]) == (
        f"sum by (shop_outcome) (rate(shop_payment_results_total{{{of}}}[$w]))"
    )
    assert line(DURATION, p95, "$w") == (
        "histogram_quantile(0.95, sum by (le) (rate(shop_payment_duration_seconds_bucket[$w])))"
    )
    assert "last_over_time(db_client_connection_count[$w])" in line(POOL, MetricQuery(POOL.name, Statistic.LAST), "$w")


@pytest.mark.parametrize("statistic", [Statistic.INCREASE, Statistic.COUNT])
def test_a_count_is_no_line(statistic: Statistic) -> None:
    with pytest.raises(UnanswerableError, match="draw the rate"):
        line(DURATION, MetricQuery(DURATION.name, statistic), "$w")
