"""Metrics: the list of them, one over time with its numbers, and a second one below it on the same axis of time."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from whodunit.desk import conditions
from whodunit.desk.asked import Answer, Asked, command, option
from whodunit.desk.metrics.choosing import chosen, words_of
from whodunit.desk.metrics.heatmap import heatmap
from whodunit.desk.metrics.pinning import pinnable
from whodunit.desk.mystery.notebook import pins_of
from whodunit.desk.plots import Dot, Drawing, drawing, label
from whodunit.desk.pool import together
from whodunit.errors import WrongUseError
from whodunit.telemetry.answers import Exemplar, MetricInfo, MetricList, Plot
from whodunit.telemetry.kinds import WORDS, check_attributes
from whodunit.telemetry.questions import RELEASE, MetricQuery, Statistic
from whodunit.views.metric_statistic import Choice, choose
from whodunit.views.metric_view import step_s
from whodunit.views.not_shown import unknown_metric
from whodunit.views.trace_table import SHORT_ID

HEATMAP = "heatmap"
FORMS = ("lines", HEATMAP)


def page(asked: Asked) -> Answer:
    """The metric that the address names, or all that there are; raises WrongUseError."""
    listed = asked.telemetry.metric_list(asked.times.window)
    return _one(asked, listed) if asked.one("name") else _all(asked, listed)


def _all(asked: Asked, listed: MetricList) -> Answer:
    service = asked.one("service")
    found = [metric for metric in listed.metrics if not service or service in metric.services]
    typed = command("metrics", *option("service", service), *asked.times.options)
    shown = {"metrics": found, "services": _services(listed.metrics), "kind": _kind}
    return Answer("metrics/list.html", "Metrics", typed, listed.query, shown)


def _one(asked: Asked, listed: MetricList) -> Answer:
    metric = _metric(asked, listed, asked.one("name"))
    choice = chosen(metric, asked.one("stat"), asked.one("p"))
    by, where, service = asked.several("by"), conditions.read(asked.several("where")), asked.one("service")
    check_attributes(metric, by)
    query = MetricQuery(metric.name, choice.statistic, service or None, where, choice.percentile)
    form = _form(asked, metric, by)
    drawn_as = ["--heatmap"] if form == HEATMAP else [*_statistic_options(choice), *_repeated("by", by)]
    options = [*option("service", service), *drawn_as, *_repeated("where", asked.several("where"))]
    typed = command("metrics", metric.name, *options, *asked.times.options)
    seen, behind = _seen(asked, listed, query, choice, form)
    fields = {
        "metric": metric,
        "kind": _kind(metric),
        "metrics": listed.metrics,
        "caption": choice.caption,
        "statistics": words_of(metric),
        "stat": WORDS[choice.statistic],
        "percentile": choice.percentile,
        "keys": ["service", RELEASE, *metric.attributes],
        "by": by,
        "where": asked.several("where"),
        "service": service,
        "second": asked.one("second"),
        "forms": FORMS,
        "form": form,
    }
    return Answer("metrics/one.html", metric.name, typed, behind, fields | seen)


def _seen(
    asked: Asked, listed: MetricList, query: MetricQuery, choice: Choice, form: str
) -> tuple[dict[str, object], str]:
    """Everything that is asked of the telemetry, and the query behind the drawing."""
    window, step = asked.times.window, step_s(asked.times.window)
    plot, number, below, exemplars, heat, pins = together(
        partial(asked.telemetry.plot, query, window, step, asked.several("by")),
        partial(asked.telemetry.number, query, window),
        partial(_below, asked, listed, asked.one("second")),
        partial(_exemplars, asked, query, step, form),
        partial(asked.telemetry.buckets, query, window, step) if form == HEATMAP else _nothing,
        partial(pins_of, asked),
    )
    dots = [_dot(asked, each) for each in exemplars if form != HEATMAP]
    seen = {
        "drawing": replace(_drawn(plot, choice.statistic, asked), dots=dots),
        "heatmap": heatmap(heat, exemplars, window, step) if heat else None,
        "number": number,
        "below": below,
        "pins": pins,
        "pinnable": pinnable(query, plot, choice, window),
    }
    return seen, heat.query if heat else plot.query


def _form(asked: Asked, metric: MetricInfo, by: Sequence[str]) -> str:
    form = asked.choice("as", FORMS, FORMS[0])
    if form == HEATMAP and metric.kind != "histogram":
        raise WrongUseError(f"{metric.name} is no histogram, so it has no heatmap.", "Leave out as=heatmap.")
    if form == HEATMAP and by:
        raise WrongUseError("A heatmap has no lines to tell apart.", "Leave out by, or narrow it: where=key=value.")
    return form


def _exemplars(asked: Asked, query: MetricQuery, step: float, form: str) -> Sequence[Exemplar]:
    """The exemplars, where the drawing has the scale of measurements."""
    if form != HEATMAP and query.statistic not in {Statistic.PERCENTILE, Statistic.MEAN}:
        return ()
    return asked.telemetry.exemplars(query, asked.times.window, step).exemplars


def _nothing() -> None:
    """Stands for a question that the page does not ask."""


def _dot(asked: Asked, exemplar: Exemplar) -> Dot:
    to = asked.place.to(f"traces/{exemplar.trace_id}")
    return Dot(exemplar.time, exemplar.value, to, exemplar.trace_id[:SHORT_ID])


def _below(asked: Asked, listed: MetricList, name: str) -> Drawing | None:
    """The second metric as its kind usually is, of the same service if it comes from there."""
    if not name:
        return None
    metric, service = _metric(asked, listed, name), asked.one("service")
    choice = choose(metric, None)
    of = service if service in metric.services else None
    query = MetricQuery(name, choice.statistic, of, percentile=choice.percentile)
    by = [key for key in asked.several("by") if key in ("service", RELEASE, *metric.attributes)]
    window = asked.times.window
    return _drawn(asked.telemetry.plot(query, window, step_s(window), by), choice.statistic, asked)


def _drawn(plot: Plot, statistic: Statistic, asked: Asked) -> Drawing:
    lines = [series.with_zeros if statistic.is_counted else series for series in plot.series]
    return drawing(plot.unit, asked.times.window, ((label(series), series) for series in lines))


def _metric(asked: Asked, listed: MetricList, name: str) -> MetricInfo:
    found = next((metric for metric in listed.metrics if metric.name == name), None)
    if found is not None:
        return found
    known = asked.telemetry.metric_names()
    if name in known:
        raise WrongUseError(f"{name} has no points in {asked.times.words}.", "Look further back.")
    raise WrongUseError(f"There is no metric {name}.", unknown_metric(name, known))


def _statistic_options(choice: Choice) -> list[str]:
    if choice.percentile is not None:
        return ["--p", f"{choice.percentile:g}"]
    word = WORDS[choice.statistic]
    return [] if word == "value" else [f"--{word}"]


def _repeated(name: str, values: Sequence[str]) -> list[str]:
    return [word for value in values for word in (f"--{name}", value)]


def _services(metrics: Sequence[MetricInfo]) -> list[str]:
    return sorted({service for metric in metrics for service in metric.services})


def _kind(metric: MetricInfo) -> str:
    if metric.kind != "sum":
        return metric.kind
    return "counter" if metric.monotonic else "level"
