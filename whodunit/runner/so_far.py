"""A run as far as it has come, put together from its events (`whodunit.runner.events`)."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

from whodunit.lab.run_answers import CheckSoFar, Outcome, PhaseSoFar, RunSoFar

Event = dict[str, Any]


class SoFar:
    """Takes the lines of an event file as they come; `run` is what they say together."""

    def __init__(self) -> None:
        self.run: RunSoFar = {"phases": [], "outcome": None, "failure": None}
        self._values: dict[str, list[tuple[float, float | None]]] = {}
        self._rest = b""

    def take(self, more: bytes) -> None:
        """Take more of the file; half a line waits for the rest of it, and one that is no event is left out."""
        *lines, self._rest = (self._rest + more).split(b"\n")
        for line in lines:
            with suppress(ValueError, TypeError, LookupError):
                self._happened(**json.loads(line))

    def _happened(self, event: str, **fields: Any) -> None:
        tells: dict[str, Callable[..., None]] = {
            "phase_started": self._phase_started,
            "sampled": self._sampled,
            "check_decided": self._check_decided,
            "phase_ended": self._phase_ended,
            "ended": self._ended,
            "failed": self._failed,
        }
        tells[event](**fields)

    def _phase_started(self, phase: str, about: str, within_s: float) -> None:
        self._values = {}
        self.run["phases"].append(_begun(phase, about, within_s))

    def _sampled(self, seconds: float, checks: list[Event]) -> None:
        phase = self.run["phases"][-1]
        decided = {check["id"] for check in phase["checks"] if check["is_decided"]}
        for check in checks:
            if check["id"] not in decided:
                self._values.setdefault(check["id"], []).append((seconds, check["observed"]))
        phase["seconds"] = seconds
        phase["checks"] = [self._check(check, is_decided=check["id"] in decided) for check in checks]

    def _check_decided(self, check: Event) -> None:
        checks = self.run["phases"][-1]["checks"]
        for place, each in enumerate(checks):
            if each["id"] == check["id"]:
                checks[place] = self._check(check, is_decided=True)

    def _phase_ended(self, phase: str, seconds: float, checks: list[Event]) -> None:
        """One that was not announced was watched together with the one before it."""
        if not self.run["phases"] or self.run["phases"][-1]["is_over"]:
            self.run["phases"].append(_begun(phase))
        ended = self.run["phases"][-1]
        ended["seconds"], ended["is_over"] = seconds, True
        ended["checks"] = [self._check(check, is_decided=True) for check in checks]

    def _ended(self, **outcome: Any) -> None:
        self.run["outcome"] = cast("Outcome", outcome)

    def _failed(self, message: str, hint: str) -> None:
        self.run["failure"] = {"message": message, "hint": hint}

    def _check(self, check: Event, *, is_decided: bool) -> CheckSoFar:
        known = {"is_decided": is_decided, "values": self._values.get(check["id"], [])}
        return cast("CheckSoFar", check | known)


def _begun(phase: str, about: str = "", within_s: float = 0.0) -> PhaseSoFar:
    return {"phase": phase, "about": about, "within_s": within_s, "seconds": 0.0, "is_over": False, "checks": []}
