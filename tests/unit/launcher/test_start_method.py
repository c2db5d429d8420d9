"""How the shop's processes begin can be chosen, among the ways that the system has."""

import sys

import pytest

from whodunit.errors import WrongUseError
from whodunit.launcher.start_method import METHODS, VARIABLE, start_method

USUAL = "fork" if sys.platform == "linux" else "spawn"


@pytest.mark.parametrize(("chosen", "method"), [({}, USUAL), ({VARIABLE: ""}, USUAL), ({VARIABLE: "spawn"}, "spawn")])
def test_it_is_the_one_of_the_system_unless_spawning_is_asked_for(chosen: dict[str, str], method: str) -> None:
    assert start_method(chosen) == method


def test_a_method_that_is_not_here_is_told_with_those_that_are() -> None:
    with pytest.raises(WrongUseError, match=f"{VARIABLE} is 'forkserver'") as refused:
        start_method({VARIABLE: "forkserver"})
    assert refused.value.hint.endswith(", ".join(METHODS))
