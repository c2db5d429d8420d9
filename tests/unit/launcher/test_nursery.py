"""The nursery itself: what it forks is a lab with the environment and the log that were asked for."""

import os
from pathlib import Path
from time import monotonic, sleep

import psutil
import pytest

from whodunit.errors import LabError
from whodunit.launcher.nursery import Forked, Nursery
from whodunit.launcher.start_method import forks

pytestmark = [pytest.mark.process, pytest.mark.skipif(not forks(), reason="labs are commands here")]

WITHIN_S = 60.0
REFUSED = "The telemetry store cannot keep files in"


def test_each_lab_has_its_own_environment_and_log(tmp_path: Path) -> None:
    homes = [tmp_path / name for name in ("first?", "second?")]  # by which a lab refuses to start
    with Nursery(tmp_path) as nursery:
        forked = [nursery.launch(os.environ | {"WHODUNIT_HOME": str(home)}, log(home)) for home in homes]
        for each in forked:
            until_ended(each)
    for home in homes:
        assert log(home).read_text().startswith(f"{REFUSED} {home}:")


def test_a_lab_that_crashes_says_where(tmp_path: Path) -> None:
    with Nursery(tmp_path) as nursery:
        until_ended(nursery.launch({"WHODUNIT_HOME": "\0"}, tmp_path / "lab.log"))
    written = (tmp_path / "lab.log").read_text()
    assert written.startswith("Traceback (most recent call last)")
    assert written.endswith("ValueError: embedded null byte\n")


def test_a_nursery_that_was_killed_says_so(tmp_path: Path) -> None:
    with Nursery(tmp_path) as nursery:
        (child,) = (each for each in psutil.Process().children() if "whodunit.launcher.nursery" in each.cmdline())
        child.kill()
        with pytest.raises(LabError, match="The process that students' shops come from has ended"):
            nursery.launch({}, tmp_path / "lab.log")


def until_ended(lab: Forked) -> None:
    began = monotonic()
    while lab.poll() is None:
        assert monotonic() < began + WITHIN_S
        sleep(0.01)


def log(home: Path) -> Path:
    return home.with_name(f"{home.name}.log")
