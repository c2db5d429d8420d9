"""The guard over the fast half of the tests."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests import guard


def open_a_port() -> None:
    with socket.create_server(("127.0.0.1", 0)):
        pass


def start_a_program() -> None:
    subprocess.run([sys.executable, "-c", ""], check=True)


def spawn() -> None:
    os.waitpid(os.posix_spawn(sys.executable, [sys.executable, "-c", ""], os.environ), 0)


@pytest.mark.parametrize("act", [open_a_port, start_a_program, spawn])
def test_what_a_test_does_not_say_fails_it(act: Callable[[], None], request: pytest.FixtureRequest) -> None:
    act()
    with pytest.raises(pytest.fail.Exception, match="starts a program or opens a port"):
        guard.check(request.node)


@pytest.mark.process
def test_whoever_says_so_may(request: pytest.FixtureRequest) -> None:
    open_a_port()
    guard.check(request.node)
