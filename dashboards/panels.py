"""The few kinds of panel that the dashboards use; each says what it answers, and in which unit."""

from collections.abc import Sequence
from typing import Literal

from grafana_foundation_sdk.builders import heatmap, logs, prometheus, stat, table, text, timeseries
from grafana_foundation_sdk.builders.common import (
    GraphThresholdsStyleConfig,
    ReduceDataOptions,
    StackingConfig,
    VizLegendOptions,
    VizTooltipOptions,
)
from grafana_foundation_sdk.builders.dashboard import ThresholdsConfig
from grafana_foundation_sdk.builders.heatmap import HeatmapColorOptions, YAxisConfig
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models.common import (
    BigValueColorMode,
    GraphThresholdsStyleMode,
    LegendDisplayMode,
    LegendPlacement,
    LogsSortOrder,
    SortOrder,
    StackingMode,
    TooltipDisplayMode,
)
from grafana_foundation_sdk.models.dashboard import DataTransformerConfig, Threshold, ThresholdsMode
from grafana_foundation_sdk.models.heatmap import HeatmapColorMode, HeatmapColorScale
from grafana_foundation_sdk.models.text import TextMode

from dashboards.queries import LOKI, PROMETHEUS, asked, lines
from whodunit.panels.panel import Panel, Unit

CALCULATIONS = ["mean", "max", "lastNotNull"]


UNITS = {
    Unit.SECONDS: "s",
    Unit.BYTES: "bytes",
    Unit.SHARE: "percentunit",
    Unit.REQUESTS: "reqps",
    Unit.EVENTS: "cps",
    Unit.THINGS: "short",
}
"""Grafana's own names."""


def drawn(panel: Panel) -> timeseries.Panel:
    """A panel of the lab's."""
    queries = [asked(line) for line in panel.lines]
    unit = UNITS[panel.unit]
    return graph(panel.title, panel.description, unit, *queries, limit=panel.limit, stacked=panel.stacked)


def graph(
    title: str,
    description: str,
    unit: str,
    *queries: prometheus.Dataquery,
    limit: float | None = None,
    stacked: bool = False,
) -> timeseries.Panel:
    """Values over time, with a dashed line at `limit`."""
    legend = (
        VizLegendOptions().show_legend(True).display_mode(LegendDisplayMode.TABLE).placement(LegendPlacement.BOTTOM)
    )
    panel = (
        timeseries.Panel()
        .title(title)
        .description(description)
        .datasource(PROMETHEUS)
        .targets(_lettered(queries))
        .unit(unit)
        .min(0)
        .line_width(1)
        .fill_opacity(40 if stacked else 5)
        .legend(legend.calcs(CALCULATIONS))
        .tooltip(VizTooltipOptions().mode(TooltipDisplayMode.MULTI).sort(SortOrder.DESCENDING))
    )
    if stacked:
        panel.stacking(StackingConfig().mode(StackingMode.NORMAL))
    if limit is not None:
        panel.thresholds(_bad(limit, "above"))
        panel.thresholds_style(GraphThresholdsStyleConfig().mode(GraphThresholdsStyleMode.DASHED))
    return panel


def figures(
    title: str,
    description: str,
    unit: str,
    *queries: prometheus.Dataquery,
    limit: float,
    bad: Literal["above", "below"],
    decimals: int,
) -> stat.Panel:
    """The newest value of each series, large; red on the bad side of `limit`."""
    return (
        stat.Panel()
        .title(title)
        .description(description)
        .datasource(PROMETHEUS)
        .targets(_lettered(queries))
        .unit(unit)
        .decimals(decimals)
        .color_mode(BigValueColorMode.BACKGROUND)
        .reduce_options(ReduceDataOptions().calcs(["lastNotNull"]))
        .thresholds(_bad(limit, bad))
    )


def heat(title: str, description: str, query: prometheus.Dataquery) -> heatmap.Panel:
    """A distribution of seconds over time."""
    return (
        heatmap.Panel()
        .title(title)
        .description(description)
        .datasource(PROMETHEUS)
        .targets(_lettered([query]))
        .unit("s")
        .calculate(False)
        .color(_shades())
        .y_axis(YAxisConfig().unit("s"))
        .show_legend()
    )


def overview(title: str, description: str, query: prometheus.Dataquery, columns: Sequence[str]) -> table.Panel:
    """The labels of each series as a row, in this order."""
    order = {"include": {"names": list(columns)}}
    return (
        table.Panel()
        .title(title)
        .description(description)
        .datasource(PROMETHEUS)
        .targets(_lettered([query]))
        .unit("string")
        .no_value("None")
        .with_transformation(DataTransformerConfig(id_val="filterFieldsByName", options=order))
    )


def log_lines(title: str, description: str, expr: str) -> logs.Panel:
    """Log lines, newest first, each with its fields to open."""
    return (
        logs.Panel()
        .title(title)
        .description(description)
        .datasource(LOKI)
        .targets([lines(expr).ref_id("A")])
        .show_time(True)
        .enable_log_details(True)
        .wrap_log_message(True)
        .sort_order(LogsSortOrder.DESCENDING)
    )


def words(title: str, description: str, content: str) -> text.Panel:
    """Markdown."""
    return text.Panel().title(title).description(description).mode(TextMode.MARKDOWN).content(content)


def _lettered(queries: Sequence[prometheus.Dataquery]) -> list[Builder[Dataquery]]:
    return [query.ref_id(letter) for letter, query in zip("ABCDEF", queries, strict=False)]


def _shades() -> HeatmapColorOptions:
    # What Grafana itself begins with; left out, the SDK writes zeros.
    shades = HeatmapColorOptions().mode(HeatmapColorMode.SCHEME).scheme("Oranges").steps(64)
    return shades.scale(HeatmapColorScale.EXPONENTIAL).exponent(0.5).fill("dark-orange")


def _bad(limit: float, side: Literal["above", "below"]) -> ThresholdsConfig:
    first, then = ("green", "red") if side == "above" else ("red", "green")
    steps = [Threshold(color=first, value=None), Threshold(color=then, value=limit)]
    return ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps)
