"""What a player does by a form: each through the lab, as the command of the same name does it."""

import re

from starlette.responses import Response

from whodunit.desk.asked import Asked, see
from whodunit.errors import WrongUseError
from whodunit.mystery.form import parsed
from whodunit.mystery.mitigations import parsed as mitigation_of

GAME, ANSWER, VERDICT, PINNED = "mystery", "mystery/answer", "mystery/verdict", "mystery/pinned"

_CLOCK = re.compile(r"\d\d:\d\d(:\d\d)?")


def start(asked: Asked) -> Response:
    """Begin a mystery; raises LabError."""
    wanted = {
        "level": asked.whole("level"),
        "seed": asked.whole("seed"),
        "minutes": asked.decimal("minutes"),
        "leader": asked.one("leader"),
    }
    with asked.source.lab() as lab:
        lab.mystery("POST", body={name: value for name, value in wanted.items() if value is not None})
    return see(asked.place.to(GAME))


def hint(asked: Asked) -> Response:
    """Buy the next hint; raises LabError."""
    return _done(asked, "/hint")


def mitigate(asked: Asked) -> Response:
    """Put a mitigation in force; raises LabError."""
    if not asked.one("mitigation"):
        raise WrongUseError("No mitigation was chosen.", "Choose a cell of the grid: an action, and the service.")
    wanted = mitigation_of(asked.one("mitigation"))
    return _done(asked, "/mitigations", {"action": wanted.action.value, "service": wanted.service})


def pin(asked: Asked) -> Response:
    """Keep evidence in the notebook, where a page shows it as a piece of itself; raises LabError."""
    noted = {name: asked.one(name) for name in ("evidence", "title")}
    return _done(asked, "/pins", noted, to=PINNED if asked.one("piece") else GAME)


def remark(asked: Asked) -> Response:
    """Replace the remark on a pin; raises LabError."""
    with asked.source.lab() as lab:
        lab.mystery("PUT", f"/pins/{asked.below['pin']}", {"comment": asked.one("comment")})
    return see(asked.place.to(GAME))


def unpin(asked: Asked) -> Response:
    """Remove a pin; raises LabError."""
    with asked.source.lab() as lab:
        lab.mystery("DELETE", f"/pins/{asked.below['pin']}")
    return see(asked.place.to(GAME))


def answer(asked: Asked) -> Response:
    """Answer, in place of an answer before; raises LabError."""
    fields = ("component", "reason", "second_component", "second_reason", "mitigation", "disproof", "player")
    said = [f"{field}={asked.one(field)}" for field in fields if asked.one(field)]
    said += [f"onset={_moment(asked)}"] if asked.one("onset") else []
    said += [f"propagation={','.join(asked.several('propagation'))}"]
    said += [f"evidence={each}" for each in asked.several("evidence")]
    with asked.source.lab() as lab:
        lab.mystery("POST", "/answer", parsed(said).model_dump(mode="json"))
    return see(asked.place.to(ANSWER))


def reveal(asked: Asked) -> Response:
    """End the mystery; raises LabError."""
    return _done(asked, "/reveal", to=VERDICT)


def _done(asked: Asked, path: str, body: dict[str, str] | None = None, to: str = GAME) -> Response:
    with asked.source.lab() as lab:
        lab.mystery("POST", path, body)
    return see(asked.place.to(to))


def _moment(asked: Asked) -> str:
    """The onset, on the clock of the browser: `zone` is its offset, where it tells one."""
    said = asked.one("onset")
    return said + asked.one("zone") if _CLOCK.fullmatch(said) else said
