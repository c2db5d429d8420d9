"""docs/report.md: its figures are those of the report that stands beside it."""

import re
from pathlib import Path

import pytest

from tests.recordings.test_reports import GOLDEN

PAGE = Path(__file__).parents[3] / "docs" / "report.md"
REPORT = (GOLDEN / "product-errors-flag.md").read_text(encoding="utf-8")
FIGURES = dict(re.findall(r"<!-- report: (\w+) -->(.+?)<!-- end -->", PAGE.read_text(encoding="utf-8")))
SAID_AS = {
    "series": "\n{} series of the trouble were compared",
    "changed": ". {} changed, ",
    "origins": "** {}: “",
    "failed": "\n{} spans failed, ",
    "calls": '|"{}"| ',
    "felt": "- Visitors: {} (",
}


@pytest.mark.parametrize("name", SAID_AS)
def test_a_figure_on_the_page_is_that_of_the_report(name: str) -> None:
    assert SAID_AS[name].format(FIGURES[name]) in REPORT


def test_every_figure_is_looked_for() -> None:
    assert FIGURES.keys() == SAID_AS.keys()
