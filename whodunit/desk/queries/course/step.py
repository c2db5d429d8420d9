"""A step of the course: what it teaches, and one question in several languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from string import Template
from textwrap import dedent

from whodunit.telemetry.promql import duration
from whodunit.telemetry.questions import Window
from whodunit.telemetry.windows import EXPORTED_EVERY_S
from whodunit.views.metric_view import step_s


@dataclass(frozen=True)
class Step:
    """One step, under `/queries/SLUG`.

    `queries` are by language, with `$window`, `$rate`, `$step` and, in SQL, `$since` and `$until` for the page's time.
    `unit` is that of the plot, for a query whose rows have a `step`.
    """

    slug: str
    title: str
    teaches: str
    queries: Mapping[str, str]
    question: str
    answer: str
    unit: str = ""


def steps_s(window: Window) -> int:
    """The length of a step of a plot, in whole seconds."""
    return ceil(step_s(window))


def filled(query: str, window: Window) -> str:
    """A query of the course for a window; a rate is taken over four exports or more, and never less than a step."""
    return Template(dedent(query).strip()).safe_substitute(
        window=duration(max(1, round(window.seconds))),
        rate=duration(max(4 * EXPORTED_EVERY_S, steps_s(window))),
        step=steps_s(window),
        since=timestamp(window.start),
        until=timestamp(window.end),
    )


def timestamp(moment: datetime) -> str:
    """A moment as the store's SQL writes it."""
    return f"timestamp '{moment.astimezone(UTC).replace(tzinfo=None).isoformat(' ', 'milliseconds')}'"
