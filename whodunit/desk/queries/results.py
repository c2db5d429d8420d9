"""A raw query's answer: a table, and a plot of what has steps."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite, nan
from typing import Any

from whodunit.desk.plots import Drawing, drawing, label
from whodunit.desk.queries.course.step import steps_s
from whodunit.telemetry.answers import Series
from whodunit.telemetry.languages import Ask, Row
from whodunit.telemetry.port import RefusedQueryError
from whodunit.telemetry.questions import Window

STEP = "step"
"""Rows with such a column, a moment, are drawn: the last column is the value, the others name the line."""

MOST_ROWS = 100
MOST_CHARACTERS = 300


@dataclass(frozen=True)
class Table:
    """The first rows of an answer, as text; `count` is how many the program gave."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: frozenset[str]
    count: int


@dataclass(frozen=True)
class Result:
    """An answer, or the words in which the query was refused."""

    table: Table | None = None
    drawing: Drawing | None = None
    refusal: str = ""


def result(ask: Ask, language: str, text: str, window: Window, unit: str) -> Result:
    """The answer to a query as of the window's end, and over the window; raises TelemetryError when nobody answers."""
    step = steps_s(window)
    try:
        rows = ask(text, window, step if language == "logql" else None)
        lines = ask(text, window, step) if language == "promql" and _is_instant(rows) else rows
    except RefusedQueryError as error:
        return Result(refusal=str(error))
    return Result(_table(rows), _drawn(lines, window, unit))


def number(value: float) -> str:
    """A number in at most six digits."""
    return f"{value:.6g}"


def _is_instant(rows: Sequence[Row]) -> bool:
    return any(_value(row.get("value")) is not None for row in rows)


def _table(rows: Sequence[Row]) -> Table:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    shown = [[_cell(row.get(name)) for name in columns] for row in rows[:MOST_ROWS]]
    numeric = {name for name in columns if all(_value(row.get(name)) is not None for row in rows[:MOST_ROWS])}
    return Table(columns, shown, frozenset(numeric), len(rows))


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return number(value)
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}…"


def _drawn(rows: Sequence[Row], window: Window, unit: str) -> Drawing | None:
    """The rows as lines; None for rows without steps, or without a number in the last column."""
    if not rows or STEP not in rows[0]:
        return None
    of_value = list(rows[0])[-1]
    lines: dict[tuple[tuple[str, str], ...], dict[datetime, float]] = {}
    for row in rows:
        time, value = _moment(row.get(STEP)), _value(row.get(of_value))
        if time is not None and value is not None:
            lines.setdefault(_names(row, of_value), {})[time] = value
    times = sorted({time for values in lines.values() for time in values})
    series = [Series(dict(names), times, [values.get(time) for time in times]) for names, values in lines.items()]
    return drawing(unit, window, ((label(each), each) for each in series)) if series else None


def _names(row: Mapping[str, Any], of_value: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(value)) for name, value in row.items() if name not in (STEP, of_value))


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _value(value: object) -> float | None:
    """A number, also in Prometheus' text form; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except ValueError:
        found = nan
    return found if isfinite(found) else None
