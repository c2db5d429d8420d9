"""The lab hears which variants were in force; a service in which none is says nothing, and waits."""

import asyncio
import json

import httpx
import pytest

from kit.reporting import report_usage
from kit.variants import Usage

pytestmark = pytest.mark.anyio

WITHIN_S = 5


class Lab(httpx.AsyncBaseTransport):
    """Takes reports, after some that it does not take."""

    def __init__(self, refuses: int = 0) -> None:
        self.told: asyncio.Queue[int] = asyncio.Queue()
        self._refuses = refuses

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._refuses:
            self._refuses -= 1
            raise httpx.ConnectError("away")
        self.told.put_nowait(json.loads(request.content)["affected"])
        return httpx.Response(204)

    async def next(self) -> int:
        return await asyncio.wait_for(self.told.get(), WITHIN_S)


@pytest.mark.parametrize("refuses", [0, 1])
async def test_each_use_is_reported_once_however_often_the_lab_is_away(refuses: int) -> None:
    lab, usage = Lab(refuses), Usage()
    usage.add("held-open", "on")
    reports = asyncio.create_task(report_usage("payment", "http://lab", usage, lab))
    assert await lab.next() == 1
    await asyncio.to_thread(usage.add, "held-open", "on")
    assert await lab.next() == 1
    reports.cancel()
    usage.add("held-open", "on")
    await asyncio.wait([reports])
    assert await lab.next() == 1
    usage.add("held-open", "on")
    assert lab.told.empty()
