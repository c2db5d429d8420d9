"""`whodunit drill restore` as people type it, with the shortest day that holds something to lose."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import psutil
import pytest

pytestmark = pytest.mark.process

DRILL = (sys.executable, "-m", "whodunit.entry.cli", "drill", "restore", "--day", "6s", "--rate", "4")
WITHIN_S = 300.0
SERVICES, MISSED, INTERRUPTED = 4, 1, 130
HASTE = {"ORDER_LEFT_AFTER_S": "2", "ORDER_LOOK_EVERY_S": "0.5"}


def start(folder: Path, *options: str) -> subprocess.Popen[str]:
    environment = {**os.environ, **HASTE, "TMPDIR": str(folder), "WHODUNIT_HOME": str(folder / "home")}
    pipe = subprocess.PIPE
    return subprocess.Popen([*DRILL, *options], env=environment, stdout=pipe, stderr=pipe, text=True)


def test_a_daily_copy_loses_a_day_and_the_rest_is_rebuilt(tmp_path: Path) -> None:
    process = start(tmp_path, "--rto", "2h", "--json")
    out, err = process.communicate(timeout=WITHIN_S)
    assert process.returncode == MISSED, err
    told = json.loads(out)
    assert told["objectives"]["recovery"] == 7200
    (daily,) = told["measured"]
    loss = daily["loss"]
    assert daily["misses"] == ["lost data"]
    assert loss["lost"] == loss["rebuilt"] + loss["gone"]
    assert loss["nameless"] == loss["rebuilt"] > 0
    assert {name for name, count in daily["books"].items() if count} == {"orders"}
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_interrupted_it_leaves_nothing(tmp_path: Path) -> None:
    process = start(tmp_path)
    children: list[psutil.Process] = []
    deadline = monotonic() + WITHIN_S
    while len(children) < SERVICES:
        assert monotonic() < deadline, "the shop does not start"
        children = psutil.Process(process.pid).children()
        sleep(0.05)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=WITHIN_S)
    assert (process.returncode, "Interrupted" in err) == (INTERRUPTED, True)
    assert not psutil.wait_procs(children, timeout=1)[1]
    assert not list(tmp_path.iterdir())
