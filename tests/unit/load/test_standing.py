"""A light load that runs whenever nobody has asked for another."""

from typing import Any

import pytest

from whodunit.errors import WrongUseError
from whodunit.load.standing import LIGHT, StandingLoad

Json = dict[str, Any]

USUAL: Json = {"rates": {"buy": 1}}
ANOTHER: Json = {"rates": {"buy": 8}}


class FakeRunner:
    """Runs nothing and remembers what it should."""

    def __init__(self) -> None:
        self.spec: Json | None = None
        self.running = False
        self.renewals = 0

    def start(self, spec: Json) -> None:
        if "rates" not in spec:
            raise WrongUseError("This is no load.", "")
        self.spec, self.running = spec, True

    def stop(self) -> None:
        self.running = False

    def renew_nodes(self) -> None:
        self.renewals += 1

    def state(self) -> Any:
        return self.spec and {"running": self.running, "spec": self.spec}


@pytest.fixture
def runner() -> FakeRunner:
    return FakeRunner()


def test_it_runs_from_the_first_renewal_on(runner: FakeRunner) -> None:
    load = StandingLoad(runner, USUAL)
    assert load.state() is None
    load.renew()
    assert load.state() == {"running": True, "spec": USUAL, "light": True}


def test_it_comes_back_when_another_load_has_ended_by_itself(runner: FakeRunner) -> None:
    load = StandingLoad(runner, USUAL)
    load.start(ANOTHER)
    load.renew()
    assert load.state() == {"running": True, "spec": ANOTHER, "light": False}
    runner.running = False
    load.renew()
    assert runner.spec == USUAL


def test_stopped_it_stays_away_until_it_is_asked_for(runner: FakeRunner) -> None:
    load = StandingLoad(runner, USUAL)
    load.renew()
    load.stop()
    load.renew()
    assert not runner.running
    load.start(LIGHT)
    assert (runner.running, runner.spec) == (True, USUAL)


def test_without_a_light_load_there_is_none_to_ask_for(runner: FakeRunner) -> None:
    load = StandingLoad(runner, None)
    load.renew()
    assert load.state() is None
    with pytest.raises(WrongUseError):
        load.start(LIGHT)
