"""`whodunit page` against a lab's pager."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from typer.testing import CliRunner

from tests.unit.loadgen.serving import serve
from whodunit.home import Home
from whodunit.launcher.labfile import LabFile
from whodunit.launcher.processes import Identity
from whodunit.pager.commands import register
from whodunit.pager.pages import Fired, Pager
from whodunit.pager.routes import routes
from whodunit.refusals import HANDLERS

pytestmark = pytest.mark.process

CHECKOUT = Fired(name="CheckoutErrorBudgetBurn", service="order", severity="page")
FLAG = Fired(name="FailureFlagOn", service="product-catalog", severity="ticket")


@pytest.fixture
def pager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pager]:
    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok", "pid": os.getpid(), "mode": "lite"})

    monkeypatch.setenv("WHODUNIT_HOME", str(tmp_path))
    pager = Pager(Home.locate())
    app = Starlette(routes=[Route("/healthz", health), *routes(pager)], exception_handlers=HANDLERS)
    with serve(app) as url:
        LabFile(Identity.of(os.getpid()), url).write(Home.locate())
        yield pager


def run(*arguments: str) -> str:
    app = typer.Typer()
    register(app)
    result = CliRunner().invoke(app, ["page", *arguments], catch_exceptions=False, env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    return result.output


def test_nobody_has_been_called(pager: Pager) -> None:
    assert run() == "Nobody has been called.\n"


def test_whom_an_alert_wakes_and_how_long_until_somebody_answers(pager: Pager) -> None:
    called = datetime.now(UTC) - timedelta(minutes=3)
    pager.fires(CHECKOUT, called)
    pager.fires(FLAG, called)
    pager.ends(FLAG, called)
    assert [line.split("  ")[0] for line in run().splitlines()] == ["page", "1", "2"]
    assert "checkout on call" in run()
    assert "nobody (a ticket)" in run()
    assert run("ack", "1").startswith("Page 1, CheckoutErrorBudgetBurn: acknowledged after 3m")
    assert "after 3m" in run()
    assert [page["ended"] is None for page in json.loads(run("--json"))["pages"]] == [True, False]
