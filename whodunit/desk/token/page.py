"""Where a browser is led that asks for something for which a token is needed."""

from starlette.responses import Response

from whodunit.desk.asked import Answer, Asked, see
from whodunit.errors import WrongUseError
from whodunit.lab.guard import COOKIE


def page(asked: Asked) -> Answer:
    """A form for the token; `wrong` says that another one was given."""
    shown = {"is_wrong": bool(asked.one("wrong")), "refresh_s": 0}
    return Answer("token/page.html", "Token", "", "", shown)


def keep(asked: Asked) -> Response:
    """Keep the token in the browser until that is closed, out of the reach of scripts and of other sites.

    Raises WrongUseError for what no cookie can hold.
    """
    token = asked.one("token")
    if not (token.isascii() and token.isprintable()):
        said = "The token has other characters than printable ASCII, which a cookie cannot hold."
        raise WrongUseError(said, "Go back, and copy it as it was given to you.")
    answer = see(asked.place.to(""))
    answer.set_cookie(COOKIE, token, httponly=True, samesite="strict")
    return answer
