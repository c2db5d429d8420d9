"""Which release of a service runs, and its end when another one is deployed."""

from collections.abc import Callable
from importlib.metadata import version
from threading import Event, Thread
from typing import Protocol

from kit.variants import Variants

LOOK_EVERY_S = 0.5
REPLACED = 75
"""Exit code that asks whoever supervises the process to start it again (EX_TEMPFAIL); it then is the other release."""


class Releases(Protocol):
    """Tells the `service.version` that is deployed now."""

    def __call__(self) -> str:
        """Asked when the service starts, and again and again."""
        ...


def only_one(_: Variants) -> Releases:
    """A service of which there is this release alone."""
    this = version("whodunit")
    return lambda: this


class Release:
    """The release that runs; `replaced` once it had to end because another one is deployed."""

    def __init__(self, deployed: Releases) -> None:
        self._deployed = deployed
        self._over = Event()
        self.version = deployed()
        self.replaced = False

    def watch(self, end: Callable[[], None]) -> None:
        """Call `end` when another release is deployed."""
        Thread(target=self._look, args=(end,), name="release", daemon=True).start()

    def close(self) -> None:
        """Stop watching."""
        self._over.set()

    def _look(self, end: Callable[[], None]) -> None:
        while not self._over.wait(LOOK_EVERY_S):
            if self._deployed() != self.version:
                self.replaced = True
                end()
                return
