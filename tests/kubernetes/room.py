"""A room for a node: namespaces of its own for processes, mounts and the network, which end with its first process."""

import os
import shlex
import subprocess
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import psutil

from tests.stack.harness.process import Launch, Process

FIRST_PROCESS = "catatonit"
ADDRESS = "10.99.0.1"
KERNEL = {"vm/overcommit_memory": "1", "kernel/panic": "10", "kernel/panic_on_oops": "1"}
"""What a kubelet wants of the whole machine. In the room it finds files of these names instead."""

NETWORK = f"""
ip link set lo up
ip link add node0 type bridge
ip address add {ADDRESS}/24 dev node0
ip link set node0 up
ip route add default dev node0
sysctl --quiet --write net.ipv4.ip_forward=1
"""
"""The kubelet looks for a default route. There is none out of here."""

FOLDERS = """
mkdir "$0/var" "$0/work"
mount -t overlay overlay -o "lowerdir=/var,upperdir=$0/var,workdir=$0/work" /var
mount -t tmpfs tmpfs /run
mount --make-rshared /
"""
"""What is written to /var and /run stays in the room. What the kubelet mounts is seen by what starts containers."""

CGROUPS = Path("/sys/fs/cgroup")
OF_PODS = ("kubepods", "k8s.io")
BEGINS_WITHIN_S = 10.0
EMPTY_WITHIN_S = 20.0
STOP_IT = "Stop the other node first: the two would share control groups."


class RoomError(Exception):
    """The machine has no room; the message says why, and what to do."""


class Room:
    """When it ends, however it ends, the kernel ends its processes and takes away its mounts and bridges."""

    def __init__(self, folder: Path) -> None:
        own = ["--net", "--pid", "--mount", "--propagation", "private", "--mount-proc", "--fork", "--kill-child"]
        self._folder = folder
        self._process = Process(
            "room", Launch(["unshare", *own, FIRST_PROCESS, "-P"], os.environ, folder), folder / "room.log"
        )
        self._first: int | None = None

    def open(self) -> None:
        """Raises RoomError where pods run already, or may."""
        if any(each.info["name"] == "kubelet" for each in psutil.process_iter(["name"])):
            raise RoomError(f"A kubelet runs on this machine. {STOP_IT}")
        if remove_empty_groups():
            raise RoomError(f"Pods run on this machine. {STOP_IT}")
        try:
            self._begin()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Returns when nothing of it is left."""
        self._process.kill()
        deadline = monotonic() + EMPTY_WITHIN_S
        while left := [*self._first_if_there(), *remove_empty_groups()]:
            assert monotonic() < deadline, f"left: {left}"
            sleep(0.1)

    def inside(self, *command: str) -> list[str]:
        """The command that runs another in the room."""
        return ["nsenter", f"--target={self._first}", "--net", "--pid", "--mount", "--", *command]

    def run(self, *command: str) -> str:
        """What a command in the room prints; raises RoomError."""
        done = subprocess.run(self.inside(*command), check=False, capture_output=True, text=True)
        if done.returncode:
            raise RoomError(f"`{shlex.join(command)}` failed in the node's room: {done.stdout}{done.stderr}")
        return done.stdout

    def _begin(self) -> None:
        self._process.start()
        self._first = self._first_process()
        for name, value in KERNEL.items():
            own = self._folder / name.replace("/", "-")
            own.write_text(value)
            self.run("mount", "--bind", str(own), f"/proc/sys/{name}")
        self.run("sh", "-euc", FOLDERS, str(self._folder))
        self.run("sh", "-euc", NETWORK)

    def _first_if_there(self) -> list[int]:
        """The kernel ends it last, after all that runs in the room."""
        return [self._first] if self._first and psutil.pid_exists(self._first) else []

    def _first_process(self) -> int:
        deadline = monotonic() + BEGINS_WITHIN_S
        while True:
            children = psutil.Process(self._process.pid).children()
            if children and children[0].name() == FIRST_PROCESS:
                return children[0].pid
            assert monotonic() < deadline, self._process.last_words()
            sleep(0.02)


def groups_of_pods() -> list[Path]:
    """The control groups in which pods run, in either version of them."""
    return [path for name in OF_PODS for path in (*CGROUPS.glob(name), *CGROUPS.glob(f"*/{name}"))]


def remove_empty_groups() -> list[Path]:
    """Those that are left: something runs in them."""
    for top in groups_of_pods():
        for path, *_ in os.walk(top, topdown=False):
            with suppress(OSError):
                Path(path).rmdir()
    return groups_of_pods()
