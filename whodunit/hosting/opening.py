"""`class up`: a shop for each student, one after the other, in the class that the leader's lab leads."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil

from whodunit.errors import LabError, WrongUseError
from whodunit.home import Home, unwritable
from whodunit.hosting import entrance
from whodunit.hosting.roster import Hosted, Place, Roster, grown, is_free, new
from whodunit.lab.client import LabClient
from whodunit.lab.controls import Json
from whodunit.launcher.lock import AnotherLabError, LabLock
from whodunit.launcher.nursery import Nursery
from whodunit.launcher.start import LAUNCHER, Launch, Start
from whodunit.launcher.start_method import forks
from whodunit.launcher.stop import stop
from whodunit.runner.session import connect

OWNER_ONLY = 0o700
ANSWERS_WITHIN_S = 10.0
OPEN_WITHIN_S = 180.0

EACH_BYTES = 600_000_000
"""Of memory for one more shop with visitors and a mystery: `whodunit class cost` has measured 590 MB at most."""

Told = Callable[[Place, int], None]
"""Hears of each student whose shop is about to be opened, and how many there are."""


def up(hosted: Hosted, students: int, host: str | None, first_port: int, told: Told) -> Roster:
    """Have so many shops open, each in the class; what is open already is left as it is. Raises LabError.

    What an attempt has opened stays open when it fails or is killed: the next one goes on, or `down` ends it.
    """
    with alone(hosted):
        roster = _planned(hosted, students, host, first_port)
        with _leader(hosted.leader) as leader, _labs(hosted.folder) as command:
            klass = _led(leader)
            for place in roster.places:
                told(place, len(roster.places))
                entrance.keep(hosted.home(place), roster.way(place))
                home = hosted.home(place)
                with_entrance(roster, place, partial(_open, home, command), partial(stop, home))
                with LabClient.connect(hosted.home(place)) as lab:
                    attend(lab, place.name, klass)
                    check_entrance(lab, roster, place)
    return roster


def attend(lab: LabClient, name: str, klass: Json) -> None:
    """Have the lab be in the class under that name, unless it is; a seat in an earlier class is given up."""
    attends = lab.classroom()["attends"]
    if attends and name in (each["name"] for each in klass["students"]):
        return
    if attends:
        lab.classroom("DELETE", "/attendance")
    lab.classroom("POST", "/attendance", {"address": klass["address"], "code": klass["code"], "name": name})


@contextmanager
def alone(hosted: Hosted) -> Iterator[None]:
    """Nobody else opens or ends students' shops meanwhile; raises LabError when somebody does."""
    try:
        hosted.folder.mkdir(parents=True, exist_ok=True)
        hosted.folder.chmod(OWNER_ONLY)
    except OSError as error:
        raise unwritable(hosted.leader, error) from error
    try:
        lock = LabLock(Home(hosted.folder))
    except AnotherLabError:
        busy = "Another command opens or ends students' shops at this moment."
        raise LabError(busy, "Wait until it is done.") from None
    try:
        yield
    finally:
        lock.release()


def _planned(hosted: Hosted, students: int, host: str | None, first_port: int) -> Roster:
    """The roster as it shall be; kept before anything is started."""
    roster = hosted.roster() or new(host, opened=not _runs(hosted.leader))
    if host and host.lower() != roster.host:
        words = f"Students reach this server's shops at {roster.host}."
        raise WrongUseError(words, "Leave out --host · another one: whodunit class down, then up again")
    roster = grown(roster, students, first_port)
    _check_memory(sum(not _runs(hosted.home(place)) for place in roster.places))
    hosted.keep(roster)
    return roster


def _check_memory(shops: int) -> None:
    free = psutil.virtual_memory().available
    if shops * EACH_BYTES > free:
        needed = f"{shops} more shops need {shops * EACH_BYTES / 1e9:.1f} GB of memory, {free / 1e9:.1f} GB are free."
        raise LabError(needed, f"Fewer, at most {free // EACH_BYTES} more: --students · or a larger server")


def _runs(home: Home) -> bool:
    try:
        LabClient.connect(home).close()
    except LabError:
        return False
    return True


@contextmanager
def _leader(home: Home) -> Iterator[LabClient]:
    session = connect(home, start=True)
    with session.client as client:
        if session.mode != "lite":
            words = "Students' shops are processes beside a shop of lite mode, and a stack runs here."
            raise WrongUseError(words, "Name the other: whodunit --target lite class up --students …")
        yield client


def _led(leader: LabClient) -> Json:
    """The class, which is opened if there is none; raises WrongUseError for one that has ended."""
    led: Json = leader.classroom()["leads"] or leader.classroom("POST", "", {})["leads"]
    if led["phase"] == "over":
        raise WrongUseError("The class has ended.", "Save its results, then open another: whodunit class close")
    return led


@contextmanager
def _labs(folder: Path) -> Iterator[Launch | Sequence[str]]:
    """The way to start labs that share what they have imported, where that can be."""
    if forks():
        with Nursery(folder) as nursery:
            yield nursery.launch
    else:
        yield LAUNCHER


def with_entrance(roster: Roster, place: Place, begin: Callable[[], object], end: Callable[[], object]) -> None:
    """Open a lab; once more if nobody listens at its entrance, as another program had the port when the lab began."""
    begin()
    if is_free(roster.listen, place.port):
        end()
        begin()


def _open(home: Home, command: Launch | Sequence[str]) -> None:
    start = Start(home, command)
    start.begin()
    start.wait(OPEN_WITHIN_S, lambda _status: None)


def check_entrance(lab: LabClient, roster: Roster, place: Place) -> None:
    """Raise LabError unless it is this lab that answers there, to whoever calls it as students do."""
    url, host = f"{roster.asked_at(place)}/healthz", urlsplit(roster.address(place)).netloc
    headers = {"Authorization": f"Bearer {place.token}", "Host": host}
    try:
        found = httpx.get(url, headers=headers, timeout=ANSWERS_WITHIN_S, trust_env=False).json()
    except (httpx.HTTPError, ValueError):
        found = {}
    if found.get("id") != lab.health()["id"]:
        words = f"The shop of {place.name} is not reached at port {place.port}: another program has it."
        raise LabError(words, "End that program; or, with other ports: whodunit class down, then up with --port")
