"""A lab that nobody looks at pays nothing for its pages."""

import subprocess
import sys
from contextlib import AbstractContextManager
from typing import cast

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.unit.desk.fake_lab import FakeLab
from tests.unit.desk.shop import busy, source
from whodunit.desk import mount
from whodunit.lab.client import LabClient, not_running
from whodunit.lab.target import Target
from whodunit.telemetry.port import Telemetry

pytestmark = pytest.mark.anyio

HEAVY = ("jinja2", "rich", "whodunit.views", "whodunit.panels")


@pytest.mark.process
def test_importing_the_mount_imports_no_page() -> None:
    code = f"import sys, whodunit.desk.mount; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


class Leading:
    """Leads to a lab that answers."""

    def lab(self) -> AbstractContextManager[LabClient]:
        return FakeLab().open()


def _target() -> Target:
    return cast("Target", Leading())


def _away() -> Target:
    raise not_running()


async def test_the_telemetry_is_had_once_and_every_path_leads_to_a_page() -> None:
    asked: list[str] = []
    telemetry = source(busy()).telemetry

    def ask() -> Telemetry:
        asked.append("once")
        return telemetry

    app = Starlette(routes=[Route("/status", lambda _: None), *mount.routes(ask, _target)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://lab") as browser:
        assert asked == []
        for path in (*mount.PAGES, "/traces/c0ffee00", "/panels/login", "/cases/slow-lists", "/static/desk.css"):
            assert (await browser.get(path)).status_code == 200, path
    assert asked == ["once"]


async def test_a_path_of_the_api_is_a_page_for_those_who_ask_for_one() -> None:
    told = Route("/mystery", lambda _: JSONResponse({"running": False}), methods=["GET", "POST"])
    app = Starlette(routes=[*mount.routes(lambda: source(busy()).telemetry, _away), told])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://lab") as browser:
        assert (await browser.get("/mystery")).json() == {"running": False}
        assert (await browser.post("/mystery")).json() == {"running": False}
        page = await browser.get("/mystery", headers={"Accept": "text/html,*/*;q=0.8"})
        file = await browser.get("/mystery/hand-in.json")
    assert page.headers["content-type"].startswith("text/html")
    assert "The shop is not running." in file.text, "a download asks for anything"
