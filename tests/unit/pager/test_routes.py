"""The pager over HTTP: called in Alertmanager's form, listed, acknowledged."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from whodunit.home import Home
from whodunit.pager.pages import Pager
from whodunit.pager.routes import routes
from whodunit.refusals import HANDLERS

pytestmark = pytest.mark.anyio


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=routes(Pager(Home(tmp_path))), exception_handlers=HANDLERS)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://lab") as client:
        yield client


def notice(status: str) -> dict[str, object]:
    """What Alertmanager posts, with more than is read of it."""
    alert = {
        "status": status,
        "labels": {"alertname": "LoginErrorBudgetBurn", "service": "user", "severity": "page", "slo": "login"},
        "annotations": {"summary": "Logins fail.", "runbook_url": "docs/runbooks/LoginErrorBudgetBurn.md"},
        "startsAt": "2026-11-29T03:12:00Z",
        "fingerprint": "c0ffee",
    }
    return {"version": "4", "groupKey": "{}", "receiver": "lab", "status": status, "alerts": [alert]}


async def test_a_call_is_listed_acknowledged_and_over(lab: httpx.AsyncClient) -> None:
    assert (await lab.post("/pages/call", json=notice("firing"))).status_code == 204
    [page] = (await lab.get("/pages")).json()["pages"]
    assert (page["id"], page["alert"]["name"], page["wakes"]) == ("1", "LoginErrorBudgetBurn", "accounts")
    assert (page["acknowledged"], page["ended"]) == (None, None)
    [page] = (await lab.post("/pages/acknowledge")).json()["pages"]
    assert page["acknowledged"] >= page["called"]
    assert (await lab.post("/pages/call", json=notice("resolved"))).status_code == 204
    [page] = (await lab.get("/pages")).json()["pages"]
    assert page["ended"] >= page["acknowledged"]


async def test_a_page_that_does_not_exist_and_a_call_without_alerts_are_refused(lab: httpx.AsyncClient) -> None:
    refused = await lab.post("/pages/9/acknowledge")
    assert (refused.status_code, refused.json()["detail"]) == (404, "There is no page 9.")
    assert (await lab.post("/pages/call", json={})).status_code == 422
