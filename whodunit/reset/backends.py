"""Empties the programs that keep telemetry by deleting their volumes: the one way that is certain."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from whodunit import compose
from whodunit.compose import WITHIN_S, NotHereError
from whodunit.errors import LabError
from whodunit.shell import Ran, Shell

BACKENDS = ("prometheus", "jaeger", "loki", "store")
"""Those that are in the project are emptied. The Collector is not: it holds only what came since the load stopped."""

Json = dict[str, Any]


class CannotReachDockerError(LabError):
    """The containers cannot be restarted from here."""


class Backends:
    """The backends' containers, as `docker compose` knows them."""

    def __init__(self, shell: Shell, command: Sequence[str]) -> None:
        self._shell = shell
        self._compose = command

    def forget(self) -> None:
        """Replace each by an empty one; raises CannotReachDockerError, LabError."""
        config = json.loads(self._run("config", "--format", "json").out)
        backends = [name for name in BACKENDS if name in config["services"]]
        volumes = list(_volumes(config, backends))
        self._run("kill", *backends)
        self._run("rm", "--force", *backends)
        self._checked(["docker", "volume", "rm", *volumes])
        self._run("up", "--detach", "--no-deps", "--no-build", *backends)

    def _run(self, *arguments: str) -> Ran:
        return self._checked([*self._compose, *arguments])

    def _checked(self, arguments: Sequence[str]) -> Ran:
        ran = self._shell(arguments, WITHIN_S)
        if ran.code is None:
            raise _cannot(ran.last_words)
        if not ran.ok:
            raise LabError(f"{' '.join(arguments)}: {ran.last_words}", "Bring everything back: docker compose up -d")
        return ran


def at(entry_url: str, shell: Shell, folder: Path) -> Backends:
    """The backends of the stack behind `entry_url`; raises CannotReachDockerError when it is not this Docker's."""
    try:
        return Backends(shell, compose.command_for(entry_url, shell, folder))
    except NotHereError as error:
        raise _cannot(str(error)) from error


def _volumes(config: Json, backends: Sequence[str]) -> Iterator[str]:
    """Names of the volumes that the backends alone use."""
    of_others = {source for name, each in config["services"].items() if name not in backends for source in _used(each)}
    for name in backends:
        for source in _used(config["services"][name]):
            if source not in of_others:
                yield str(config["volumes"][source]["name"])


def _used(service: Json) -> Iterator[str]:
    for volume in service.get("volumes") or ():
        if volume["type"] == "volume":
            yield str(volume["source"])


def _cannot(why: str) -> CannotReachDockerError:
    hint = "Type whodunit reset on the host that runs Docker, in the folder with docker-compose.yml."
    return CannotReachDockerError(f"What the backends keep stays: {why}.", hint)
