"""`whodunit metrics [NAME]`."""

from collections.abc import Sequence
from typing import Annotated

import typer

from whodunit.errors import WrongUseError
from whodunit.telemetry.conditions import attributes
from whodunit.telemetry.questions import Statistic
from whodunit.views.desk import desk
from whodunit.views.metric_statistic import Choice, asked
from whodunit.views.metric_view import MetricView
from whodunit.views.options import Around, AsJson, AsQuery, Last, Service, Since, StoreUrl, Until, Where
from whodunit.views.output import Style
from whodunit.views.windows import Period

Name = Annotated[str | None, typer.Argument(metavar="[NAME]", help="A metric; left out: list them.")]
Percentile = Annotated[float | None, typer.Option("--p", min=0, max=100, help="Plot this percentile.")]
Mean = Annotated[bool, typer.Option("--mean", help="Plot the mean.")]
Rate = Annotated[bool, typer.Option("--rate", help="Plot how often, per second.")]
Count = Annotated[bool, typer.Option("--count", help="Plot the number of measurements.")]
Increase = Annotated[bool, typer.Option("--increase", help="Plot the increase in each step.")]
Highest = Annotated[bool, typer.Option("--max", help="Plot the highest value in each step.")]
Heatmap = Annotated[
    bool, typer.Option("--heatmap", help="Draw a histogram's measurements by step and bucket: slow ones among fast.")
]
Braille = Annotated[bool, typer.Option("--plot", help="Draw it in a pipe as well, which else gets the numbers.")]
By = Annotated[
    list[str] | None,
    typer.Option("--by", metavar="KEY", help="A line for each value of it, of service or of service.version."),
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
    heatmap: Heatmap = False,
    braille: Braille = False,
    last: Last = None,
    since: Since = None,
    until: Until = None,
    around: Around = None,
    as_json: AsJson = False,
    as_query: AsQuery = False,
    store: StoreUrl = None,
) -> None:
    """Plot a metric over time, or list the metrics.

    A histogram is drawn as its p95, a counter as its rate, a gauge as its value, unless you ask otherwise.
    """
    options = {
        Statistic.MEAN: mean,
        Statistic.RATE: rate,
        Statistic.COUNT: count,
        Statistic.INCREASE: increase,
        Statistic.MAX: highest,
    }
    wanted = asked(options, percentile)
    period = Period(last, since, until, around)
    with desk(context, store) as at:
        view = MetricView(at, at.window(period), period, service, Style(as_json, as_query))
        if name is None:
            if heatmap:
                raise WrongUseError("A heatmap is of one metric.", "Name a histogram: whodunit metrics")
            view.show_list()
        elif heatmap:
            _refuse_lines(wanted, by or [])
            view.show_heatmap(name, attributes(where or (), "--where "), braille=braille)
        else:
            view.show_plot(name, wanted, attributes(where or (), "--where "), by or [], braille=braille)


def _refuse_lines(wanted: Choice | None, by: Sequence[str]) -> None:
    if wanted:
        raise WrongUseError("A heatmap shows all measurements, and no statistic of them.", "Leave out one of the two.")
    if by:
        raise WrongUseError("A heatmap has no lines to tell apart.", "Leave out --by, or narrow it: --where key=value")
