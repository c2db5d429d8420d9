"""The questions of the alerts' evaluation in SQL: one statement for all of them, over the last minute."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from whodunit.telemetry.measuring import Answers, Events, Points, Question
from whodunit.telemetry.questions import Window
from whodunit.telemetry.store.adapter import SqlStore
from whodunit.telemetry.store.sql import Sql, all_of, compose, increases, joined


class StoreMeasurements:
    """Implements `whodunit.telemetry.measuring.Measuring` on the embedded store."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    def measure(self, questions: Sequence[Question], now: datetime) -> Answers:
        asked = statement(questions, now)
        row = self._store.sql(asked.text, asked.parameters).as_dicts()[0]
        return Answers([row[f"q{number}"] for number in range(len(questions))], str(asked))


def statement(questions: Sequence[Question], now: datetime) -> Sql:
    """One row with a column for each question: `q0`, `q1` and so on."""
    longest = Window(now - timedelta(seconds=max(question.window_s for question in questions)), now)
    names = joined(", ", (compose("{name}", name=name) for name in sorted({_name(each) for each in questions})))
    columns = [
        compose(f"{{value}} AS q{number}", value=_value(question, now)) for number, question in enumerate(questions)
    ]
    return compose(
        "SELECT {columns}\nFROM {rows}\nWHERE name IN ({names})",
        columns=joined(",\n  ", columns),
        names=names,
        rows=increases(longest),
    )


def _value(question: Question, now: datetime) -> Sql:
    matching = compose("FILTER (WHERE {conditions})", conditions=_conditions(question, now))
    if isinstance(question, Points):
        return compose("count(*) {matching}", matching=matching)
    if isinstance(question, Events):
        return compose("coalesce(sum({n}) {matching}, 0)", n=_count(question), matching=matching)
    return compose("arg_max(value, time) {matching}", matching=matching)


def _count(question: Events) -> Sql:
    if question.signal.longer_than is None:
        return Sql("coalesce(value, count)")
    return compose(
        "count - coalesce(list_sum(bucket_counts[1:list_position(bounds, CAST({s} AS DOUBLE))]), 0)",
        s=question.signal.longer_than,
    )


def _conditions(question: Question, now: datetime) -> Sql:
    service = question.signal.service if isinstance(question, Events) else question.service
    where: Mapping[str, Sequence[str]] = question.signal.where if isinstance(question, Events) else {}
    return all_of(
        [
            compose("name = {name}", name=_name(question)),
            *([compose("service = {service}", service=service)] if service else []),
            *(_any_of(attribute, values) for attribute, values in where.items()),
            compose("time >= {start}", start=now - timedelta(seconds=question.window_s)),
        ]
    )


def _any_of(attribute: str, values: Sequence[str]) -> Sql:
    listed = joined(", ", (compose("{value}", value=value) for value in values))
    return compose("attributes[{attribute}] IN ({listed})", attribute=attribute, listed=listed)


def _name(question: Question) -> str:
    return question.signal.metric if isinstance(question, Events) else question.gauge
