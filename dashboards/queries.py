"""Questions to the two data sources that panels ask, with how their answers are called."""

from grafana_foundation_sdk.builders import loki, prometheus
from grafana_foundation_sdk.models.common import DataSourceRef
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from dashboards.promql import WINDOW
from whodunit.panels.panel import Line
from whodunit.telemetry import metric_promql
from whodunit.telemetry.promql import label
from whodunit.telemetry.vocabulary import METRICS

PROMETHEUS = DataSourceRef(type_val="prometheus", uid="prometheus")
LOKI = DataSourceRef(type_val="loki", uid="loki")


def asked(line: Line) -> prometheus.Dataquery:
    """The question of a line, in PromQL."""
    expr = metric_promql.line(METRICS[line.query.name], line.query, WINDOW, line.by)
    legend = line.legend.replace("{", "{{").replace("}", "}}")
    for key in line.by:
        legend = legend.replace(f"{{{{{key}}}}}", f"{{{{{label(key)}}}}}")
    return series(expr, legend, exemplars=line.exemplars)


def series(expr: str, legend: str, *, exemplars: bool = False) -> prometheus.Dataquery:
    """A value over time for each set of labels; `exemplars` lead from a point to one of its traces."""
    return prometheus.Dataquery().expr(expr).legend_format(legend).range().exemplar(exemplars).datasource(PROMETHEUS)


def newest(expr: str, legend: str) -> prometheus.Dataquery:
    """The value now."""
    return prometheus.Dataquery().expr(expr).legend_format(legend).instant().datasource(PROMETHEUS)


def rows(expr: str) -> prometheus.Dataquery:
    """The value now, a row for each set of labels."""
    return newest(expr, "").format(PromQueryFormat.TABLE)


def distribution(expr: str) -> prometheus.Dataquery:
    """Buckets over time, with exemplars."""
    return series(expr, "{{le}}", exemplars=True).format(PromQueryFormat.HEATMAP)


def lines(expr: str) -> loki.Dataquery:
    """Log lines, newest first."""
    return loki.Dataquery().expr(expr).query_type("range").max_lines(200).datasource(LOKI)
