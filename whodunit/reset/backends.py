"""Empties the programs that keep telemetry, by the only way that is certain: their volumes go."""

import json
from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import whodunit
from whodunit.doctor.shell import Ran, Shell
from whodunit.errors import LabError

BACKENDS = ("prometheus", "jaeger", "loki")
"""The Collector stays: what it still holds is of the calm since the load has stopped."""

ENTRY = ("frontend-proxy", "8080")
COMPOSE_FILE = "docker-compose.yml"
WITHIN_S = 30.0

Json = dict[str, Any]


class CannotReachDockerError(LabError):
    """The containers cannot be restarted from here."""


class Backends:
    """The backends' containers, as `docker compose` knows them."""

    def __init__(self, shell: Shell, compose_file: Path) -> None:
        self._shell = shell
        self._compose = ["docker", "compose", "--file", str(compose_file)]

    def publish(self, port: int) -> bool:
        """Whether the entry of this very stack is what listens on a port of this machine."""
        asked = self._shell([*self._compose, "port", *ENTRY], WITHIN_S)
        return asked.ok and asked.out.strip().rpartition(":")[2] == str(port)

    def forget(self) -> None:
        """Replace each by a new one without a past; raises CannotReachDockerError, LabError."""
        volumes = list(_volumes(json.loads(self._run("config", "--format", "json").out)))
        self._run("kill", *BACKENDS)
        self._run("rm", "--force", *BACKENDS)
        self._checked(["docker", "volume", "rm", *volumes])
        self._run("up", "--detach", "--no-deps", "--no-build", *BACKENDS)

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
    if not _is_here(entry_url):
        raise _cannot(f"{entry_url} is another machine")
    checkout = Path(str(whodunit.__path__[0])).parent
    found = next((each / COMPOSE_FILE for each in (folder, checkout) if (each / COMPOSE_FILE).is_file()), None)
    if found is None:
        raise _cannot(f"there is no {COMPOSE_FILE} here")
    stack = Backends(shell, found)
    if not stack.publish(urlsplit(entry_url).port or 80):
        raise _cannot("the stack does not run in this machine's Docker")
    return stack


def _volumes(config: Json) -> Iterator[str]:
    """Names of the volumes that the backends alone use."""
    of_others = {source for name, each in config["services"].items() if name not in BACKENDS for source in _used(each)}
    for name in BACKENDS:
        for source in _used(config["services"][name]):
            if source not in of_others:
                yield str(config["volumes"][source]["name"])


def _used(service: Json) -> Iterator[str]:
    for volume in service.get("volumes") or ():
        if volume["type"] == "volume":
            yield str(volume["source"])


def _is_here(entry_url: str) -> bool:
    host = urlsplit(entry_url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _cannot(why: str) -> CannotReachDockerError:
    hint = "Type whodunit reset on the host that runs Docker, in the folder with docker-compose.yml."
    return CannotReachDockerError(f"What the backends keep stays: {why}.", hint)
