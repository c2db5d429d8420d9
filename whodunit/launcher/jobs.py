"""Starts jobs at a service's word: a program that does its work once and ends, one process of each at a time.

One that is asked for while it runs is started once more when it ends: it may have begun before what it is to know.
"""

import asyncio
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from whodunit.launcher.plan import JOBS_PATH
from whodunit.launcher.process_factory import ProcessFactory, run_to_end
from whodunit.launcher.program import Program

ACCEPTED, NOT_FOUND = 202, 404


class Jobs:
    """Programs by name."""

    def __init__(self, programs: Mapping[str, Program], factory: ProcessFactory) -> None:
        self._programs = programs
        self._factory = factory
        self._running: dict[str, asyncio.Task[None]] = {}
        self._asked: set[str] = set()

    @property
    def routes(self) -> list[Route]:
        """The routes for the lab's API."""
        return [Route(f"{JOBS_PATH}/{{name}}", self._start, methods=["POST"])]

    async def _start(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in self._programs:
            return Response(status_code=NOT_FOUND)
        self._asked.add(name)
        if name not in self._running:
            self._running[name] = asyncio.create_task(self._run(name))
        return Response(status_code=ACCEPTED)

    async def _run(self, name: str) -> None:
        try:
            while name in self._asked:
                self._asked.remove(name)
                await run_to_end(self._factory, self._programs[name])
        finally:
            del self._running[name]
