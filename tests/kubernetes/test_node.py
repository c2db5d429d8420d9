"""A node runs pods, and nothing of it is left: neither in order nor when whoever started it is killed."""

import signal
import subprocess
import sys
from collections.abc import Callable
from time import monotonic, sleep

import pytest

from tests.kubernetes import settings
from tests.kubernetes.machine import machine
from tests.kubernetes.node import node
from tests.kubernetes.room import RoomError, remove_empty_groups

pytestmark = pytest.mark.kubernetes

POD = ("run", "holder", f"--image={settings.PAUSE_IMAGE}", "--image-pull-policy=Never", "--restart=Never")
WITHIN_S = 60.0
A_NODE = """
from tests.kubernetes.node import node
with node() as it:
    print("ready", flush=True)
    input()
"""


def test_it_runs_a_pod_and_leaves_nothing() -> None:
    before = machine()
    with node() as it:
        eventually(lambda: it.kubectl(*POD).code == 0, "the pod is taken")
        eventually(lambda: "Running" in it.kubectl("get", "pods").out, "the pod runs")
        assert machine() != before
    assert machine() == before
    assert not it.folder.exists()


def test_a_second_one_is_refused() -> None:
    with node() as first:
        with pytest.raises(RoomError, match="Stop the other node first"), node():
            pass
        assert first.kubectl("get", "--raw", "/readyz").out == "ok"


def test_it_ends_with_whoever_started_it() -> None:
    before = machine()
    with subprocess.Popen([sys.executable, "-c", A_NODE], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == b"ready\n"
        owner.send_signal(signal.SIGKILL)
    # A killed owner cannot tidy up: its folder is left, and control groups that the next node removes.
    eventually(lambda: machine().programs == before.programs, "all programs end")
    eventually(lambda: not remove_empty_groups(), "the groups are empty")
    assert machine() == before


def eventually(holds: Callable[[], bool], what: str) -> None:
    """Wait until it holds; fail with its name when it does not in time."""
    give_up_at = monotonic() + WITHIN_S
    while not holds():
        assert monotonic() < give_up_at, f"{what}: not within {WITHIN_S:g} s"
        sleep(0.2)
