"""Finds the Docker Compose project of the stack behind an address, if it is this machine's."""

from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import whodunit
from whodunit.shell import Shell

ENTRY = ("frontend-proxy", "8080")
COMPOSE_FILE = "docker-compose.yml"
WITHIN_S = 30.0


class NotHereError(Exception):
    """The stack's containers cannot be reached from here; the message gives the reason."""


def command_for(entry_url: str, shell: Shell, folder: Path) -> Sequence[str]:
    """`docker compose …` for the stack behind `entry_url`; raises NotHereError when it is not this Docker's."""
    if not _is_here(entry_url):
        raise NotHereError(f"{entry_url} is another machine")
    checkout = Path(str(whodunit.__path__[0])).parent
    found = next((each / COMPOSE_FILE for each in (folder, checkout) if (each / COMPOSE_FILE).is_file()), None)
    if found is None:
        raise NotHereError(f"there is no {COMPOSE_FILE} here")
    command = ["docker", "compose", "--file", str(found)]
    if not _publishes(command, urlsplit(entry_url).port or 80, shell):
        raise NotHereError("the stack does not run in this machine's Docker")
    return command


def _publishes(command: Sequence[str], port: int, shell: Shell) -> bool:
    """True if the entry of this very stack listens on that port of this machine."""
    asked = shell([*command, "port", *ENTRY], WITHIN_S)
    return asked.ok and asked.out.strip().rpartition(":")[2] == str(port)


def _is_here(entry_url: str) -> bool:
    host = urlsplit(entry_url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
