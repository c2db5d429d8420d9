"""How the browser of the load fares, as metrics of the load generator: memory, life and death, visits."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from opentelemetry.metrics import CallbackOptions, Meter, Observation

VISITS = "shop.browser.visits"
DEATHS = "shop.browser.deaths"


class Opened(Protocol):
    """A browser, as Playwright has it."""

    def on(self, event: Literal["disconnected"], f: Callable[[Any], None]) -> None:
        """Have `f` called with the browser when it has ended."""
        ...

    def is_connected(self) -> bool:
        """False once it has ended."""
        ...


@dataclass
class BrowserFares:
    """Told every few seconds; sizes are in bytes. Counters begin at zero, so that a rate sees the first step."""

    meter: Meter
    memory: int = 0
    most_memory: int = 0
    alive: int = 0

    def __post_init__(self) -> None:
        """Make the instruments."""
        self._gauge("shop.browser.memory.usage", "By", "memory")
        self._gauge("shop.browser.memory.max", "By", "most_memory")
        self._gauge("shop.browser.alive", "{browser}", "alive")
        self._deaths = self.meter.create_counter(DEATHS, "{browser}")
        self._visits = self.meter.create_counter(VISITS, "{visit}")
        self._deaths.add(0)
        for outcome in ("ended", "failed"):
            self._visits.add(0, {"shop.outcome": outcome})

    def opened(self, browser: Opened, at_end: Callable[[Any], None]) -> None:
        """It has opened; `at_end` is called once it ends, at once if it has."""
        self.alive = 1
        browser.on("disconnected", at_end)
        if not browser.is_connected():
            at_end(browser)

    def died(self) -> None:
        """It has ended, and nobody has closed it."""
        self._deaths.add(1)
        self.closed()

    def closed(self) -> None:
        """There is none any more."""
        self.alive = self.memory = 0

    def visit(self, *, failed: bool) -> None:
        """A visit has been made, or has failed."""
        self._visits.add(1, {"shop.outcome": "failed" if failed else "ended"})

    def _gauge(self, name: str, unit: str, what: str) -> None:
        def observe(_: CallbackOptions) -> list[Observation]:
            return [Observation(getattr(self, what))]

        self.meter.create_observable_gauge(name, [observe], unit)
