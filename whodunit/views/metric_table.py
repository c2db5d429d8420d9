"""The list of metrics: what there is to plot."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from whodunit.counted import counted
from whodunit.legible import one_line
from whodunit.telemetry.answers import MetricInfo
from whodunit.views.palette import colour

_FEW = 3


def metric_table(metrics: Sequence[MetricInfo]) -> RenderableType:
    """One line for each metric."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("metric", overflow="fold")
    table.add_column("kind", no_wrap=True)
    table.add_column("unit", no_wrap=True)
    table.add_column("services", overflow="fold", ratio=1)
    for metric in metrics:
        name, unit = Text(one_line(metric.name)), Text(one_line(metric.unit))
        table.add_row(name, Text(_kind(metric), style="dim"), unit, _services(metric.services))
    return Group(table, Text(f"Plot one: whodunit metrics {one_line(metrics[0].name)}", style="dim"))


def _kind(metric: MetricInfo) -> str:
    if metric.kind != "sum":
        return metric.kind
    return "counter" if metric.monotonic else "level"


def _services(names: Sequence[str]) -> Text:
    if len(names) > _FEW:
        return Text(counted(len(names), "service"))
    return Text(" ").join(Text(one_line(name), style=colour(name)) for name in names)
