"""A case is run from a browser and watched to its end; the program that runs it is an actor."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect
from starlette.applications import Starlette
from starlette.routing import Mount

from tests.unit.desk.shop import source
from tests.unit.loadgen.serving import serve, wait_for
from tests.unit.runner.acted import Actor
from tests.unit.telemetry.duck_store import DuckStore
from whodunit.desk.app import create_app
from whodunit.home import Home
from whodunit.lab.client import LabClient
from whodunit.runner.hosted import RunHost
from whodunit.runner.routes import routes

pytestmark = pytest.mark.process

WITHIN_S = 60.0
"""For a process to begin, and for a page to ask again: it does every two seconds."""


def said(event: str, **fields: object) -> str:
    return json.dumps({"event": event, **fields}) + "\n"


def slow(value: float, *, passed: bool) -> dict[str, object]:
    message = f"p95 of shop.payment.duration: {value:.1f}s, expected > 10.0s"
    about = {"id": "payment-p95-over-10s", "signal": "metric", "title": "Payments are slow", "proof": []}
    return {**about, "passed": passed, "observed": value, "message": message, "seconds": value}


class Played:
    """A lab that runs cases, with an actor as their runner, and its desk."""

    def __init__(self, folder: Path) -> None:
        self.actor = Actor(folder, 3)
        self.host = RunHost(Home(folder / "home"), self.actor.command, lambda: None)
        self.url = ""
        desk = create_app(replace(source(DuckStore()), lab=self._lab))
        self.app = Starlette(routes=[*routes(self.host), Mount("/", desk)])

    @contextmanager
    def _lab(self) -> Iterator[LabClient]:
        with httpx.Client(base_url=self.url, trust_env=False) as http:
            yield LabClient(http)


def sees(what: Locator, text: str) -> None:
    """Until it says so."""
    expect(what).to_contain_text(text, timeout=WITHIN_S * 1000)


@pytest.fixture
def page(page: Page) -> Page:
    """A window that waits for the machine."""
    page.set_default_timeout(WITHIN_S * 1000)
    return page


@pytest.fixture
def played(tmp_path: Path) -> Iterator[Played]:
    found = Played(tmp_path)
    with serve(found.app) as url:
        found.url = url
        yield found
        found.host.close()


def test_a_case_is_run_and_watched_to_its_end(page: Page, played: Played) -> None:
    page.goto(f"{played.url}/cases")
    page.get_by_role("link", name="Some orders hang after the payment step").first.click()
    page.get_by_role("button", name="Run it").click()
    page.wait_for_url("**/cases/run")
    sees(page.get_by_role("status").first, "Begins")
    assert played.actor.asked == [("checkout-hangs/held", False)]

    played.actor.goes_on(
        said("phase_started", phase="expect", about="every symptom appears", within_s=60)
        + "".join(said("sampled", seconds=each, checks=[slow(each, passed=False)]) for each in (1.0, 4.0, 9.0))
    )
    sees(page.locator(".phase .tag.wait").last, "not yet")
    expect(page.locator(".phase .spark path").last).to_have_attribute(
        "d", "M0.0 23.6H2.0V16.4H8.0V4.4H18.0", timeout=WITHIN_S * 1000
    )

    played.actor.goes_on(
        said("check_decided", check=slow(12.0, passed=True))
        + said("phase_ended", phase="expect", seconds=12.0, checks=[slow(12.0, passed=True)])
    )
    sees(page.locator(".phase .tag.good").last, "holds")

    played.actor.goes_on(said("ended", passed=True, seconds=12.0, stopped="", skipped=[]))
    sees(page.get_by_role("status").first, "Passed in 12 s")
    expect(page.get_by_role("button", name="Stop it")).to_have_count(0)


def test_a_run_is_stopped_from_its_page(page: Page, played: Played) -> None:
    page.goto(f"{played.url}/cases/slow-lists")
    page.get_by_role("button", name="Run it").click()
    wait_for(lambda: played.actor.has_begun, WITHIN_S)
    page.get_by_role("button", name="Stop it").click()
    sees(page.get_by_role("status").first, "Stopped before the end.")
    sees(page.locator("#main"), "Faults are off.")
