"""The committed dashboards, read as Grafana reads them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = dict[str, Any]

FOLDER = Path(__file__).parents[3] / "grafana" / "dashboards"


@dataclass(frozen=True)
class Target:
    """A question to a data source, by the data source's uid."""

    source: str
    expr: str
    legend: str
    exemplar: bool
    instant: bool


@dataclass(frozen=True)
class Panel:
    """A panel, on the dashboard with the uid `page`."""

    page: str
    title: str
    kind: str
    description: str
    unit: str
    shows_legend: bool
    content: str
    targets: tuple[Target, ...]

    def __str__(self) -> str:
        return f"{self.page}: {self.title}"

    @property
    def asks_loki(self) -> bool:
        """Whether it shows log lines."""
        return any(target.source == "loki" for target in self.targets)

    @property
    def texts(self) -> list[str]:
        """Everything that people read."""
        return [self.title, self.description, self.content, *(target.legend for target in self.targets)]


def documents() -> dict[str, Json]:
    """Every dashboard by its file's name."""
    return {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}


def panels() -> list[Panel]:
    """Every panel of every dashboard."""
    return [panel for document in documents().values() for panel in _panels(document)]


def _panels(document: Json) -> Iterator[Panel]:
    for panel in document["panels"]:
        if panel["type"] != "row":
            yield _panel(document["uid"], panel)


def _panel(page: str, panel: Json) -> Panel:
    options = panel.get("options", {})
    return Panel(
        page,
        panel["title"],
        panel["type"],
        panel.get("description", ""),
        panel.get("fieldConfig", {}).get("defaults", {}).get("unit", ""),
        shows_legend=options.get("legend", {}).get("showLegend", options.get("legend", {}).get("show", False)),
        content=options.get("content", ""),
        targets=tuple(_target(target) for target in panel.get("targets", [])),
    )


def _target(target: Json) -> Target:
    return Target(
        target["datasource"]["uid"],
        target["expr"],
        target.get("legendFormat", ""),
        exemplar=target.get("exemplar", False),
        instant=target.get("instant", False),
    )
