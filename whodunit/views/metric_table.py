"""The list of metrics: what there is to plot."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

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
        table.add_row(metric.name, Text(_kind(metric), style="dim"), metric.unit, _services(metric.services))
    return Group(table, Text(f"Plot one: whodunit metrics {metrics[0].name}", style="dim"))


def _kind(metric: MetricInfo) -> str:
    if metric.kind != "sum":
        return metric.kind
    return "counter" if metric.monotonic else "level"


def _services(names: Sequence[str]) -> Text:
    if len(names) > _FEW:
        return Text(f"{len(names)} services")
    return Text(" ").join(Text(name, style=colour(name)) for name in names)
