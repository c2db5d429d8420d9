"""The steps of a reset, each said when it is done."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whodunit.client import LabClient
from whodunit.doctor.shell import Shell
from whodunit.errors import LabError
from whodunit.load.standing import LIGHT
from whodunit.reset import backends
from whodunit.reset.backends import CannotReachDockerError
from whodunit.store.client import StoreClient
from whodunit.target import LiteTarget, Target
from whodunit.telemetry.port import TelemetryError
from whodunit.trial_order import TrialOrder
from whodunit.wanted import Kind

SETTLE_S = 8.0
"""Enough for what is on its way once nothing is broken; an order that needs longer is said."""

READY_WITHIN_S = 15.0
POLL_EVERY_S = 0.2

Say = Callable[[str], None]
Json = dict[str, Any]


@dataclass(frozen=True)
class Reset:
    """Makes one target as new; `say` is told of each step."""

    target: Target
    lab: LabClient
    shell: Shell
    folder: Path
    buy: Callable[[str], TrialOrder]
    say: Say

    def run(self) -> bool:
        """Whether the steady state holds at the end. Raises LabError."""
        self.lab.clear_fault()
        self.say("No fault and no remedy is in force.")
        self.lab.stop_load()
        self.say("No load runs.")
        books = self.lab.audit(SETTLE_S)
        self.say("No order is open." if not books["open"] else f"{books['open']} orders are still in processing.")
        forgotten = self._forget()
        self._wait_ready()
        order = self.buy(self.target.shop_url)
        self.say(f"Order {order.number} completed in {order.seconds:.1f} s.")
        if self.target.kind is Kind.STACK:
            self.lab.start_load(LIGHT)
            self.say("The light load runs again.")
        return bool(books["held"]) and not books["open"] and forgotten and self._is_silent()

    def _is_silent(self) -> bool:
        firing = [alert["name"] for alert in self.lab.alerts()["alerts"] if alert["state"] == "firing"]
        self.say("Nothing alerts." if not firing else f"Still firing: {', '.join(firing)}.")
        return not firing

    def _forget(self) -> bool:
        try:
            if isinstance(self.target, LiteTarget):
                _empty(self.target.store_url)
            else:
                backends.at(self.target.shop_url, self.shell, self.folder).forget()
        except CannotReachDockerError as error:
            self.say(f"{error.message} {error.hint}")
            return False
        self.say("No telemetry and no alert is left of what was.")
        return True

    def _wait_ready(self) -> None:
        deadline = time.monotonic() + READY_WITHIN_S
        while not self.lab.is_ready():
            if time.monotonic() > deadline:
                raise LabError(f"Not everything is ready after {READY_WITHIN_S:.0f} s.", "See: whodunit status")
            time.sleep(POLL_EVERY_S)


def _empty(store_url: str) -> None:
    try:
        StoreClient(store_url).forget()
    except TelemetryError as error:
        raise LabError(str(error), "Type it again: whodunit reset") from error
