"""`whodunit alerts` against what a lab answers."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
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
from whodunit.alerts.schemas import as_json
from whodunit.home import Home
from whodunit.launcher.labfile import LabFile
from whodunit.launcher.processes import Identity
from whodunit.telemetry.answers import Alert, AlertList
from whodunit.views.alert_commands import register

pytestmark = pytest.mark.process

STUCK = Alert(
    "OrdersStuckInProcessing", "firing", {"service": "order"}, datetime.now(UTC) - timedelta(minutes=2), "Orders wait."
)


@pytest.fixture
def alerting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Alert]]:
    """What the lab will say; it runs."""
    found: list[Alert] = []

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok", "pid": os.getpid(), "mode": "lite"})

    async def alerts(_: Request) -> Response:
        return JSONResponse(as_json(AlertList(found, "select 1")))

    monkeypatch.setenv("WHODUNIT_HOME", str(tmp_path))
    with serve(Starlette(routes=[Route("/healthz", health), Route("/alerts", alerts)])) as url:
        LabFile(Identity.of(os.getpid()), url).write(Home.locate())
        yield found


def run(*arguments: str, columns: int = 200) -> str:
    app = typer.Typer()
    register(app)
    result = CliRunner().invoke(app, arguments, catch_exceptions=False, env={"COLUMNS": str(columns)})
    assert result.exit_code == 0, result.output
    return result.output


def test_nothing(alerting: list[Alert]) -> None:
    assert run() == "Nothing alerts.\n"


@pytest.mark.parametrize("columns", [60, 80, 200])
def test_what_alerts_since_when_and_where_to_read_on(alerting: list[Alert], columns: int) -> None:
    since = datetime.now(UTC) - timedelta(minutes=2)
    alerting.append(replace(STUCK, since=since))
    first, *rest = (line.rstrip() for line in run(columns=columns).splitlines())
    assert first.startswith(f"OrdersStuckInProcessing  firing since {since.astimezone():%H:%M:%S}, for 2m0")
    assert rest == ["  order: Orders wait.", "  docs/runbooks/OrdersStuckInProcessing.md"]


def test_for_scripts_with_the_query_where_it_is_asked_for(alerting: list[Alert]) -> None:
    alerting.append(STUCK)
    document = json.loads(run("--json"))
    assert (document["alerts"][0]["state"], document["query"]) == ("firing", "")
    assert json.loads(run("--json", "--query")) == document | {"query": "select 1"}


def test_the_query_behind_it(alerting: list[Alert]) -> None:
    assert run("--query") == "select 1\n"
