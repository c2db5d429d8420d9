"""What every dashboard promises, whatever it shows."""

import re
from collections import Counter

import pytest

from dashboards.render import files
from tests.unit.grafana.panels import FOLDER, Panel, documents, panels
from whodunit.alerts.loading import bundled
from whodunit.faults import catalogue
from whodunit.panels import limits

PAGES = {"start-here", "service", "checkout", "login", "pipeline", "postgresql", "volume", "browsers"}
PANELS = panels()
NUMBERS = {"timeseries", "stat", "heatmap"}

CAUSES = re.compile(
    r"\b(inject\w*|chaos|faults?|simulat\w*|sabotage\w*|impostor|culprit|whodunit|root cause|exhaust\w*|starv\w*"
    r"|leak\w*|held open|missing index|retry storm|misconfigur\w*)\b",
    re.IGNORECASE,
)
"""What would tell a player the answer rather than where to look."""


def test_the_files_are_generated() -> None:
    committed = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
    assert committed == files(), "run: python -m dashboards"


def test_the_dashboards_have_fixed_uids() -> None:
    assert {document["uid"] for document in documents().values()} == PAGES
    assert {name.removesuffix(".json") for name in documents()} == PAGES


@pytest.mark.parametrize("name", documents())
def test_a_dashboard_can_be_taken_in(name: str) -> None:
    document = documents()[name]
    shown = [panel for panel in document["panels"] if panel["type"] != "row"]
    assert 0 < len(shown) <= 12
    assert set(Counter(panel["id"] for panel in document["panels"]).values()) == {1}
    assert set(Counter(panel["title"] for panel in shown).values()) == {1}
    assert document["description"]
    assert not document["editable"]


@pytest.mark.parametrize("name", documents())
def test_panels_lie_side_by_side(name: str) -> None:
    places = [panel["gridPos"] for panel in documents()[name]["panels"]]
    cells = Counter(
        (x, y) for at in places for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])
    )
    assert max(x for x, _ in cells) < 24
    assert set(cells.values()) == {1}


@pytest.mark.parametrize("panel", PANELS, ids=str)
def test_a_panel_says_what_it_answers(panel: Panel) -> None:
    assert len(panel.description) >= 30
    assert panel.description.endswith((".", ")"))
    if panel.kind in NUMBERS:
        assert panel.unit
        assert all(target.legend for target in panel.targets)
    if panel.kind in {"timeseries", "heatmap"}:
        assert panel.shows_legend


@pytest.mark.parametrize("panel", PANELS, ids=str)
def test_a_panel_asks_a_known_data_source(panel: Panel) -> None:
    expected = {"logs": {"loki"}, "text": set()}.get(panel.kind, {"prometheus"})
    assert {target.source for target in panel.targets} == expected


@pytest.mark.parametrize("panel", PANELS, ids=str)
def test_a_panel_names_no_cause(panel: Panel) -> None:
    keys = set(catalogue.read().flags)
    flags = re.compile("|".join(re.escape(form) for key in keys for form in (key, key.replace("-", "_"))))
    assert [text for text in panel.texts if CAUSES.search(text) or flags.search(text)] == []


def test_links_lead_to_dashboards() -> None:
    linked = {uid for panel in PANELS for uid in re.findall(r"\]\(/grafana/d/([\w-]+)\?", panel.content)}
    assert linked == PAGES - {"start-here"}


def test_limits_are_those_of_the_objectives() -> None:
    objectives = bundled()
    slos = objectives.slos
    availability = {slo.target for slo in slos if slo.name.endswith("-availability")}
    slow = [signal for slo in slos for signal in slo.ratio_metric.bad if signal.longer_than is not None]
    latency = {signal.longer_than for signal in slow if signal.histogram == "http.server.request.duration"}
    assert availability == {limits.AVAILABILITY}
    assert latency == {limits.LATENCY_S}
    assert min(slo.alert.burn_rate for slo in slos) == limits.BURN_RATE
    full = next(each for each in objectives.alerts if each.name == "VolumeAlmostFull")
    assert [wanted.at_least for wanted in full.any_of] == [limits.VOLUME_ALMOST_FULL]


def test_pages_show_alerts_and_deployments_as_marks() -> None:
    marks = [document["annotations"]["list"] for document in documents().values()]
    assert [[mark["name"] for mark in page] for page in marks] == [["Alerts", "Deployments"]] * len(PAGES)
    assert {page[0]["expr"] for page in marks} == {'ALERTS{alertstate="firing"}'}
    assert len({page[1]["expr"] for page in marks}) == 1
