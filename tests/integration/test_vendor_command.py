"""`whodunit vendor` for a stack: a receiver on a real port, and a `docker` that does as it is told."""

import os
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tests.integration.test_vendor import served, with_status
from whodunit.errors import LabError
from whodunit.home import Home
from whodunit.launcher import kept_backend
from whodunit.launcher.kept_backend import KeptBackend
from whodunit.vendor import commands

pytestmark = pytest.mark.process

ENTRY_PORT = 8080
KEPT = KeptBackend("https://kept.example", {"api-key": "k"})
DOCKER = """#!/bin/sh
case "$*" in
*" port "*) echo 127.0.0.1:{port} ;;
*) echo "$VENDOR_OTLP_ENDPOINT" >> {told}; exit {code} ;;
esac
"""


class Stack:
    """A state folder, and the addresses that the Collector was told; `code` is how `docker compose up` ends."""

    def __init__(self, folder: Path, code: int) -> None:
        self.home = Home(folder / "home")
        self.home.create()
        self.printed = ""
        self._told = folder / "told"
        docker = folder / "bin" / "docker"
        docker.parent.mkdir()
        docker.write_text(DOCKER.format(port=ENTRY_PORT, told=self._told, code=code))
        docker.chmod(0o755)
        self._environment = {
            "PATH": f"{docker.parent}{os.pathsep}{os.environ['PATH']}",
            "WHODUNIT_HOME": str(self.home.path),
            "WHODUNIT_URL": f"http://127.0.0.1:{ENTRY_PORT}",
        }

    def vendor(self, *arguments: str) -> int:
        """The exit code; its LabError, if any, is raised."""
        app = typer.Typer()
        commands.register(app)
        result = CliRunner().invoke(app, arguments, env=self._environment)
        self.printed = result.output
        if isinstance(result.exception, LabError):
            raise result.exception
        return result.exit_code

    @property
    def told(self) -> list[str]:
        return self._told.read_text().splitlines() if self._told.exists() else []


@pytest.fixture
def stack_whose_up_ends(tmp_path: Path) -> Callable[[int], Stack]:
    return lambda code: Stack(tmp_path, code)


def test_a_copy_is_announced_once_the_collector_has_it(stack_whose_up_ends: Callable[[int], Stack]) -> None:
    stack = stack_whose_up_ends(0)
    with served(with_status(200)) as url:
        assert stack.vendor(url) == 0
    assert stack.told == [url]
    assert kept_backend.read(stack.home) == KeptBackend(url, {})
    assert f"A copy goes to {url}" in stack.printed


def test_a_backend_that_the_collector_is_not_told_of_is_not_kept(stack_whose_up_ends: Callable[[int], Stack]) -> None:
    stack = stack_whose_up_ends(1)
    with served(with_status(200)) as url, pytest.raises(LabError, match="could not be told"):
        stack.vendor(url)
    assert stack.told == [url, ""]
    assert kept_backend.read(stack.home) is None
    assert "A copy goes" not in stack.printed


def test_off_that_fails_can_be_typed_again(stack_whose_up_ends: Callable[[int], Stack]) -> None:
    stack = stack_whose_up_ends(1)
    kept_backend.keep(stack.home, KEPT)
    for _ in range(2):
        with pytest.raises(LabError, match="could not be told"):
            stack.vendor("off")
    assert stack.told == ["", KEPT.url] * 2
    assert kept_backend.read(stack.home) == KEPT
    assert "stays here" not in stack.printed


def test_a_backend_that_takes_a_part_is_refused_for_the_collector_sends_all(
    stack_whose_up_ends: Callable[[int], Stack],
) -> None:
    stack = stack_whose_up_ends(0)
    with served(all_but_metrics) as url, pytest.raises(LabError, match=r"not take metrics: .+ \(404\)\.") as refused:
        stack.vendor(url)
    assert "whodunit vendor --target lite" in refused.value.hint
    assert stack.told == []
    assert kept_backend.read(stack.home) is None


def all_but_metrics(to: BaseHTTPRequestHandler, body: bytes) -> None:
    with_status(404 if to.path == "/v1/metrics" else 200)(to, body)
