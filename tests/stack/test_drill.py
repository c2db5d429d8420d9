"""`whodunit drill restore --on postgresql`: three ways to keep a server, each lost once."""

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

pytestmark = pytest.mark.stack("postgresql")

DRILL = (sys.executable, "-m", "whodunit.entry.cli", "drill", "restore", "--on", "postgresql", "--json")
WITHIN_S = 600.0
HASTE = {"ORDER_LEFT_AFTER_S": "2", "ORDER_LOOK_EVERY_S": "0.5"}


@pytest.fixture(scope="module")
def measured() -> dict[str, Any]:
    """The three ways, with a day that the log is shipped in at least once."""
    with TemporaryDirectory(prefix="whodunit-drills-") as folder:
        Path(folder).chmod(0o711)  # a server that may not run as root passes through
        environment = {**os.environ, **HASTE, "TMPDIR": folder}
        done = subprocess.run(
            [*DRILL, "--day", "16s"], env=environment, capture_output=True, text=True, timeout=WITHIN_S, check=False
        )
        assert done.returncode in {0, 1}, done.stderr
        assert not list(Path(folder).iterdir())
    return {each["name"]: each for each in json.loads(done.stdout)["measured"]}


def test_only_the_daily_copy_misses_the_objectives(measured: dict[str, Any]) -> None:
    missed = {name: each["misses"] for name, each in measured.items()}
    assert missed == {"daily-copy": ["lost data"], "log-shipping": [], "hot-standby": []}


def test_the_nearer_the_copy_the_less_is_lost(measured: dict[str, Any]) -> None:
    lost = {name: each["loss"]["lost"] for name, each in measured.items()}
    assert lost["daily-copy"] > lost["log-shipping"] >= lost["hot-standby"]
    assert lost["hot-standby"] <= 1


def test_a_standby_takes_as_much_room_as_the_server(measured: dict[str, Any]) -> None:
    costs = {name: each["cost"] for name, each in measured.items()}
    assert costs["daily-copy"]["kept_bytes"] < costs["daily-copy"]["database_bytes"] / 10
    assert costs["hot-standby"]["kept_bytes"] > costs["hot-standby"]["database_bytes"] / 2
