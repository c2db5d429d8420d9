"""A board shows what the dashboard of its name shows, in the same order: but for what Grafana alone can draw."""

from typing import Any

import pytest

from tests.unit.grafana.panels import documents
from whodunit.panels.boards import NAMES, boards

BOARDS = boards("$service")


def shown(document: dict[str, Any], titles: set[str]) -> list[str]:
    """The titles of a dashboard's sections and, of its panels, of those that are on the board."""
    return [each["title"] for each in document["panels"] if each["type"] == "row" or each["title"] in titles]


@pytest.mark.parametrize("name", NAMES)
def test_a_board_is_its_dashboard(name: str) -> None:
    board, document = BOARDS[name], documents()[f"{name}.json"]
    titles = {panel.title for panel in board.panels}
    own = [title for section in board.sections for title in (section.title, *(each.title for each in section.panels))]
    drawn = shown(document, titles)
    assert [title for title in drawn if title in own] == own
    assert (board.title, board.description) == (document["title"], document["description"])


@pytest.mark.parametrize("name", NAMES)
def test_every_panel_of_the_lab_on_a_dashboard_is_on_the_board(name: str) -> None:
    """What is left out is text, or a question that stands in a query language."""
    board, document = BOARDS[name], documents()[f"{name}.json"]
    others = {each["title"] for each in document["panels"] if each["type"] == "timeseries"} - {
        panel.title for panel in board.panels
    }
    assert others <= {"Time in the credential store", "Requests answered with an error"}
