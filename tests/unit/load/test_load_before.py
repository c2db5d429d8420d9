"""What ran before a run comes back after it."""

from typing import Any

import pytest

from whodunit.errors import LabError
from whodunit.load.load_before import load_restored

Json = dict[str, Any]
SPEC: Json = {"rates": {"buy": 3}, "seconds": 600}


class FakeSwitch:
    def __init__(self, state: Json | None) -> None:
        self.state = state
        self.started: list[Json] = []

    def load(self) -> Any:
        return self.state

    def start_load(self, spec: Json) -> Json:
        self.started.append(spec)
        return spec


def state(**changes: Any) -> Any:
    return {"running": True, "spec": SPEC, "stats": {"elapsed_s": 100.4}, **changes}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, []),
        (state(running=False), []),
        (state(), [{"rates": {"buy": 3}, "seconds": 500}]),
        (state(stats=None), [SPEC]),
        (state(stats={"elapsed_s": 598.0}), []),
        (state(light=True), [{"light": True}]),
        (state(spec={"sealed": True}), []),
    ],
)
def test_what_ran_runs_again_for_the_time_it_had_left(before: Json | None, after: list[Json]) -> None:
    lab = FakeSwitch(before)
    with load_restored(lab):
        assert lab.started == []
    assert lab.started == after


def test_it_comes_back_after_a_failure_which_is_what_is_told() -> None:
    lab = FakeSwitch(state())
    with pytest.raises(LabError, match="Stopped"), load_restored(lab):
        raise LabError("Stopped before the end.", "")
    assert len(lab.started) == 1
