"""PromQL taken apart: what the store evaluates is what the port says, and what it cannot evaluate is said."""

import pytest

from tests.unit.desk.recorded import WINDOW, recording
from whodunit.desk.queries.explain.in_prometheus import InPrometheus
from whodunit.desk.queries.explain.in_store import InStore
from whodunit.desk.queries.explain.parts import Found, Sample, Stage, read, taken_apart
from whodunit.desk.queries.explain.quantile import quantiles, told
from whodunit.telemetry.languages import Row
from whodunit.telemetry.port import RefusedQueryError
from whodunit.telemetry.questions import Conditions, MetricQuery, Statistic, Window

END = WINDOW.end
RANGE = f"{round(WINDOW.seconds)}s"
ORDERS = "shop_order_results_total"
PAID = "shop_payment_duration_seconds"
REQUESTS = "http_server_request_duration_seconds_count"


def stages(expression: str) -> list[Stage]:
    return taken_apart(read(expression), InStore(recording().languages()["sql"], END))


def values(expression: str) -> dict[str, float | None]:
    """The values of the whole, by those of the labels."""
    samples = stages(expression)[-1].found.samples or ()
    return {" ".join(sample.labels.values()): sample.value for sample in samples}


def one(expression: str) -> float | None:
    [value] = values(expression).values()
    return value


def said(name: str, statistic: Statistic, where: Conditions | None = None, percentile: float | None = None) -> float:
    """The port's number; the range of a selector is a little longer or shorter, to the second."""
    query = MetricQuery(name, statistic, where=where or {}, percentile=percentile)
    value = recording().telemetry.number(query, WINDOW).value
    assert value is not None
    return value


def test_parts_come_from_the_inside_out() -> None:
    whole = f"histogram_quantile(0.95, sum by (le) (rate({PAID}_bucket[1m])))"
    assert [stage.part.text for stage in stages(whole)] == [
        f"{PAID}_bucket",
        f"{PAID}_bucket[1m]",
        f"rate({PAID}_bucket[1m])",
        f"sum by (le)(rate({PAID}_bucket[1m]))",
        f"histogram_quantile(0.95, sum by (le)(rate({PAID}_bucket[1m])))",
    ]


def test_an_increase_and_a_rate_are_the_ports() -> None:
    assert one(f"sum(increase({ORDERS}[{RANGE}]))") == said("shop.order.results", Statistic.INCREASE)
    rate = one(f'sum(rate({ORDERS}{{shop_outcome="failed"}}[{RANGE}]))')
    assert rate == pytest.approx(said("shop.order.results", Statistic.RATE, {"shop.outcome": "failed"}))


def test_a_level_is_the_ports() -> None:
    assert one("sum(shop_order_in_processing)") == said("shop.order.in_processing", Statistic.LAST)
    highest = one(f"max(max_over_time(shop_order_in_processing[{RANGE}]))")
    assert highest == said("shop.order.in_processing", Statistic.MAX)


def test_a_percentile_and_a_mean_are_the_ports() -> None:
    percentile = one(f"histogram_quantile(0.95, sum by (le) (rate({PAID}_bucket[{RANGE}])))")
    assert percentile == pytest.approx(said("shop.payment.duration", Statistic.PERCENTILE, percentile=95))
    mean = one(f"sum(rate({PAID}_sum[{RANGE}])) / sum(rate({PAID}_count[{RANGE}]))")
    assert mean == pytest.approx(said("shop.payment.duration", Statistic.MEAN))


def test_a_percentile_tells_how_it_comes_about() -> None:
    [last] = stages(f"histogram_quantile(0.5, sum by (le) (increase({PAID}_bucket[{RANGE}])))")[-1:]
    assert told(last) == (
        "203 of 406 is reached in the bucket from 5 to 7.5, between 193 and 239: 5 + 2.5 × (203 - 193) / (239 - 193)."
    )
    assert told(stages(ORDERS)[-1]) == ""


def test_series_are_grouped_by_the_labels_that_are_kept() -> None:
    assert values(f"sum by (shop_outcome) (increase({ORDERS}[{RANGE}]))") == {"completed": 349.0, "failed": 56.0}
    left = f"sum without (service_name, service_instance_id, service_version, error_type) (increase({ORDERS}[{RANGE}]))"
    assert values(left) == {"completed": 349.0, "failed": 56.0}


@pytest.mark.parametrize(
    ("matchers", "services"),
    [
        ('service_name="order"', {"order"}),
        ('service_name=~"ord|pay.*"', {"payment"}),
        ('service_name!~".*", http_route!=""', set()),
        ('http_route="/payments", http_response_status_code=~"2..", service_name!="order"', {"payment"}),
        ('http_route="/payments", colour=""', {"payment"}),
        ('http_route="/payments", colour!=""', set()),
    ],
)
def test_matchers_mean_what_they_mean_in_prometheus(matchers: str, services: set[str]) -> None:
    assert set(values(f"sum by (service_name) (increase({REQUESTS}{{{matchers}}}[{RANGE}]))")) == services


def test_one_bucket_counts_all_below_its_bound() -> None:
    rest = f'sum(increase({PAID}_count[{RANGE}])) - sum(increase({PAID}_bucket{{le="10"}}[{RANGE}]))'
    query = MetricQuery("shop.payment.duration", Statistic.COUNT, longer_than_s=10.0)
    assert one(rest) == recording().telemetry.number(query, WINDOW).value


def test_an_offset_looks_at_an_earlier_time() -> None:
    half = WINDOW.seconds / 2
    window = Window(WINDOW.start, WINDOW.start + (END - WINDOW.start) / 2)
    query = MetricQuery("shop.order.results", Statistic.INCREASE)
    earlier = one(f"sum(increase({ORDERS}[{round(half * 1000)}ms] offset {round(half * 1000)}ms))")
    assert earlier == recording().telemetry.number(query, window).value


@pytest.mark.parametrize(
    ("expression", "divided_by"),
    [("({}) / (2 * (3 - 1))", 4), ("{} / -(-2)", 2), ("{} * (1 / (1024 * 1024))", 1024 * 1024)],
)
def test_numbers_are_calculated_and_are_no_parts(expression: str, divided_by: float) -> None:
    whole = f"sum(increase({ORDERS}[{RANGE}]))"
    written = expression.format(whole)
    assert one(written) == pytest.approx(said("shop.order.results", Statistic.INCREASE) / divided_by)
    assert len(stages(written)) == len(stages(whole)) + 1


def test_a_share_may_be_calculated() -> None:
    buckets = f"sum by (le) (rate({PAID}_bucket[{RANGE}]))"
    assert one(f"histogram_quantile(1 - 0.05, {buckets})") == pytest.approx(one(f"histogram_quantile(0.95, {buckets})"))


@pytest.mark.parametrize(
    ("expression", "note"),
    [
        (f"topk(3, rate({ORDERS}[1m]))", "this takes Prometheus"),
        (f"sum(rate({ORDERS}[1m])) > 1", "this takes Prometheus"),
        (f"rate({ORDERS}[1m]) / on (shop_outcome) rate({ORDERS}[1m])", "this takes Prometheus"),
        (f"sum(topk(3, rate({ORDERS}[1m])))", "this takes Prometheus"),
        (f"{ORDERS} @ end()", "@ takes Prometheus"),
        (f"max_over_time({ORDERS}[1m])", "the growth of counters, and for the levels of gauges"),
        ("rate(shop_order_in_processing[1m])", "the growth of counters, and for the levels of gauges"),
        (f'{ORDERS}{{shop_outcome="failed" or shop_outcome="completed"}}', "knows no `or` between matchers"),
        (f'rate({ORDERS}{{shop_outcome="failed" or shop_outcome="completed"}}[1m])', "knows no `or` between matchers"),
        (f"sum(rate({ORDERS}[1m])) * 2 ^ 3", "this takes Prometheus"),
        ("up", "The shop declares no metric of this name"),
    ],
)
def test_what_is_not_evaluated_is_said(expression: str, note: str) -> None:
    found = stages(expression)[-1].found
    assert found.samples is None
    assert note in found.note


def test_totals_are_not_kept_and_the_series_are_shown_without() -> None:
    [stage] = stages(f'{ORDERS}{{shop_outcome="completed"}}')
    assert [sample.value for sample in stage.found.samples or ()] == [None]
    assert "keeps what was added" in stage.found.note


def test_each_part_is_asked_of_prometheus() -> None:
    asked: list[str] = []

    def prometheus(text: str, window: Window | None = None, step_s: float | None = None) -> list[Row]:
        asked.append(text)
        if text.startswith("sum"):
            raise RefusedQueryError("Prometheus: too many samples")
        return [{"__name__": "x", "service_name": "order", "value": "7"}]

    found = [each.found for each in taken_apart(read("sum(rate(x[1m]))"), InPrometheus(prometheus, WINDOW))]
    assert asked == ["x{}", "count_over_time(x{}[1m])", "rate(x{}[1m])", "sum(rate(x{}[1m]))"]
    assert found[0].samples == [Sample({"service_name": "order"}, 7.0)]
    assert (found[3].samples, found[3].note) == (None, "Prometheus: too many samples")


def test_equal_parts_are_asked_once() -> None:
    asked: list[str] = []

    def prometheus(text: str, window: Window | None = None, step_s: float | None = None) -> list[Row]:
        asked.append(text)
        return []

    whole = read("""x + x + y{a='b"} or y{c="d'} + x + y{a="b"}""")
    found = taken_apart(whole, InPrometheus(prometheus, WINDOW))
    assert [part for part in asked if "+" not in part] == ["x{}", """y{a="b"}"""]
    assert [stage.part.text for stage in found].count("x") == 3


def test_a_part_that_the_parser_cannot_write_again_is_not_asked() -> None:
    [stage] = taken_apart(read("""x{a='b"} or y{c="d'}"""), InPrometheus(_never, WINDOW))
    assert "cannot be written again" in stage.found.note


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("sum without (a, b) (x)", "Adds up the series that agree in all labels but a, b: one is left of each group."),
        ("topk(3, x)", "Keeps the 3 highest of all series, with all their labels."),
        ("count(x)", "Counts all series: one is left, without labels."),
        ("x > bool 1", "1 where left > right, else 0, series with the same labels with each other"),
        ("x * on (a) group_left (b) y", "Left * right, series matched on a, many to one."),
        ("x unless y", "Keeps series of the left side that have no partner on the right."),
        ("max_over_time(rate(x[1m])[5m:1m])", "The highest of each series' samples in the range."),
        ("sort_desc(x)", "The function sort_desc() of what is inside."),
    ],
)
def test_a_part_is_told_in_words(expression: str, words: str) -> None:
    assert read(expression).words.startswith(words)


def test_a_series_whose_bound_is_no_number_is_left_out_as_prometheus_does() -> None:
    samples = [Sample({"le": le}, value) for le, value in (("1", 50.0), ("soon", 70.0), ("+Inf", 100.0))]
    assert [found.value for found in quantiles(0.5, Found(samples)).values()] == [1.0]


def _never(text: str, window: Window | None = None, step_s: float | None = None) -> list[Row]:
    raise AssertionError(text)
