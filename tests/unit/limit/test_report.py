"""The report of a measurement in each of its forms, and the comparison of two."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.unit.limit.fakes import FakeShop, hunt
from tests.unit.limit.test_limits import POOL
from whodunit.blocks import markdown
from whodunit.errors import LabError, WrongUseError
from whodunit.home import Home
from whodunit.limit import folder
from whodunit.limit.attribution import limited_by
from whodunit.limit.comparison import compared, sentence
from whodunit.limit.measurement import measured
from whodunit.limit.plots import Plot, Point, svg
from whodunit.limit.report import TITLE, blocks
from whodunit.limit.targets import Targets

KEYS = {
    "version", "started", "seconds", "ended", "target", "machine", "targets", "mix", "by", "most", "step_s", "base",
    "slopes", "limit", "trials",
}  # fmt: skip
TRIAL_KEYS = {
    "shape", "rate", "factor", "confirms", "from", "until", "verdict", "why", "requests", "failures", "failed",
    "samples", "p95_s", "late_s", "failure_bound", "machine_share",
}  # fmt: skip


def found(capacity: float = 7.0, **changes: Any) -> dict[str, Any]:
    shop = FakeShop(capacity=capacity)
    usual: dict[str, Any] = {"shapes": ("constant", "spike", "soak")}
    made = hunt(shop, **usual | changes)
    made.disk = lambda: {"telemetry | store": 100 * shop.now_s}
    document, error = measured(made, shop, "lite")
    assert error is None
    limit = limited_by([POOL], Targets())
    told = {"kind": "pool", "of": limit.of, "sentence": limit.sentence, "proof": [vars(POOL)], "asked": [vars(POOL)]}
    return document | {"limit": told}


def test_the_keys_that_scripts_rely_on() -> None:
    document = json.loads(json.dumps(found()))
    assert document.keys() == KEYS | {"constant", "spike"}
    assert document["constant"] == {"value": 7.0, "missed": 7.5, "confirmed": True}
    assert all(trial.keys() == TRIAL_KEYS for trial in document["trials"])


def test_the_folder_holds_every_form(tmp_path: Path) -> None:
    written = folder.write(Home(tmp_path), found())
    assert {file.name for file in written.iterdir()} == {
        "report.json", "report.md", "report.html", "rate.svg", "p95.svg", "failures.svg",
    }  # fmt: skip
    assert folder.read(written) == folder.read(written / "report.json")
    text = (written / "report.md").read_text()
    for expected in (
        "X: 7 journeys/s (confirmed; 7.5 journeys/s misses).",
        "Y (spike): 3 times (confirmed; 3.5 times misses) at a base of 3.5 journeys/s.",
        "At X 0 of 900 requests failed: at most 0.33 %, with 95 % confidence. The target allows one failure in 10,000",
        "What limits: payment's database connections have to wait: wait for one, p95 1.92s, 2.00ms at the limit.",
        "| disk | telemetry \\| store |",
        "![p95 by rate](p95.svg)",
    ):
        assert expected in text
    body = re.search("<body>.*</body>", (written / "report.html").read_text(), re.DOTALL)
    assert body
    page = ElementTree.fromstring(body[0])
    assert len(page.findall(".//{http://www.w3.org/2000/svg}svg")) == 3
    assert "telemetry | store" in (written / "report.html").read_text()


def test_a_disk_that_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LabError, match="Cannot write to"):
        folder.write(Home(tmp_path / "file"), found())


def test_a_measurement_that_was_cut_short_has_a_report() -> None:
    shop = FakeShop(interrupt_at=0)
    document, _ = measured(hunt(shop), shop, "lite")
    text = markdown(TITLE, list(blocks(document)))
    assert "Not complete. Interrupted; the load is as it was before.\n" in text
    assert "X: not known yet." in text


def test_a_search_that_found_nothing_says_below_which_rate() -> None:
    text = markdown(TITLE, list(blocks(found(0.0))))
    assert "X: below 0.5 journeys/s, the least that was tried." in text


def test_a_plot_is_a_drawing_with_its_points() -> None:
    points = [Point(1.0, 0.5, "met", 0.7), Point(2.0, 0.0, "missed")]
    drawn = ElementTree.fromstring(svg(Plot("a < b", "x", "y", points, level=0.75, mark=1.0, joined=True)))
    circles = drawn.findall("{http://www.w3.org/2000/svg}circle")
    assert [circle.get("fill") for circle in circles] == ["#1a7f37", "#cf222e"]
    assert float(circles[0].get("cy", 0)) < float(circles[1].get("cy", 0))
    assert drawn.get("aria-label") == "a < b"


def test_a_plot_of_nothing_but_zeros() -> None:
    assert "nan" not in svg(Plot("t", "x", "y", [Point(0.0, 0.0, "met")]))


@pytest.mark.parametrize(
    ("after", "said"),
    [(7.0, "Both X agree"), (7.5, "Both X agree"), (14.0, "X is 2 times"), (0.0, "One of them has no X")],
)
def test_two_measurements_side_by_side(after: float, said: str) -> None:
    result = compared(found(7.0), found(after))
    assert sentence(result).startswith(said)
    assert result["before"]["X"] == 7.0
    assert result["before"]["Y (spike): p95"] == "680ms"


def test_other_targets_cannot_be_compared() -> None:
    other = found(mix=hunt(FakeShop()).plan.mix.of({"browse": 1}))
    assert "cannot be compared" in sentence(compared(found(), other))


@pytest.mark.parametrize(
    ("text", "said"), [(None, "holds no measurement"), ("[]", "holds no"), ('{"version": 0}', "another version")]
)
def test_what_is_no_report_is_refused(tmp_path: Path, text: str | None, said: str) -> None:
    if text is not None:
        (tmp_path / "report.json").write_text(text)
    with pytest.raises(WrongUseError, match=said):
        folder.read(tmp_path)
