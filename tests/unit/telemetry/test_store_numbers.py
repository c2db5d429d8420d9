from collections.abc import Sequence

import pytest

from tests.unit.telemetry.duck_store import MINUTE, DuckStore, at
from whodunit.telemetry.answers import Number
from whodunit.telemetry.port import TelemetryError
from whodunit.telemetry.questions import MetricQuery, Statistic, Window
from whodunit.telemetry.store.adapter import StoreTelemetry
from whodunit.telemetry.store.client import Rows

DURATION = "shop.payment.duration"
BOUNDS = [0.5, 1.0, 5.0, 10.0]


def ask(telemetry: StoreTelemetry, statistic: Statistic, name: str = DURATION, **more: object) -> Number:
    return telemetry.number(MetricQuery(name, statistic, **more), MINUTE)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("counts", "percent", "value"),
    [
        ([10, 0, 0, 0, 0], 50, 0.25),  # half way into the first bucket, which starts at 0
        ([5, 5, 0, 0, 0], 90, 0.9),
        ([0, 0, 4, 0, 0], 25, 2.0),
        ([90, 5, 0, 5, 0], 95, 1.0),  # exactly at a boundary
        ([90, 0, 0, 10, 0], 95, 7.5),  # passes over empty buckets
        ([1, 0, 0, 0, 9], 95, 10.0),  # in the open bucket: its lower bound
        ([10, 0, 0, 0, 0], 0, 0.0),
        ([0, 10, 0, 0, 0], 100, 1.0),
    ],
)
def test_a_percentile_is_interpolated_within_its_bucket(
    store: DuckStore, telemetry: StoreTelemetry, counts: list[int], percent: float, value: float
) -> None:
    store.histogram(DURATION, "payment", 10, counts, BOUNDS)
    assert ask(telemetry, Statistic.PERCENTILE, percentile=percent).value == pytest.approx(value)


def test_a_percentile_adds_up_rows_and_series(store: DuckStore, telemetry: StoreTelemetry) -> None:
    store.histogram(DURATION, "payment", 5, [2, 0, 0, 0, 0], BOUNDS, attributes={"shop.outcome": "succeeded"})
    store.histogram(DURATION, "payment", 10, [0, 2, 0, 0, 0], BOUNDS, attributes={"shop.outcome": "failed"})
    everything = ask(telemetry, Statistic.PERCENTILE, percentile=75)
    assert everything.value == pytest.approx(0.75)
    assert everything.points == 2
    failed = ask(telemetry, Statistic.PERCENTILE, percentile=50, where={"shop.outcome": "failed"})
    assert failed.value == pytest.approx(0.75)
    assert failed.points == 1


def test_histograms_with_different_bounds_add_up(store: DuckStore, telemetry: StoreTelemetry) -> None:
    store.histogram(DURATION, "payment", 5, [4, 0], [1.0])
    store.histogram(DURATION, "order", 5, [0, 4, 0], [1.0, 2.0])
    assert ask(telemetry, Statistic.PERCENTILE, percentile=75).value == pytest.approx(1.5)
    assert ask(telemetry, Statistic.PERCENTILE, percentile=75, service="payment").value == pytest.approx(0.75)


def test_nothing_measured_is_no_number(store: DuckStore, telemetry: StoreTelemetry) -> None:
    assert ask(telemetry, Statistic.PERCENTILE, percentile=95).value is None
    store.histogram(DURATION, "payment", 10, [0, 0, 0, 0, 0], BOUNDS)
    empty = ask(telemetry, Statistic.PERCENTILE, percentile=95)
    assert (empty.value, empty.points) == (None, 1)
    assert ask(telemetry, Statistic.MEAN).value is None


def test_mean_and_count_come_from_the_sums(store: DuckStore, telemetry: StoreTelemetry) -> None:
    store.histogram(DURATION, "payment", 5, [3, 0], [1.0], sum=1.5)
    store.histogram(DURATION, "payment", 10, [0, 1], [1.0], sum=2.5)
    assert ask(telemetry, Statistic.MEAN).value == pytest.approx(1.0)
    assert ask(telemetry, Statistic.COUNT).value == 4
    assert ask(telemetry, Statistic.RATE).value == pytest.approx(4 / 60)


def test_a_counter_increases_within_the_half_open_window(store: DuckStore, telemetry: StoreTelemetry) -> None:
    for time_s, increase in [(-1, 100), (0, 1), (30, 2), (59.9, 3), (60, 100)]:
        store.counter("shop.payment.timeouts", "payment", time_s, increase, attributes={"shop.awaited": "gateway"})
    number = ask(telemetry, Statistic.INCREASE, "shop.payment.timeouts", where={"shop.awaited": "gateway"})
    assert (number.value, number.points) == (6, 3)
    assert ask(telemetry, Statistic.RATE, "shop.payment.timeouts").value == pytest.approx(0.1)
    assert ask(telemetry, Statistic.INCREASE, "shop.payment.timeouts", where={"shop.awaited": "x"}).points == 0


def test_last_adds_the_last_value_of_each_series(store: DuckStore, telemetry: StoreTelemetry) -> None:
    pool = "db.client.connection.count"
    for time_s, used, idle in [(5, 1, 4), (10, 3, 2)]:
        store.gauge(pool, "payment", time_s, used, attributes={"state": "used"})
        store.gauge(pool, "payment", time_s, idle, attributes={"state": "idle"})
    store.gauge(pool, "order", 10, 7, attributes={"state": "used"})
    assert ask(telemetry, Statistic.LAST, pool).value == 12
    assert ask(telemetry, Statistic.LAST, pool, service="payment").value == 5
    assert ask(telemetry, Statistic.MAX, pool, service="payment").value == 4


def test_last_forgets_the_process_that_a_restart_replaced(store: DuckStore, telemetry: StoreTelemetry) -> None:
    store.gauge("shop.order.stuck", "order", 10, 5, resource_id=71)
    store.gauge("shop.order.stuck", "order", 20, 1, resource_id=72)
    assert ask(telemetry, Statistic.LAST, "shop.order.stuck").value == 1


def test_a_rise_is_the_last_value_less_the_least(store: DuckStore, telemetry: StoreTelemetry) -> None:
    memory = "process.memory.usage"
    for time_s, used in [(5, 80), (10, 50), (15, 95), (20, 90)]:
        store.gauge(memory, "order", time_s, used)
    store.gauge(memory, "payment", 5, 7)
    store.gauge(memory, "payment", 20, 9)
    assert ask(telemetry, Statistic.RISE, memory, service="order").value == 40
    assert ask(telemetry, Statistic.RISE, memory).value == 42
    assert ask(telemetry, Statistic.RISE, memory, service="user").value is None


def test_exemplars_are_trace_ids_slowest_first(store: DuckStore, telemetry: StoreTelemetry) -> None:
    quick = {"value": 0.2, "time": "2026-11-21T12:00:04Z", "trace_id": "a" * 32, "span_id": "1" * 16}
    slow = {"value": 11.0, "time": "2026-11-21T12:00:09Z", "trace_id": "b" * 32, "span_id": "2" * 16}
    store.histogram(DURATION, "payment", 5, [1, 0], [1.0], exemplars=[quick])
    store.histogram(DURATION, "payment", 10, [1, 1], [1.0], exemplars=[quick, slow])
    assert ask(telemetry, Statistic.COUNT).exemplars == ["b" * 32, "a" * 32]


def test_a_percentile_needs_to_be_one(telemetry: StoreTelemetry) -> None:
    with pytest.raises(TelemetryError, match="between 0 and 100, not 101"):
        ask(telemetry, Statistic.PERCENTILE, percentile=101)


@pytest.mark.parametrize("statistic", list(Statistic))
def test_the_query_it_names_gives_the_same_number(
    store: DuckStore, telemetry: StoreTelemetry, statistic: Statistic
) -> None:
    name = 'it\'s 100% "quoted"?'
    store.histogram(name, "payment", 10, [3, 1], [1.0], max=4.0, value=2.0, attributes={"a'b": "c?d"})
    number = ask(telemetry, statistic, name, percentile=50, where={"a'b": "c?d"}, service="payment")
    again = store.sql(number.query).as_dicts()[0]
    assert number.value is not None
    assert (again["value"], again["points"]) == (number.value, number.points)


def test_numbers_asked_together_are_those_asked_alone(store: DuckStore, telemetry: StoreTelemetry) -> None:
    store.histogram(DURATION, "payment", 10, [3, 1, 1], [0.5, 1.0], max=4.0)
    store.counter("shop.payment.retries", "payment", 20, 4, attributes={"shop.outcome": "a"})
    store.counter("shop.payment.retries", "payment", 40, 8, attributes={"shop.outcome": "b"})
    store.gauge("shop.order.stuck", "order", 30, 7)
    late = Window(at(30), at(60))
    asked = [
        *((MetricQuery(DURATION, each, percentile=50), MINUTE) for each in Statistic),
        *((MetricQuery("shop.order.stuck", Statistic.LAST), window) for window in (MINUTE, Window(at(40), at(60)))),
        *((MetricQuery("shop.payment.retries", Statistic.INCREASE), window) for window in (MINUTE, late)),
        (MetricQuery("shop.payment.retries", Statistic.INCREASE, "order"), MINUTE),
        (MetricQuery("shop.payment.retries", Statistic.RATE, where={"shop.outcome": ["a", "c"]}), MINUTE),
        (MetricQuery(DURATION, Statistic.COUNT, longer_than_s=0.5), MINUTE),
        *((MetricQuery("never.measured", each, percentile=50), MINUTE) for each in Statistic),
    ]
    together = telemetry.measure(asked)
    assert together.values == [telemetry.number(query, window).value for query, window in asked]
    assert together.values[-6 - len(Statistic) :] == [None, 12, 8, None, 4 / 60, 2, *[None] * len(Statistic)]
    assert store.sql(together.query).rows


def test_numbers_of_what_nobody_measured_are_not_worked_out(store: DuckStore) -> None:
    asked: list[str] = []

    class Listening:
        def sql(self, sql: str, parameters: Sequence[object] = ()) -> Rows:
            asked.append(sql)
            return store.sql(sql, parameters)

    store.gauge("shop.order.stuck", "order", 30, 7)
    never = MetricQuery("never.measured", Statistic.COUNT)
    telemetry = StoreTelemetry(Listening())
    assert telemetry.measure([(never, MINUTE)]).values == [None]
    assert len(asked) == 1
    stuck = MetricQuery("shop.order.stuck", Statistic.LAST)
    assert telemetry.measure([(never, MINUTE), (stuck, MINUTE)]).values == [None, 7]
    assert ("q1" in asked[-1], "increases" in asked[-1]) == (False, False)


@pytest.mark.parametrize(
    ("temporality", "values"), [("delta", [5, None, 5 / 60, 7]), ("cumulative", [3, None, 3 / 60, 7])]
)
def test_increases_are_worked_out_where_there_are_totals(
    store: DuckStore, temporality: str, values: list[float | None]
) -> None:
    asked: list[str] = []

    class Listening:
        def sql(self, sql: str, parameters: Sequence[object] = ()) -> Rows:
            asked.append(sql)
            return store.sql(sql, parameters)

    store.gauge("shop.order.stuck", "order", 30, 7)
    for time_s, value in ((-20, 0), (20, 2), (40, 3)):
        store.counter("shop.order.unsettled", "order", time_s, value, temporality=temporality, start_time=at(-60))
    telemetry = StoreTelemetry(Listening())
    questions = [
        (MetricQuery("shop.order.unsettled", Statistic.INCREASE, "order"), MINUTE),
        (MetricQuery("shop.order.unsettled", Statistic.INCREASE, "payment"), MINUTE),
        (MetricQuery("shop.order.unsettled", Statistic.RATE), MINUTE),
        (MetricQuery("shop.order.stuck", Statistic.LAST), MINUTE),
    ]
    assert telemetry.measure(questions).values == values
    assert asked[-1].count("increases") == (1 if temporality == "cumulative" else 0)
    assert [telemetry.number(query, window).value for query, window in questions] == values


def test_levels_asked_together_are_of_the_newest_process(store: DuckStore, telemetry: StoreTelemetry) -> None:
    for time_s, value, resource_id in ((10, 1, 1), (20, 5, 1), (30, 2, 2), (35, 4, 2)):
        store.gauge("shop.order.stuck", "order", time_s, value, resource_id=resource_id, attributes={"shop.queue": "a"})
    store.gauge("shop.order.stuck", "order", 25, 9, resource_id=1, attributes={"shop.queue": "b"})
    before = Window(at(0), at(26))
    questions = [
        (MetricQuery("shop.order.stuck", statistic, "order", where=where), window)
        for statistic in (Statistic.LAST, Statistic.RISE)
        for where in ({}, {"shop.queue": "b"})
        for window in (MINUTE, before, Window(at(32), at(60)))
    ]
    values = telemetry.measure(questions).values
    assert values == [4, 14, 4, 9, 9, None, 2, 4, 0, 0, 0, None]
    assert values == [telemetry.number(query, window).value for query, window in questions]
