"""A lab that nobody looks at pays nothing for its pages."""

import subprocess
import sys
from contextlib import AbstractContextManager
from typing import cast

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from tests.unit.desk.fake_lab import FakeLab
from tests.unit.desk.shop import busy, source
from whodunit.desk import mount
from whodunit.lab.client import LabClient
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
