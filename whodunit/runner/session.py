"""The shop that a scenario runs against: a lite one is started if need be, and left up."""

import subprocess
import sys
from dataclasses import dataclass

from whodunit.errors import LabError
from whodunit.home import Home
from whodunit.lab.answers import LabStatus
from whodunit.lab.client import LabClient
from whodunit.lab.target import Target, find
from whodunit.lab.wanted import Kind
from whodunit.telemetry.port import Telemetry

START_WITHIN_S = 120


@dataclass(frozen=True)
class Session:
    """The running lab, its status and its telemetry; `store_url` is the embedded store, None on a stack without one."""

    home: Home
    client: LabClient
    status: LabStatus
    telemetry: Telemetry
    store_url: str | None = None

    @property
    def mode(self) -> str:
        """`lite` or `stack`."""
        return str(self.status["mode"])

    @property
    def shop_url(self) -> str:
        """The address that a customer opens."""
        return str(self.status["links"]["shop"]) if "links" in self.status else self.url("frontend")

    def url(self, service: str) -> str:
        """The address of a service; raises LabError when the lab runs none of that name."""
        for each in self.status["services"]:
            if each["name"] == service:
                return str(each["url"])
        raise LabError(f"The lab runs no service {service!r}.", "See: whodunit status")


def connect(home: Home, *, start: bool) -> Session:
    """The running shop; with `start`, a lite one is started when none is up. Raises LabError."""
    target = find()
    try:
        return _connected(home, target)
    except LabError:
        if not start or target.kind is Kind.STACK:
            raise
    _start()
    return _connected(home, target)


def _connected(home: Home, target: Target) -> Session:
    client = target.lab()
    client.pin()
    return Session(home, client, client.status(), target.telemetry(), target.store_url)


def _start() -> None:
    """Start the shop by a command of its own, so that it stays up when this one ends."""
    command = [sys.executable, "-m", "whodunit.entry.cli", "up"]
    try:
        ended = subprocess.run(command, stdout=subprocess.DEVNULL, timeout=START_WITHIN_S, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise LabError(f"The shop did not start within {START_WITHIN_S} s.", "See: whodunit status") from error
    if ended.returncode:
        raise LabError("The shop did not start.", "The lines above say why; or see: whodunit status")
