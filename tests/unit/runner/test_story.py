"""What a person sees while a scenario runs."""

from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from rich.console import Console

from tests.unit.incident.files import FAULTS, TRIGGER
from tests.unit.runner.fakes import FakeClock, FakeLab
from tests.unit.runner.test_runner import Shop
from whodunit.home import Home
from whodunit.incident.loader import load
from whodunit.lab.client import LabClient
from whodunit.runner.dashboard import figures, sparkline
from whodunit.runner.demo import Demo
from whodunit.runner.runner import Runner
from whodunit.runner.session import Session
from whodunit.runner.story import Story

STATS = {"now": {"checkouts_per_s": 9.8, "order_end_p95_s": 0.63, "errors_per_s": 0.0}}


def a_lab(request: httpx.Request) -> httpx.Response:
    assert request.url.path == "/load"
    return httpx.Response(200, json={"running": True, "stats": STATS})


@pytest.fixture
def session(clock: FakeClock, lab: FakeLab, tmp_path: Path) -> Session:
    client = LabClient(httpx.Client(base_url="http://lab", transport=httpx.MockTransport(a_lab)))
    status: Any = {"services": [{"name": "frontend", "url": "http://127.0.0.1:8080"}]}
    return Session(Home(tmp_path), client, status, Shop(clock, lab).telemetry)


def told(session: Session, lab: FakeLab, clock: FakeClock, folder: Path, *, demo: bool, terminal: bool) -> str:
    screen = StringIO()
    console = Console(file=screen, width=100, force_terminal=terminal, no_color=True)
    case = load(folder)
    story = (Demo if demo else Story)(console, session, case, step=False, reading_s=0)
    story.begin()
    result = Runner(session.telemetry, lab, clock, story).run(case, remedies=case.scenario.remedies)
    story.ended(result, folder)
    return screen.getvalue()


@pytest.mark.parametrize("terminal", [True, False])
def test_a_run_tells_each_symptom_and_the_way_to_it(
    session: Session, lab: FakeLab, clock: FakeClock, folder: Path, *, terminal: bool
) -> None:
    text = told(session, lab, clock, folder, demo=False, terminal=terminal)
    in_order = [
        "Somebody says that payments are slow today.",
        "The shop is healthy under load",
        "Something breaks",
        "18.0s, expected > 10.0s",
        "A metric says that something is wrong",
        "A trace says where",
        "The log lines of that trace say what",
        "What stayed healthy",
        "A larger pool",
        "The shop is healthy again",
        "Every check held.",
        "report.md",
    ]
    places = [text.find(each) for each in in_order]
    assert -1 not in places, in_order[places.index(-1)]
    assert places == sorted(places)


def test_the_demonstration_says_healthy_before_it_breaks_the_shop(
    session: Session, lab: FakeLab, clock: FakeClock, folder: Path
) -> None:
    text = told(session, lab, clock, folder, demo=True, terminal=False)
    assert 0 < text.index("Healthy: payments are quick (500ms)") < text.index("Now something breaks.")
    assert "Why the gateway is innocent" in text
    assert text.index("The repair, while the cause is still there: A larger pool") < text.index("All clear.")


def test_what_only_the_load_brings_out_is_told_so_and_what_is_measured_before_is_no_repair(
    session: Session, lab: FakeLab, clock: FakeClock, folder: Path
) -> None:
    path = folder / "scenario.yaml"
    text = path.read_text().replace(FAULTS, "").replace(TRIGGER, "trigger: load\n")
    text = text.replace("rates: {buy: 5}", "rates: {buy: 1}\n  rush: {buy: 5}")
    unchanged = "{id: as-quick, title: As quick as before, histogram: gateway, take: mean, measurements: 0}"
    before = '{flag: payment-pool-exhaustion, variant: "on", lasts: 9m}'
    path.write_text(f"{text}before: [{before}]\nunchanged: {{metrics: [{unchanged}]}}\n")
    shown = told(session, lab, clock, folder, demo=True, terminal=False)
    assert "Now more visitors come." in shown
    assert "is measured" not in shown


def test_the_figures_are_what_shoppers_feel(session: Session) -> None:
    assert figures(session.client) == "9.8 orders/s · p95 630ms from checkout to the order's end"


def test_little_bars() -> None:
    assert sparkline([0.0, None, 5.0, 10.0]) == "▁ ▅█"
    assert sparkline([0.0, 0.0]) == "▁▁"
    assert sparkline([]) == ""
