from tests.unit.telemetry.duck_store import DuckStore, at
from whodunit.telemetry.answers import LogRecord
from whodunit.telemetry.questions import LogQuery, Window
from whodunit.telemetry.store.adapter import StoreTelemetry
from whodunit.views.log_commands import follow


def test_each_new_line_comes_once_even_when_it_comes_late(store: DuckStore) -> None:
    telemetry = StoreTelemetry(store)
    arrivals = [[("old", -1.0), ("first", 0.5)], [("second", 2.0)], [("late", 1.0), ("third", 3.0)], []]
    polls = iter(arrivals)

    def ask(window: Window) -> list[LogRecord]:
        for body, time_s in next(polls):
            store.log(body, "order", time_s)
        return list(telemetry.logs(LogQuery(), window, 100).sample)

    found = follow(ask, since=at(0), ticks=[at(1), at(2), at(12), at(13)])
    assert [record.body for record in found] == ["first", "second", "third"]


def test_a_line_within_the_grace_is_not_lost(store: DuckStore) -> None:
    telemetry = StoreTelemetry(store)
    polls = iter([[("b", 5.0)], [("a", 1.0)], []])

    def ask(window: Window) -> list[LogRecord]:
        for body, time_s in next(polls):
            store.log(body, "order", time_s)
        return list(telemetry.logs(LogQuery(), window, 100).sample)

    assert [record.body for record in follow(ask, at(0), [at(5), at(6), at(7)])] == ["b", "a"]
