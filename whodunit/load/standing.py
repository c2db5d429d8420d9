"""A light load that runs whenever nobody has asked for another, so that there is always something to look at."""

from typing import Any, Protocol

Json = dict[str, Any]

LIGHT: Json = {"light": True}
"""A wanted load that means: the light one, as after the start."""


class Runner(Protocol):
    """Runs one load at a time; raises LabError for what it cannot do."""

    def start(self, spec: Json) -> None:
        """In place of what runs."""
        ...

    def stop(self) -> None:
        """If any runs."""
        ...

    def state(self) -> Json | None:
        """What runs, or ran last."""
        ...


class StandingLoad:
    """`stop` ends the light load, too; it comes back when it is asked for, or at the next start of the program."""

    def __init__(self, runner: Runner, light: Json | None) -> None:
        """`light` is the load that stands when no other runs; None for none."""
        self._runner = runner
        self._light = light
        self._stands = light is not None
        self._runs_light = False

    def start(self, spec: Json) -> None:
        """Start load in place of what runs; raises WrongUseError for a spec that is not one."""
        if spec == LIGHT and self._light is not None:
            self._stands = True
            self._start_light(self._light)
        else:
            self._runner.start(spec)
            self._runs_light = False

    def stop(self) -> None:
        """Stop whatever runs."""
        self._stands = self._runs_light = False
        self._runner.stop()

    def state(self) -> Json | None:
        """What runs, or ran last, and whether it is the `light` load."""
        state = self._runner.state()
        return state and {**state, "light": self._runs_light}

    def renew(self) -> None:
        """Start the light load where nothing runs any more; call it every second or so."""
        state = self._runner.state()
        if self._stands and self._light is not None and not (state and state["running"]):
            self._start_light(self._light)

    def _start_light(self, light: Json) -> None:
        self._runner.start(light)
        self._runs_light = True
