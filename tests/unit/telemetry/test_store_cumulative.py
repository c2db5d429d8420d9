"""Totals that only grow, as most SDKs send them by default, are asked like increases."""

import pytest

from tests.unit.telemetry.duck_store import MINUTE, NOON, DuckStore, at
from whodunit.telemetry.questions import MetricQuery, Statistic
from whodunit.telemetry.store.adapter import StoreTelemetry

LONG_AGO = at(-3600)
TOTAL = "foreign.requests"
DURATION = "foreign.duration"


def total(store: DuckStore, time_s: float, value: float | None, start: object = LONG_AGO, **fields: object) -> None:
    store.counter(TOTAL, "foreign", time_s, value, temporality="cumulative", start_time=start, **fields)


def durations(store: DuckStore, time_s: float, *counts: int, bounds: tuple[float, ...] = (1, 2)) -> None:
    store.histogram(DURATION, "foreign", time_s, counts, bounds, temporality="cumulative", start_time=LONG_AGO)


def increase(telemetry: StoreTelemetry, **where: str) -> float | None:
    return telemetry.number(MetricQuery(TOTAL, Statistic.INCREASE, where=where), MINUTE).value


def test_a_total_first_seen_within_the_window_is_no_increase(store: DuckStore, telemetry: StoreTelemetry) -> None:
    for time_s, value in ((10, 1000), (20, 1005), (30, 1010), (40, 1015)):
        total(store, time_s, value)
    assert increase(telemetry) == 15
    rate = telemetry.number(MetricQuery(TOTAL, Statistic.RATE), MINUTE)
    assert rate.value == pytest.approx(15 / 60)
    assert rate.points == 3


def test_the_point_before_the_window_is_what_it_grew_from(store: DuckStore, telemetry: StoreTelemetry) -> None:
    for time_s, value in ((-601, 0), (-50, 90), (10, 100), (59, 104), (61, 500)):
        total(store, time_s, value)
    assert increase(telemetry) == 14


@pytest.mark.parametrize(
    ("start", "value"),
    [(at(-50), 7), (at(10), None), (None, None), (at(-121), None)],
    ids=["a new process", "unknown start", "no start", "was told elsewhere"],
)
def test_the_first_point_counts_where_it_says_since_when(
    store: DuckStore, telemetry: StoreTelemetry, start: object, value: float | None
) -> None:
    total(store, 10, 7, start)
    assert increase(telemetry) == value


def test_a_series_that_a_known_process_begins_began_at_zero(store: DuckStore, telemetry: StoreTelemetry) -> None:
    total(store, 0, 1000, attributes={"status": "200"})
    total(store, 0.5, 700, attributes={"status": "404"})  # of the same export
    total(store, 30, 3, attributes={"status": "500"})
    assert increase(telemetry, status="500") == 3
    assert increase(telemetry) == 3


def test_a_restart_begins_at_zero_told_or_not(store: DuckStore, telemetry: StoreTelemetry) -> None:
    for time_s, value, start in ((0, 50, None), (10, 60, None), (20, 4, None), (30, 5, None)):
        total(store, time_s, value, start)
    assert increase(telemetry) == 10 + 4 + 1
    for time_s, value, start in ((0, 5, LONG_AGO), (10, 6, LONG_AGO), (20, 9, at(15))):
        total(store, time_s, value, start, attributes={"told": "yes"})
    assert increase(telemetry, told="yes") == 1 + 9


def test_a_gap_is_no_restart(store: DuckStore, telemetry: StoreTelemetry) -> None:
    for time_s, value in ((0, 50), (20, 53)):
        total(store, time_s, value)
    total(store, 10, None)
    assert increase(telemetry) == 3


def test_two_processes_that_call_themselves_alike(store: DuckStore, telemetry: StoreTelemetry) -> None:
    for number in range(1, 6):
        total(store, number * 10, 100 + number)
        total(store, number * 10 + 1, 5000 + number * 10, at(-3000))
    assert increase(telemetry) == 4 + 40


def test_histograms(store: DuckStore, telemetry: StoreTelemetry) -> None:
    durations(store, -5, 100, 100, 100)
    durations(store, 10, 100, 102, 100)
    durations(store, 20, 100, 104, 101)
    query = {name: MetricQuery(DURATION, name, percentile=40) for name in Statistic}
    assert telemetry.number(query[Statistic.COUNT], MINUTE).value == 5
    assert telemetry.number(query[Statistic.MEAN], MINUTE).value == 1  # the fake's sum is its count
    assert telemetry.number(query[Statistic.PERCENTILE], MINUTE).value == pytest.approx(1.5)
    plot = telemetry.plot(query[Statistic.COUNT], MINUTE, 15)
    assert plot.series[0].values == [2, 3, None, None]


def test_an_exponential_histogram_whose_buckets_grew_wider(store: DuckStore, telemetry: StoreTelemetry) -> None:
    durations(store, 10, 1, 2, 3, 4, 0, bounds=(1, 2, 4, 8))
    durations(store, 20, 1, 5, 6, 2, 0, bounds=(1, 4, 16, 64))
    [row] = store.sql(f"from increases(timestamp '{NOON:%F %T}', timestamp '{at(60):%F %T}')").as_dicts()
    assert (row["bucket_counts"], row["count"], row["temporality"]) == ([0, 0, 2, 2, 0], 4, "delta")


def test_gauges_and_increases_pass_as_they_are(store: DuckStore, telemetry: StoreTelemetry) -> None:
    store.gauge("level", "foreign", 10, 7)
    store.counter("up and down", "foreign", 10, 7, temporality="cumulative", monotonic=False, start_time=LONG_AGO)
    store.counter("delta", "foreign", 10, 7)
    for name in ("level", "up and down", "delta"):
        assert telemetry.number(MetricQuery(name, Statistic.INCREASE), MINUTE).value == 7


def test_alerts_count_increases(store: DuckStore, telemetry: StoreTelemetry) -> None:
    for time_s, value in ((-70, 1000), (-10, 1002), (50, 1010)):
        total(store, time_s, value)
    answers = telemetry.measure([(MetricQuery(TOTAL, Statistic.INCREASE, "foreign"), MINUTE)])
    assert answers.values == [8]
