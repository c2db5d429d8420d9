"""Guards for the lab's API while a mystery runs: it switches and shows nothing that names the cause."""

from typing import Any, Protocol

from whodunit.errors import WrongUseError
from whodunit.faults.flagfile import Schedule
from whodunit.lab.answers import LoadState
from whodunit.lab.controls import Faults, Json, Load

NONE_RUNS: Json = {"running": False}
"""The status of a mystery where there is none."""


class Sealable(Protocol):
    """A mystery that may keep something from players now."""

    @property
    def is_sealed(self) -> bool:
        """True if a mystery runs that has not been revealed."""
        ...


class Sealed(WrongUseError):
    """Refused for as long as a mystery runs."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"A mystery runs: {what}.",
            "You may use: whodunit mystery status · to give up: whodunit mystery reveal",
        )


class GuardedFaults:
    """The board; while sealed, only the services' reports reach it."""

    def __init__(self, faults: Faults, mystery: Sealable) -> None:
        self._faults = faults
        self._mystery = mystery

    def state(self) -> Any:
        return self._open().state()

    def set(self, flag: str, variant: str, seconds: float, schedule: Schedule | None = None) -> None:
        self._open().set(flag, variant, seconds, schedule)

    def clear(self, flag: str | None = None) -> None:
        self._open().clear(flag)

    def report(self, service: str, flag: str, variant: str, affected: int) -> None:
        self._faults.report(service, flag, variant, affected)

    def reports(self) -> Any:
        return self._open().reports()

    def _open(self) -> Faults:
        if self._mystery.is_sealed:
            raise Sealed("what is switched is sealed until it is revealed")
        return self._faults


class GuardedLoad:
    """The load; it belongs to the mystery while one runs."""

    def __init__(self, load: Load, mystery: Sealable) -> None:
        self._load = load
        self._mystery = mystery

    def start(self, spec: Json) -> None:
        self._open().start(spec)

    def stop(self) -> None:
        self._open().stop()

    def state(self) -> LoadState | None:
        return self._load.state()

    def _open(self) -> Load:
        if self._mystery.is_sealed:
            raise Sealed("its load is part of it")
        return self._load
