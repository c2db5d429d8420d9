"""A light load that runs whenever no other is requested, so that there is always telemetry to look at."""

from typing import Any, Protocol

from whodunit.lab.answers import LoadState

Json = dict[str, Any]


LIGHT: Json = {"light": True}
"""The request for the light load, as it runs after the start."""


class Runner(Protocol):
    """Runs one load at a time; raises LabError for what it cannot do."""

    def start(self, spec: Json) -> None:
        """Start load, in place of what runs."""
        ...

    def stop(self) -> None:
        """Stop the load, if any runs."""
        ...

    def state(self) -> LoadState | None:
        """The load that runs or ran last."""
        ...

    def renew_nodes(self) -> None:
        """Have nodes stay while visitors come who look at their histories."""
        ...


class StandingLoad:
    """`stop` ends the light load, too; it runs again when it is requested, or after a restart of the program."""

    def __init__(self, runner: Runner, light: Json | None) -> None:
        """`light` is the load that runs when no other does; None for none."""
        self._runner = runner
        self._light = light
        self._is_wanted = light is not None
        self._runs_light = False

    def start(self, spec: Json) -> None:
        """Start load in place of what runs; raises WrongUseError for an invalid spec."""
        if spec == LIGHT and self._light is not None:
            self._is_wanted = True
            self._start_light(self._light)
        else:
            self._runner.start(spec)
            self._runs_light = False

    def stop(self) -> None:
        """Stop whatever runs."""
        self._is_wanted = self._runs_light = False
        self._runner.stop()

    def state(self) -> LoadState | None:
        """The load that runs or ran last, and if it is the `light` one."""
        state = self._runner.state()
        return state and {**state, "light": self._runs_light}

    def renew(self) -> None:
        """Start the light load when no other runs; call it every few seconds. Raises LabError when it cannot start."""
        state = self._runner.state()
        if self._is_wanted and self._light is not None and not (state and state["running"]):
            self._start_light(self._light)

    def renew_nodes(self) -> None:
        """Keep what visitors need; call it every few seconds. Raises LabError when that cannot be kept."""
        self._runner.renew_nodes()

    def _start_light(self, light: Json) -> None:
        self._runner.start(light)
        self._runs_light = True
