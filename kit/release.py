"""The release of a service that runs, and its end when another one is deployed."""

from collections.abc import Callable
from importlib.metadata import version
from threading import Event, Thread

from kit.changes import LOOK_EVERY_S
from kit.variants import Choice, Variants

REPLACED = 75
"""Exit code that asks whoever supervises the process to start it again (EX_TEMPFAIL); it then is the other release."""


def only_one(variants: Variants) -> Choice[str]:
    """A service of which there is this release alone."""
    return Choice(variants, version("whodunit"))


class Release:
    """The release that runs, by its `service.version`; `replaced` once it had to end because another is `deployed`."""

    def __init__(self, deployed: Choice[str]) -> None:
        self._deployed = deployed
        self._switched = Event()
        self._over = False
        self.version = deployed.look()
        self.replaced = False

    def watch(self, end: Callable[[], None]) -> None:
        """Call `end` when another release is deployed."""
        self._deployed.on_switch(self._switched.set)
        Thread(target=self._look, args=(end,), name="release", daemon=True).start()

    def close(self) -> None:
        """Stop watching."""
        self._over = True
        self._switched.set()

    def _look(self, end: Callable[[], None]) -> None:
        while not self._over:
            if self._deployed.look() != self.version:
                self.replaced = True
                end()
                return
            self._switched.wait(None if self._deployed.is_static else LOOK_EVERY_S)
            self._switched.clear()
