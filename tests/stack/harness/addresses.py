"""Gives each port of each container a port of its own on loopback, and rewrites addresses accordingly."""

import re
from collections.abc import Iterable, Mapping

from whodunit.launcher.ports import LOOPBACK, Reservations, datagrams

ANY = "0.0.0.0"
ENTRY_PORT = "WHODUNIT_PORT"
"""Tells people where the entry is; the other variables whose names end in PORT are ports of their containers."""

ANSWERS_DATAGRAMS = "name-server"
"""A reservation holds the UDP port of the same number, which this one needs itself."""

FIRST_PORT = 21_000
"""Below the range from which systems take ports for outgoing connections."""


class Addresses:
    """Which loopback port stands for which port of which container."""

    def __init__(self, names: Iterable[str], reservations: Reservations) -> None:
        self._names = frozenset(names)
        self._reservations = reservations
        self._ports: dict[tuple[str, int], int] = {}
        hosts = "|".join(map(re.escape, sorted({*self._names, ANY, LOOPBACK, "localhost"}, key=len, reverse=True)))
        # Not `order:1234@postgres`: that is a role and its password.
        self._address = re.compile(rf"(?<![\w.-])({hosts}):(\d+)(?![\w.@-])")

    def port(self, name: str, port: int) -> int:
        """The loopback port that stands for a container's port."""
        if (name, port) not in self._ports:
            self._ports[name, port] = _free() if name == ANSWERS_DATAGRAMS else self._reservations.take(FIRST_PORT)
        return self._ports[name, port]

    def assign(self, name: str, port: int, here: int) -> None:
        """Fix which loopback port stands for a container's port."""
        self._ports[name, port] = here

    def url(self, name: str, port: int, path: str = "") -> str:
        """Where a container's port is reached."""
        return f"http://{LOOPBACK}:{self.port(name, port)}{path}"

    def text(self, text: str, own: str) -> str:
        """A value or an argument of container `own`, with every address in it replaced."""
        if text == ANY:
            return LOOPBACK
        return self._address.sub(lambda match: self._replaced(match, own), text)

    def environment(self, given: Mapping[str, str], own: str) -> dict[str, str]:
        """As `text`, and for hosts and ports that have a variable each (`PGHOST` and `PGPORT`)."""
        return {name: self._variable(name, value, given, own) for name, value in given.items()}

    def _variable(self, name: str, value: str, given: Mapping[str, str], own: str) -> str:
        if name.endswith("PORT") and name != ENTRY_PORT and value.isdigit():
            host = given.get(name.removesuffix("PORT") + "HOST", own)
            return str(self.port(host if host in self._names else own, int(value)))
        if name.endswith("HOST") and value in self._names:
            return LOOPBACK
        return self.text(value, own)

    def _replaced(self, match: re.Match[str], own: str) -> str:
        host, port = match[1], int(match[2])
        return f"{LOOPBACK}:{self.port(host if host in self._names else own, port)}"


def _free() -> int:
    with datagrams() as bound:
        port: int = bound.getsockname()[1]
        return port
