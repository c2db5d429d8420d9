"""The release of a service that runs, and its end when another one is deployed or the service is restarted.

Three switches of operations belong to each service: `SERVICE-deployment`, whose variants are the releases that may
follow the usual one, `SERVICE-rollback` and `SERVICE-restart`. A deployment that reaches a second instance alone
(kit/canary.py) has a fourth: `SERVICE-drain`.
"""

from collections.abc import Callable
from importlib.metadata import version
from threading import Event, Thread

from kit.canary import CANARY, Companion
from kit.changes import LOOK_EVERY_S
from kit.variants import OFF, Variants

REPLACED = 75
"""Exit code that asks whoever supervises the process to start it again (EX_TEMPFAIL)."""

NEXT_RELEASE = "0.2.0"
"""The `service.version` of whatever follows the usual release."""

DEPLOYED = "another release was deployed"
RESTARTED = "restarted by operations"


class Release:
    """The release that runs: its `version`, and `variants` as it sees them.

    `ending` says why the process had to end; it is empty until then. The first instance of a service has a `companion`,
    which runs while a canary is deployed; a canary has none.
    """

    def __init__(self, service: str, variants: Variants, companion: Companion | None = None) -> None:
        self._deployment, self._rollback, self._restart, self._drain = (
            f"{service}-{deed}" for deed in ("deployment", "rollback", "restart", "drain")
        )
        self._now = variants
        self._companion = companion
        self._switched = Event()
        self._over = False
        self._restarting = self._is_on(self._restart)
        deployed = self._deployed()
        self.version = _version(deployed)
        self.variants: Variants = _OfRelease(variants, self._deployment, deployed)
        self.ending = ""

    def watch(self, end: Callable[[], None]) -> None:
        """Call `end` when another release is deployed, or a restart is switched on."""
        self._now.on_switch(self._switched.set)
        Thread(target=self._look, args=(end,), name="release", daemon=True).start()

    def close(self) -> None:
        """Stop watching, and the canary."""
        self._over = True
        self._switched.set()
        if self._companion:
            self._companion.close()

    def _look(self, end: Callable[[], None]) -> None:
        while not self._over:
            if self._companion:
                self._companion.keep(self._has_canary())
            self.ending = self._reason_to_end()
            if self.ending:
                if self._companion:
                    self._companion.dismiss()
                end()
                return
            self._switched.wait(None if self._is_static else LOOK_EVERY_S)
            self._switched.clear()

    def _reason_to_end(self) -> str:
        # A process that starts while its restart is still switched on has been restarted already.
        was_restarting, self._restarting = self._restarting, self._is_on(self._restart)
        if self._deployed() != self.variants.value(self._deployment):
            return f"{DEPLOYED}: {self.version} → {_version(self._deployed())}"
        return RESTARTED if self._restarting and not was_restarting else ""

    def _has_canary(self) -> bool:
        return self._now.value(self._deployment) == CANARY and not self._is_on(self._drain)

    def _deployed(self) -> str:
        deployed = OFF if self._is_on(self._rollback) else self._now.value(self._deployment)
        return OFF if self._companion and deployed == CANARY else deployed

    def _is_on(self, flag: str) -> bool:
        return self._now.value(flag) != OFF

    @property
    def _is_static(self) -> bool:
        flags = (self._deployment, self._rollback, self._restart)
        # A canary that has ended is started again, and nobody tells of its end.
        return not (self._companion and self._companion.runs) and all(map(self._now.is_static, flags))


def _version(deployed: str) -> str:
    return version("whodunit") if deployed == OFF else NEXT_RELEASE


class _OfRelease:
    """`variants` as a process of one release sees them: what it was deployed as stays so for as long as it lives."""

    def __init__(self, variants: Variants, deployment: str, deployed: str) -> None:
        self._variants = variants
        self._deployment = deployment
        self._deployed = deployed

    def value(self, flag: str) -> str:
        return self._deployed if flag == self._deployment else self._variants.value(flag)

    def is_static(self, flag: str) -> bool:
        return flag == self._deployment or self._variants.is_static(flag)

    def on_switch(self, listener: Callable[[], None]) -> None:
        self._variants.on_switch(listener)
