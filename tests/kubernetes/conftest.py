"""One node with the shop on it for all tests here, and nothing of either afterwards."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kubernetes.machine import machine
from tests.kubernetes.node import node
from tests.kubernetes.settings import PLUGINS
from tests.kubernetes.shop import Shop
from tests.stack.tools import location
from tests.stack.tools.programs import ALL, KUBERNETES_NODE

PACKAGES = {
    "containerd": "containerd",
    "ctr": "containerd",
    "runc": "runc",
    "iptables": "iptables",
    "conntrack": "conntrack",
    "catatonit": "catatonit",
    "debootstrap": "debootstrap",
    "ip": "iproute2",
    "nsenter": "util-linux",
}
"""Debian's package of each program."""

OF_THE_PLUGINS = "containernetworking-plugins"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip where no node can be had, and say how."""
    if item.get_closest_marker("kubernetes") and (why := missing()):
        pytest.skip(why)


def missing() -> str | None:
    """Why no node can run here; None when one can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "needs Linux, and root: a node makes namespaces, mounts and control groups"
    packages = {package for program, package in PACKAGES.items() if shutil.which(program) is None}
    if not (Path(PLUGINS) / "bridge").exists():
        packages.add(OF_THE_PLUGINS)
    if packages:
        return f"needs Debian's packages: apt install --no-install-recommends {' '.join(sorted(packages))}"
    if location.missing(tuple(each.name for each in KUBERNETES_NODE)):
        return "needs Kubernetes' programs: make kubernetes-node"
    if location.missing(ALL):
        return "needs the programs of the stack: make stack-tools"
    return None


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The shop, rolled out: its first order has gone through. Afterwards the machine is as it was."""
    before = machine()
    with node() as its_node:
        shop = Shop(its_node, tmp_path_factory.mktemp("of-kubernetes") / "checkout")
        shop.roll_out()
        yield shop
    assert machine() == before
