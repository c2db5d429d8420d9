"""The steps of a reset, each reported when it is done."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from whodunit.counted import counted
from whodunit.errors import LabError
from whodunit.lab.client import LabClient
from whodunit.lab.target import Target
from whodunit.lab.wanted import Kind
from whodunit.load.standing import LIGHT
from whodunit.load.trial_order import TrialOrder
from whodunit.reset import backends
from whodunit.reset.backends import CannotReachDockerError
from whodunit.shell import Shell

SETTLE_S = 13.0
"""After the worst of the documented incidents the last order ended after 12 to 16 s; counted from the start of the
reset, as a load generator with visitors who wait takes up to 4 s to stop.
"""

END_AFTER_S = 18.0
"""Orders that are open when the telemetry has been deleted may end until then."""

EXPORT_S = 5.0
"""The interval at which services export metrics: what is deleted earlier would be exported again."""

FORGET_AFTER_S = 14.0
"""Telemetry is deleted then at the latest: a reset takes 20 s at most."""

READY_WITHIN_S = 15.0
SILENT_WITHIN_S = 6.0
"""Alerts are evaluated every 5 s."""

POLL_EVERY_S = 0.2

Json = dict[str, Any]


@dataclass(frozen=True)
class Reset:
    """Resets one target; `say` is called with each step."""

    target: Target
    lab: LabClient
    shell: Shell
    folder: Path
    buy: Callable[[str], TrialOrder]
    say: Callable[[str], None]
    sleep: Callable[[float], None] = time.sleep
    started: float = field(default_factory=time.monotonic)

    def run(self) -> bool:
        """Returns True if the steady state holds at the end. Raises LabError."""
        books = self._stop_everything()
        forgotten = self._forget()
        if not self._wait(self.lab.is_ready, READY_WITHIN_S):
            raise LabError(f"Not everything is ready after {READY_WITHIN_S:.0f} s.", "See: whodunit status")
        if books["open"]:
            books = self.lab.audit(max(0.0, END_AFTER_S - self._elapsed_s))
        self.say(f"Still in processing: {counted(books['open'], 'order')}." if books["open"] else "No order is open.")
        order = self.buy(self.target.shop_url)
        self.say(f"Order {order.number} completed in {order.seconds:.1f} s.")
        silent = self._is_silent()
        if self.target.kind is Kind.STACK:
            self.lab.start_load(LIGHT)
            self.say("The light load runs again.")
        return bool(books["held"]) and not books["open"] and forgotten and silent

    def _stop_everything(self) -> Json:
        self.lab.clear_fault()
        self.say("No fault and no remedy is in force.")
        self.lab.stop_load()
        self.say("No load runs.")
        return self.lab.audit(max(0.0, SETTLE_S - self._elapsed_s))

    @property
    def _elapsed_s(self) -> float:
        return time.monotonic() - self.started

    def _forget(self) -> bool:
        self.sleep(max(0.0, min(EXPORT_S, FORGET_AFTER_S - self._elapsed_s)))
        try:
            if self.target.kind is Kind.LITE:
                self.lab.forget()
            else:
                backends.at(self.target.shop_url, self.shell, self.folder).forget()
        except CannotReachDockerError as error:
            self.say(f"{error.message} {error.hint}")
            return False
        self.say("All telemetry so far is deleted.")
        return True

    def _is_silent(self) -> bool:
        silent = self._wait(lambda: not self._firing(), SILENT_WITHIN_S)
        self.say("Nothing alerts." if silent else f"Still firing: {', '.join(self._firing())}.")
        return silent

    def _firing(self) -> list[str]:
        return [alert["name"] for alert in self.lab.alerts()["alerts"] if alert["state"] == "firing"]

    def _wait(self, holds: Callable[[], bool], within_s: float) -> bool:
        polls = int(within_s / POLL_EVERY_S)
        for _ in range(polls):
            if holds():
                return True
            self.sleep(POLL_EVERY_S)
        return False
