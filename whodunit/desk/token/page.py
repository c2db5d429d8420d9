"""Where a browser is led that wants to change something on a stack whose changes need the leader's token."""

from starlette.responses import Response

from whodunit.desk.asked import Answer, Asked, see
from whodunit.lab.guard import COOKIE


def page(_asked: Asked) -> Answer:
    """A form for the token."""
    return Answer("token/page.html", "The leader's token", "", "", {})


def keep(asked: Asked) -> Response:
    """Keep the token in the browser until that is closed, out of the reach of scripts and of other sites."""
    answer = see(asked.place.to(""))
    answer.set_cookie(COOKIE, asked.one("token"), httponly=True, samesite="strict")
    return answer
