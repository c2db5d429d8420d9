"""What a node could leave behind on a machine, but for control groups: a room does not close before those are gone."""

import subprocess
from pathlib import Path
from typing import NamedTuple

import psutil

from tests.stack.tools.location import cache_folder

PROGRAMS = {"containerd", "containerd-shim", "kubelet", "kube-apiserver", "kube-proxy", "etcd", "coredns", "catatonit"}
KERNEL = ("net/ipv4/ip_forward", "vm/overcommit_memory", "kernel/panic", "kernel/panic_on_oops")
OUTSIDE = ("/run/containerd", "/run/netns", "/var/lib/kubelet", "/var/lib/cni", "/var/log/pods", "/var/log/containers")
"""Folders in which programs of a node write whatever they are told."""


class Machine(NamedTuple):
    """It as seen from outside of any node."""

    programs: list[str]
    devices: str
    filters: str
    mounts: list[str]
    kernel: list[str]
    written: list[str]


def machine() -> Machine:
    """It as it is now."""
    home = cache_folder().parent
    mounts = (line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines())
    return Machine(
        programs=sorted(each.name() for each in psutil.process_iter(["name"]) if each.info["name"] in PROGRAMS),
        devices=_said("ip", "-oneline", "link"),
        # Its comments tell the time.
        filters="\n".join(line for line in _said("iptables-save").splitlines() if not line.startswith("#")),
        mounts=[each for each in mounts if "kube" in each or "containerd" in each or str(home) in each],
        kernel=[Path("/proc/sys", name).read_text() for name in KERNEL],
        written=sorted(str(path) for each in OUTSIDE for path in Path(each).glob("*")),
    )


def _said(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
