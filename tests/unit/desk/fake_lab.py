"""A lab that answers from memory, for pages that ask it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from whodunit.lab.client import LabClient
from whodunit.lab.run_answers import HostedRun, RecordedRun


class FakeLab:
    """Remembers what it was asked to change; `sealed` while a mystery runs."""

    def __init__(self) -> None:
        self.run: HostedRun | None = None
        self.runs: list[RecordedRun] = []
        self.sealed = False
        self.asked: list[tuple[str, str, str]] = []

    @contextmanager
    def open(self) -> Iterator[LabClient]:
        """A client of this lab."""
        with httpx.Client(base_url="http://lab", transport=httpx.MockTransport(self._answer)) as http:
            yield LabClient(http)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if self.sealed:
            return httpx.Response(422, json={"detail": "A mystery runs.", "hint": "whodunit mystery status"})
        if request.method != "GET":
            self.asked.append((request.method, request.url.path, request.content.decode()))
        answers: dict[str, Any] = {
            "/mystery": {"running": False},
            "/verification": {"run": self.run},
            "/runs": {"runs": self.runs},
            "/classroom": {"leads": None, "attends": None, "entry": None},
        }
        return httpx.Response(200, json=answers.get(request.url.path, {}))
