"""`whodunit metrics [NAME]`."""

from typing import Annotated

import typer

from whodunit.errors import WrongUseError
from whodunit.telemetry.answers import MetricInfo, Plot
from whodunit.telemetry.questions import MetricQuery, Statistic, Window
from whodunit.views.desk import Desk, desk
from whodunit.views.metric_plot import metric_plot
from whodunit.views.metric_statistic import Choice, choose
from whodunit.views.metric_table import metric_table
from whodunit.views.nothing import nothing, unknown_metric
from whodunit.views.options import AsJson, AsQuery, Last, Service, StoreUrl, Where, attributes, seconds
from whodunit.views.output import Style, emit

_POINTS = 60
_LEAST_STEP_S = 10.0  # two exports of the services: a shorter step would miss one now and then

Name = Annotated[str | None, typer.Argument(metavar="[NAME]", help="A metric; left out: list them.")]
Percentile = Annotated[float | None, typer.Option("--p", min=0, max=100, help="Plot this percentile.")]
Mean = Annotated[bool, typer.Option("--mean", help="Plot the mean.")]
Rate = Annotated[bool, typer.Option("--rate", help="Plot how often, per second.")]
Count = Annotated[bool, typer.Option("--count", help="Plot the number of measurements.")]
Increase = Annotated[bool, typer.Option("--increase", help="Plot the increase in each step.")]
Highest = Annotated[bool, typer.Option("--max", help="Plot the highest value in each step.")]
By = Annotated[
    list[str] | None, typer.Option("--by", metavar="KEY", help="A line for each value of it, or of service.")
]


def metrics(  # noqa: PLR0913, PLR0917 - every option of a command is an argument
    context: typer.Context,
    name: Name = None,
    service: Service = None,
    percentile: Percentile = None,
    mean: Mean = False,
    rate: Rate = False,
    count: Count = False,
    increase: Increase = False,
    highest: Highest = False,
    by: By = None,
    where: Where = None,
    last: Last = "15m",
    as_json: AsJson = False,
    as_query: AsQuery = False,
    store: StoreUrl = None,
) -> None:
    """Plot a metric over time, or list the metrics.

    A histogram is drawn as its p95, a counter as its rate, a gauge as its value, unless you ask otherwise.
    """
    asked = _asked(
        {
            Statistic.MEAN: mean,
            Statistic.RATE: rate,
            Statistic.COUNT: count,
            Statistic.INCREASE: increase,
            Statistic.MAX: highest,
        },
        percentile,
    )
    style = Style(as_json, as_query)
    with desk(context, store) as at:
        window = at.last(seconds(last))
        if name is None:
            _list(at, window, service, last, style)
            return
        metric = _metric(at, name, window, last)
        choice = choose(metric, asked, percentile)
        query = MetricQuery(name, choice.statistic, service, attributes(where), choice.percentile)
        _plot(at, metric, query, choice, window, by or [], last, style)


def _asked(flags: dict[Statistic, bool], percentile: float | None) -> Statistic | None:
    asked = [statistic for statistic, on in flags.items() if on]
    if len(asked) + (percentile is not None) > 1:
        raise WrongUseError("A plot shows one number.", "Choose one of --p, --mean, --rate, --count, --increase, --max")
    return asked[0] if asked else None


def _list(at: Desk, window: Window, service: str | None, last: str, style: Style) -> None:
    listed = at.telemetry.metric_list(window)
    found = [metric for metric in listed.metrics if service is None or service in metric.services]
    emit(
        style,
        listed.query,
        {"metrics": found},
        lambda _: metric_table(found) if found else nothing(at.telemetry, "metrics", last, service),
    )


def _metric(at: Desk, name: str, window: Window, last: str) -> MetricInfo:
    listed = at.telemetry.metric_list(window).metrics
    found = next((metric for metric in listed if metric.name == name), None)
    if found is None:
        known = at.telemetry.metric_names()
        if name in known:
            raise WrongUseError(f"{name} has no points in the last {last}.", "Look further back: --last 2h")
        raise WrongUseError(f"There is no metric {name}.", unknown_metric(name, known))
    return found


def _plot(
    at: Desk,
    metric: MetricInfo,
    query: MetricQuery,
    choice: Choice,
    window: Window,
    by: list[str],
    last: str,
    style: Style,
) -> None:
    _check(metric, by)
    step_s = max(_LEAST_STEP_S, window.seconds / _POINTS)
    drawn = at.telemetry.plot(query, window, step_s, by)
    plot = Plot(choice.unit(metric), drawn.series, drawn.query)
    title = " ".join([metric.name, choice.caption, *([f"of {query.service}"] if query.service else [])])
    emit(
        style,
        plot.query,
        {"metric": metric.name, "statistic": choice.caption, "unit": plot.unit, "series": plot.series},
        lambda screen: (
            metric_plot(plot, title, window, screen.width)
            if plot.series
            else nothing(at.telemetry, f"points of {metric.name} like that", last, query.service)
        ),
    )


def _check(metric: MetricInfo, by: list[str]) -> None:
    for key in by:
        if key not in {"service", *metric.attributes}:
            raise WrongUseError(
                f"{metric.name} has no attribute {key}.", f"It has: {', '.join(['service', *metric.attributes])}"
            )
