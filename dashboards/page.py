"""A dashboard as a page: sections, and in each of them shelves of panels of equal width."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count

from grafana_foundation_sdk.builders.dashboard import AnnotationQuery, Dashboard, DashboardLink, QueryVariable, Row
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import dashboard
from grafana_foundation_sdk.models.dashboard import DashboardCursorSync, DashboardLinkType, GridPos

from dashboards.panels import drawn
from dashboards.queries import PROMETHEUS
from whodunit.panels import panel as lab

TAG = "whodunit"
FULL_WIDTH = 24
HEIGHTS = {"stat": 5, "table": 5, "text": 5, "logs": 10}
HEIGHT = 8
"""Of every other kind of panel, in grid units."""

Panel = Builder[dashboard.Panel] | lab.Panel
"""A panel of Grafana's alone, or one that other pages show as well."""


@dataclass(frozen=True)
class Section:
    """A question, and the shelves of panels that answer it, from left to right."""

    title: str
    shelves: Sequence[Sequence[Panel]]


class _Placed(Builder[dashboard.Panel]):
    """A panel with its number and size; where it stands follows from its neighbours."""

    def __init__(self, panel: Panel, number: int, width: int) -> None:
        self._panel = (drawn(panel) if isinstance(panel, lab.Panel) else panel).build()
        self._panel.id_val = number
        self._panel.grid_pos = GridPos(w=width, h=HEIGHTS.get(self._panel.type_val, HEIGHT))

    def build(self) -> dashboard.Panel:
        return self._panel


def page(
    uid: str, title: str, description: str, *sections: Section, variables: Iterable[QueryVariable] = ()
) -> Dashboard:
    """The dashboard `uid`: the last quarter of an hour, asked again every ten seconds; alerts, deployments as marks."""
    made = (
        Dashboard(title)
        .uid(uid)
        .description(description)
        .tags([TAG])
        .time("now-15m", "now")
        .refresh("10s")
        .timezone("browser")
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .readonly()
        .link(
            DashboardLink("Dashboards")
            .type(DashboardLinkType.DASHBOARDS)
            .tags([TAG])
            .include_vars(True)
            .keep_time(True)
        )
        .annotation(_alerts())
        .annotation(_deployments())
        .variables(list(variables))
    )
    numbers = count(1)
    for section in sections:
        made.with_row(Row(section.title).id(next(numbers)))
        for shelf in section.shelves:
            for panel in shelf:
                made.with_panel(_Placed(panel, next(numbers), FULL_WIDTH // len(shelf)))
    return made


def _alerts() -> AnnotationQuery:
    return (
        AnnotationQuery()
        .name("Alerts")
        .datasource(PROMETHEUS)
        .enable(True)
        .icon_color("red")
        .expr('ALERTS{alertstate="firing"}')
    )


def _deployments() -> AnnotationQuery:
    """A release of a service that was there a minute ago, but not as this release."""
    now, earlier = (f"group by (service_name, service_version) (process_thread_count{at})" for at in ("", " offset 1m"))
    known = "group by (service_name) (process_thread_count offset 1m)"
    return (
        AnnotationQuery()
        .name("Deployments")
        .datasource(PROMETHEUS)
        .enable(True)
        .icon_color("blue")
        .expr(f"({now} unless {earlier}) and on (service_name) {known}")
        .title_format("{{service_name}} {{service_version}}")
    )
