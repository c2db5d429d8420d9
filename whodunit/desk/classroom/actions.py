"""The forms of the class's page, each one request to the lab, as the command line makes it."""

from starlette.responses import Response

from whodunit.classroom.schemas import LONGEST_NAME
from whodunit.desk.asked import Asked, see
from whodunit.errors import WrongUseError
from whodunit.lab.controls import Json


def open_class(asked: Asked) -> Response:
    """Open a class; a field that is left empty is as usual. Raises WrongUseError for a number that is none."""
    given = {
        "level": asked.whole("level"),
        "seed": asked.whole("seed"),
        "minutes": asked.decimal("minutes"),
        "port": asked.whole("port"),
        "leader": asked.one("leader"),
        "listen": asked.one("listen"),
    }
    return _does(asked, "POST", "", {name: value for name, value in given.items() if value not in (None, "")})


def start(asked: Asked) -> Response:
    """Start it for everybody."""
    return _does(asked, "POST", "/start")


def end(asked: Asked) -> Response:
    """End it."""
    return _does(asked, "POST", "/end")


def close(asked: Asked) -> Response:
    """Delete it."""
    return _does(asked, "DELETE", "")


def hand_in(asked: Asked) -> Response:
    """Take hand-ins that came as files; raises WrongUseError when none was chosen, and after all for those refused."""
    files = asked.several("file")
    if not files:
        raise WrongUseError("No file was chosen.", "A hand-in is the file hand-in.json that a student's lab wrote.")
    refused = [problem for number, text in enumerate(files, 1) if (problem := _refused(asked, f"file {number}", text))]
    if refused:
        hint = "The others were taken. A hand-in is the file hand-in.json that a student's lab wrote."
        raise WrongUseError(f"Not taken: {'; '.join(refused)}", hint)
    return see(asked.place.to("class"))


def join(asked: Asked) -> Response:
    """Join a class; raises WrongUseError without a name."""
    name = asked.one("name")[:LONGEST_NAME]
    if not name:
        raise WrongUseError("The class has to know you by a name.", "Go back, and fill in Name.")
    body = {"address": asked.one("address"), "code": asked.one("code"), "name": name}
    return _does(asked, "POST", "/attendance", body)


def leave(asked: Asked) -> Response:
    """Leave it."""
    return _does(asked, "DELETE", "/attendance")


def _refused(asked: Asked, name: str, text: str) -> str:
    """The reason for which a hand-in was not taken; empty when it was."""
    try:
        _ask(asked, "POST", "/hand-ins", {"name": name, "text": text})
    except WrongUseError as error:
        return f"{name}: {error.message}"
    return ""


def _does(asked: Asked, method: str, path: str, body: Json | None = None) -> Response:
    _ask(asked, method, path, body)
    return see(asked.place.to("class"))


def _ask(asked: Asked, method: str, path: str, body: Json | None = None) -> None:
    with asked.source.lab() as lab:
        lab.classroom(method, path, body)
