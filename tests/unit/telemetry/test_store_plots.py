from dataclasses import replace
from math import inf

from tests.unit.telemetry.duck_store import MINUTE, DuckStore, at
from whodunit.telemetry.answers import Exemplar
from whodunit.telemetry.questions import MetricQuery, Statistic
from whodunit.telemetry.store.adapter import StoreTelemetry


def test_a_plot_has_one_value_per_step_and_gaps(store: DuckStore, telemetry: StoreTelemetry) -> None:
    for time_s, increase in [(1, 10), (6, 5), (9, 5), (41, 20)]:
        store.counter("shop.order.results", "order", time_s, increase, unit="{order}")
    plot = telemetry.plot(MetricQuery("shop.order.results", Statistic.RATE), MINUTE, step_s=20)
    (line,) = plot.series
    assert plot.unit == "{order}/s"
    assert line.times == [at(0), at(20), at(40)]
    assert line.values == [1.0, None, 1.0]
    assert line.attributes == {}


def test_a_plot_is_split_by_attributes_and_service(store: DuckStore, telemetry: StoreTelemetry) -> None:
    for service, outcome, value in [("order", "failed", 1), ("order", "completed", 2), ("payment", "failed", 3)]:
        store.gauge("level", service, 5, value, attributes={"shop.outcome": outcome})
    query = MetricQuery("level", Statistic.LAST)
    plot = telemetry.plot(query, MINUTE, step_s=60, by=["service", "shop.outcome"])
    assert [(dict(line.attributes), line.values) for line in plot.series] == [
        ({"service": "order", "shop.outcome": "completed"}, [2.0]),
        ({"service": "order", "shop.outcome": "failed"}, [1.0]),
        ({"service": "payment", "shop.outcome": "failed"}, [3.0]),
    ]


def test_releases_of_a_service_are_told_apart(store: DuckStore, telemetry: StoreTelemetry) -> None:
    store.counter("paid", "payment", 5, 3, release="1.0")
    store.counter("paid", "payment", 25, 4, release="1.1")
    query = MetricQuery("paid", Statistic.INCREASE, "payment")
    plot = telemetry.plot(query, MINUTE, step_s=60, by=["service.version"])
    assert [(dict(line.attributes), line.values) for line in plot.series] == [
        ({"service.version": "1.0"}, [3.0]),
        ({"service.version": "1.1"}, [4.0]),
    ]
    new = replace(query, where={"service.version": "1.1"})
    assert telemetry.number(new, MINUTE).value == 4.0


def test_percentiles_are_taken_per_step_and_series(store: DuckStore, telemetry: StoreTelemetry) -> None:
    for time_s, counts in [(1, [4, 0]), (31, [0, 4])]:
        for service in ("order", "payment"):
            store.histogram("took", service, time_s, counts, [1.0, 3.0])
    query = MetricQuery("took", Statistic.PERCENTILE, percentile=50)
    plot = telemetry.plot(query, MINUTE, step_s=30, by=["service"])
    assert [line.values for line in plot.series] == [[0.5, 2.0], [0.5, 2.0]]
    assert len(store.sql(plot.query).rows) == 4


def test_an_unknown_metric_plots_nothing(telemetry: StoreTelemetry) -> None:
    assert telemetry.plot(MetricQuery("nope", Statistic.MEAN), MINUTE, 5).series == []


def test_metrics_are_listed_with_what_one_can_ask_of_them(store: DuckStore, telemetry: StoreTelemetry) -> None:
    store.gauge("b.level", "order", 5, 1, unit="{order}")
    store.counter("a.hits", "user", 5, 1, attributes={"result": "hit"})
    store.counter("a.hits", "order", 5, 1, attributes={"cause": "x", "result": "hit"})
    store.gauge("c.old", "order", -100, 1)
    listed = telemetry.metric_list(MINUTE)
    first, second = listed.metrics
    assert (first.name, first.kind, first.monotonic) == ("a.hits", "sum", True)
    assert (first.services, first.attributes) == (("order", "user"), ("cause", "result"))
    assert (second.name, second.kind, second.unit, second.attributes) == ("b.level", "gauge", "{order}", ())
    assert telemetry.metric_names() == ["a.hits", "b.level", "c.old"]
    assert telemetry.service_names() == ["order", "user"]
    assert len(store.sql(listed.query).rows) == 2


def test_measurements_are_counted_by_step_and_bucket(store: DuckStore, telemetry: StoreTelemetry) -> None:
    store.histogram("took", "order", 1, [4, 0, 1], [1.0, 3.0])
    store.histogram("took", "payment", 9, [1, 0, 0], [1.0, 3.0])
    store.histogram("took", "order", 41, [0, 2, 0], [1.0, 3.0])
    found = telemetry.buckets(MetricQuery("took", Statistic.COUNT), MINUTE, step_s=20)
    assert (found.unit, found.bounds, found.times) == ("s", [1.0, 3.0, inf], [at(0), at(20), at(40)])
    assert found.counts == [[5, 0, 1], [0, 0, 0], [0, 2, 0]]
    of_one = telemetry.buckets(MetricQuery("took", Statistic.COUNT, "payment"), MINUTE, step_s=60)
    assert of_one.counts == [[1, 0, 0]]
    nothing = telemetry.buckets(MetricQuery("nope", Statistic.COUNT), MINUTE, step_s=20)
    assert (nothing.bounds, nothing.times, nothing.counts) == ([], [], [])


def test_of_each_step_the_largest_exemplar_is_told(store: DuckStore, telemetry: StoreTelemetry) -> None:
    def told(value: float | str | None, trace_id: str, time_s: float) -> dict[str, object]:
        return {"value": value, "trace_id": trace_id, "time": at(time_s).isoformat()}

    exemplars = [told(0.2, "a", 1), told(0.9, "b", 2), told(5, "", 3), told(None, "c", 3), told(7, "early", -3)]
    exemplars += [told(number, "no-number", 4) for number in ("NaN", "Infinity", "-inf")]
    store.histogram("took", "order", 5, [1], [1.0], exemplars=exemplars)
    store.histogram("took", "order", 25, [1], [1.0], exemplars=[told(0.1, "d", 21)])
    found = telemetry.exemplars(MetricQuery("took", Statistic.MEAN), MINUTE, step_s=20)
    assert list(found.exemplars) == [Exemplar(at(2), 0.9, "b"), Exemplar(at(21), 0.1, "d")]
