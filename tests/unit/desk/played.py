"""A mystery as the desk plays it: the lab's own routes over an imaginary shop, whose clock a test sets."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.types import ASGIApp

from tests.unit.desk.shop import busy, now, source
from tests.unit.mystery.fakes import ONSET
from tests.unit.mystery.test_host import Table
from whodunit.desk.source import Source
from whodunit.lab.client import LabClient
from whodunit.mystery.routes import routes
from whodunit.refusals import HANDLERS
from whodunit.topology import BY_NAME


class InProcess(httpx.BaseTransport):
    """Passes requests to an application, each in a loop of its own: pages are answered in threads."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return asyncio.run(self._ask(request))

    async def _ask(self, request: httpx.Request) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self._app), base_url="http://lab") as http:
            found = await http.request(request.method, request.url.path, content=request.content)
        return httpx.Response(found.status_code, content=found.content, headers=found.headers)


class PlayedLab(Table):
    """A host with its routes; `source` is the desk's over it, beside the telemetry of a busy minute."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.source = Source(source(busy()).telemetry, self.client, clock=now)

    def client(self) -> LabClient:
        app = Starlette(routes=routes(self.host), exception_handlers=HANDLERS)
        return LabClient(httpx.Client(transport=InProcess(app), base_url="http://lab"))

    def begin(self) -> None:
        """The services have read the flag file, and the clock has started."""
        self.read_by(*BY_NAME)
        self.at(ONSET)
        with ThreadPoolExecutor(1) as beside:  # a test has a loop of its own
            beside.submit(lambda: asyncio.run(self.pass_s(45))).result()
