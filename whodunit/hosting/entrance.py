"""The way into a lab from the network: the same pages and API as on loopback, for whoever has the token.

`class up` writes where it is into the lab's state folder; a lab that finds it there listens.
"""

import logging
import secrets

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from whodunit.classroom.folder import Folder
from whodunit.classroom.listener import Listener
from whodunit.errors import LabError
from whodunit.home import Home
from whodunit.lab.guard import SAFE_METHODS, Guard, is_below
from whodunit.refusals import problem
from whodunit.strict_yaml.quantities import Strict

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Of tokens: none can be taken for another when it is typed from paper."""

GROUPS, GROUP_LENGTH = 3, 4
"""At a thousand guesses a second, 12 million years for half of all tokens."""

OPEN_PATHS = frozenset({"/static"})
"""What the page that asks for the token looks like."""

FORBIDDEN = "This shop is closed to whoever does not have its token."
GIVEN = "The leader has handed it out. A program sends it as: Authorization: Bearer …"

LEADERS = ("/shutdown", "/class", "/classroom", "/reports")
"""What the leader does for all, or services do among themselves. A class that is opened would listen on the network."""

logger = logging.getLogger("whodunit.hosting")


class Way(Strict):
    """Where the entrance listens, by which `name` it is known if not by an address, and its token."""

    listen: str
    port: int
    name: str = ""
    token: str


class Entrance:
    """The entrance of the lab in `home`; without a file about it there is none."""

    def __init__(self, home: Home) -> None:
        self._way = _kept(home)
        self._listener: Listener | None = None

    @property
    def names(self) -> frozenset[str]:
        """The names of hosts under which the lab is asked."""
        return frozenset({self._way.name} if self._way and self._way.name else ())

    def open(self, app: Starlette) -> None:
        """Let the network in; a port that is taken is logged, and the lab is there on loopback all the same."""
        if self._way is None:
            return
        listener = Listener(guarded(app, self._way.token))
        try:
            listener.open(self._way.listen, self._way.port)
        except LabError as error:
            logger.error("%s", error.message)  # noqa: TRY400 - the message says it all
        else:
            self._listener = listener

    async def close(self) -> None:
        """Let nobody in any more."""
        if self._listener:
            await self._listener.close()


def keep(home: Home, way: Way) -> None:
    """Have the next lab of `home` listen there; raises LabError when the disk refuses."""
    Folder(home).keep(home.entrance_file, way)


def new_token() -> str:
    """Words that nobody guesses, to be typed from paper."""
    groups = ("".join(secrets.choice(LETTERS) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)


def guarded(app: ASGIApp, token: str) -> ASGIApp:
    """The lab for one student: nothing without the token, and nothing that is the leader's with it."""
    words = (FORBIDDEN, GIVEN)
    return Guard(_Reserved(app), token, OPEN_PATHS, open_methods=frozenset(), words=words)


class _Reserved:
    """ASGI middleware: refuses what only the leader may do."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _is_leaders(Request(scope)):
            refusal = problem(403, "The leader of the class does this for all.", "Ask them.")
            await refusal(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _is_leaders(request: Request) -> bool:
    return request.method not in SAFE_METHODS and is_below(LEADERS, str(request.scope["path"]))


def _kept(home: Home) -> Way | None:
    return Folder(home).kept(home.entrance_file, Way)
