"""`whodunit forecast METRIC --limit VALUE`."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Group
from rich.text import Text

from whodunit.compare.findings import FEWEST_POINTS
from whodunit.compare.forecast import FARTHEST, SURE, Forecast
from whodunit.compare.forecast import forecast as forecast_of
from whodunit.durations import format_duration
from whodunit.errors import WrongUseError
from whodunit.telemetry.conditions import attributes
from whodunit.telemetry.questions import MetricQuery
from whodunit.telemetry.windows import EXPORTED_EVERY_S
from whodunit.views.clock_time import to_the_second
from whodunit.views.desk import desk
from whodunit.views.metric_plot import drawn
from whodunit.views.metric_statistic import choose
from whodunit.views.metric_view import known_metric
from whodunit.views.not_shown import nothing
from whodunit.views.options import Around, AsJson, AsQuery, Last, Service, Since, StoreUrl, Until, Where
from whodunit.views.output import Style, emit
from whodunit.views.units import percent, with_unit
from whodunit.views.windows import Period

_MINUTE_S = 60

Name = Annotated[str, typer.Argument(metavar="METRIC", help="A metric: a level, such as how full a volume is.")]
Reached = Annotated[str, typer.Option("--limit", metavar="VALUE", help="The value to be reached: 1, 0.9, 90%.")]


def forecast(  # noqa: PLR0913, PLR0917 - every option of a command is an argument
    context: typer.Context,
    name: Name,
    limit: Reached,
    service: Service = None,
    where: Where = None,
    last: Last = None,
    since: Since = None,
    until: Until = None,
    around: Around = None,
    as_json: AsJson = False,
    as_query: AsQuery = False,
    store: StoreUrl = None,
) -> None:
    """Tell when a metric reaches a limit, if it goes on as it did, with an interval; or why that cannot be told."""
    level, period = number(limit), Period(last, since, until, around)
    with desk(context, store) as at:
        window = at.window(period)
        choice = choose(known_metric(at, window, period, name), None)
        query = MetricQuery(name, choice.statistic, service, attributes(where or (), "--where "), choice.percentile)
        plot = at.telemetry.plot(query, window, EXPORTED_EVERY_S)
        series = plot.series[0] if plot.series else None
        found = forecast_of(series.times, series.values, level) if series else forecast_of((), (), level)
        title = " ".join([name, choice.caption, *([f"of {service}"] if service else [])])
        emit(
            Style(as_json, as_query),
            plot.query,
            {"metric": name, "statistic": choice.caption, "unit": plot.unit, **asdict(found)},
            lambda screen: (
                Group(
                    drawn(plot, title, window, screen),
                    Text(told(found, plot.unit, window.end), style="bold"),
                    *_how(found),
                )
                if series
                else nothing(at, f"points of {name} like that", period, service)
            ),
        )


def number(text: str) -> float:
    """A number, or a share in per cent; raises WrongUseError."""
    try:
        return float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError as error:
        raise WrongUseError(f"{text!r} is no number.", "Example: --limit 0.9, or --limit 90%") from error


def told(found: Forecast, unit: str, now: datetime) -> str:
    """The forecast in a sentence."""
    limit = _value(found.limit, unit)
    if found.value is None or found.slope_per_s is None:
        return f"It has {found.points} points: a line needs {FEWEST_POINTS}. Look further back: --last"
    so_far = f"It is {_value(found.value, unit)} now, and"
    each = f"{'+' if found.slope_per_s >= 0 else ''}{_value(found.slope_per_s * _MINUTE_S, unit)} a minute"
    if found.verdict == "reaches":
        return f"{so_far} moves by {each}: it reaches {limit} in {_interval(found, now)}."
    why_not = {
        "reached": f"has passed {limit} within this time.",
        "flat": f"these points do not show that it grows or falls: when it reaches {limit} cannot be told.",
        "receding": f"goes away from {limit}: {each}.",
        "slowed": f"went towards {limit}, which the second half of the points no longer shows.",
        "far": f"moves by {each}: {limit} is further away than {FARTHEST} times what was seen.",
    }
    return f"{so_far} {why_not[found.verdict]}"


def _value(value: float, unit: str) -> str:
    return percent(value) if unit == "1" and 0 <= value <= 1 else with_unit(value, unit)


def _interval(found: Forecast, now: datetime) -> str:
    moments = [moment for moment in (found.earliest, found.latest) if moment is not None]
    first, last = (format_duration(max(0.0, (moment - now).total_seconds())) for moment in moments)
    begin, end = (to_the_second(moment) for moment in moments)
    return f"{first} to {last} ({begin} to {end})"


def _how(found: Forecast) -> list[Text]:
    """How a forecast was made, where there is one."""
    if found.verdict != "reaches":
        return []
    line = f"A line through {found.points} points, the interval with {SURE:.0%} probability if it goes on so"
    return [Text(f"{line}; minutes cannot show a season.", style="dim")]
