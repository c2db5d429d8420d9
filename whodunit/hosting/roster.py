"""The shops of a class's server, as the leader's state folder keeps them: a name, a port and a token for each."""

import ipaddress
import socket
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from whodunit.classroom.folder import Folder
from whodunit.classroom.listener import reached_at
from whodunit.classroom.schemas import LOOPBACK
from whodunit.errors import LabError, WrongUseError
from whodunit.home import Home
from whodunit.hosting.entrance import Way, new_token
from whodunit.launcher.ports import HIGHEST
from whodunit.strict_yaml.quantities import Strict

FIRST_PORT = 18001
EVERYWHERE = "0.0.0.0"


class Place(Strict):
    """A student's shop. `name` is also that of its state folder."""

    name: str
    port: int
    token: str


class Roster(Strict):
    """All shops; `host` is how students reach the server. `opened` says that the leader's shop was opened for it."""

    host: str
    opened: bool
    places: tuple[Place, ...] = ()

    @property
    def listen(self) -> str:
        """The address to listen at: `host` itself, or all when it is a name."""
        return self.host if _is_address(self.host) else EVERYWHERE

    def way(self, place: Place) -> Way:
        """A shop's entrance."""
        name = "" if _is_address(self.host) else self.host
        return Way(listen=self.listen, port=place.port, name=name, token=place.token)

    def address(self, place: Place) -> str:
        """What a student types."""
        return reached_at(self.host, place.port) if _is_address(self.host) else f"http://{self.host}:{place.port}"

    def asked_at(self, place: Place) -> str:
        """Where the server itself reaches a shop's entrance."""
        return reached_at(self.listen, place.port)


@dataclass(frozen=True)
class Hosted:
    """The folder of all students' state folders, in that of the leader; for their owner alone."""

    leader: Home

    @property
    def folder(self) -> Path:
        """Where they are."""
        return self.leader.class_dir / "students"

    @property
    def handout(self) -> Path:
        """What is printed, and cut into pieces."""
        return self.folder / "handout.txt"

    def home(self, place: Place) -> Home:
        """The state folder of a student's shop."""
        return Home(self.folder / place.name)

    def homes(self) -> list[Home]:
        """All state folders that are there, whatever the roster says."""
        return [Home(path) for path in sorted(self.folder.glob("*/")) if path.is_dir()]

    def roster(self) -> Roster | None:
        """The shops; None without any."""
        return Folder(self.leader).kept(self._file, Roster)

    def keep(self, roster: Roster) -> None:
        """Replace the roster; raises LabError when the disk refuses."""
        Folder(self.leader).keep(self._file, roster)

    def write_handout(self, text: str) -> None:
        """Replace the sheet; raises LabError when the disk refuses."""
        self.leader.keep(self.handout, text)

    @property
    def _file(self) -> Path:
        return self.folder / "roster.json"


def grown(roster: Roster, students: int, first_port: int) -> Roster:
    """The roster with places for so many; raises WrongUseError when it has more, LabError without a free port."""
    if students < len(roster.places):
        have = f"{len(roster.places)} students have a shop here."
        raise WrongUseError(have, f"Keep them: --students {len(roster.places)} · end all of them: whodunit class down")
    places = list(roster.places)
    while len(places) < students:
        port = _free_port(roster.listen, first_port, {place.port for place in places})
        places.append(Place(name=f"student-{len(places) + 1:02}", port=port, token=new_token()))
    return roster.model_copy(update={"places": tuple(places)})


def new(host: str | None, *, opened: bool) -> Roster:
    """A roster without places; raises WrongUseError for a host that is none."""
    host = (host or LOOPBACK).lower()
    if not _is_address(host) and not _is_name(host):
        hint = "A name or an IP address by which students reach this server: --host class.example.com"
        raise WrongUseError(f"{host!r} is no host.", hint)
    return Roster(host=host, opened=opened)


def _free_port(listen: str, first: int, taken: Collection[int]) -> int:
    for port in range(first, HIGHEST + 1):
        if port not in taken and is_free(listen, port):
            return port
    raise LabError(f"No port is free from {first} on.", "A lower one: --port · is the address this server's? --host")


def is_free(listen: str, port: int) -> bool:
    """True if nobody listens there, and this machine can."""
    family = socket.AF_INET6 if ":" in listen else socket.AF_INET
    try:
        socket.create_server((listen, port), family=family).close()
    except OSError:
        return False
    return True


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_name(host: str) -> bool:
    return all(each.isascii() and each.replace("-", "").isalnum() for each in host.split("."))
