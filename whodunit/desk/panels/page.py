"""Panels: the boards, and one panel as a piece of its board, so that a page appears before all is asked."""

from collections.abc import Mapping

from whodunit.desk.asked import Answer, Asked, command
from whodunit.desk.panels.drawn import drawn
from whodunit.errors import WrongUseError
from whodunit.panels.boards import NAMES, Board, boards
from whodunit.panels.panel import Line, Panel
from whodunit.telemetry.questions import Statistic
from whodunit.topology import SERVICES

SERVICE_NAMES = tuple(service.name for service in SERVICES if not service.is_external)
USUAL_SERVICE = "order"


def page(asked: Asked) -> Answer:
    """A board, the first of them unless the address names one; raises WrongUseError."""
    name, service = _name(asked), _service(asked)
    every = boards(service)
    board = every[name]
    first = board.panels[0].lines[0]
    shown = {
        "boards": every,
        "name": name,
        "board": board,
        "numbered": list(_numbered(board)),
        "service": service if board.is_of_service else "",
        "services": SERVICE_NAMES,
    }
    return Answer("panels/page.html", board.title, _command(asked, first), "", shown)


def panel(asked: Asked) -> Answer:
    """One panel by its number on the board; raises WrongUseError."""
    board = boards(_service(asked))[_name(asked)]
    number = asked.below["panel"]
    if not number.isdigit() or int(number) >= len(board.panels):
        raise WrongUseError(f"{board.title} has no panel {number}.", f"It has {len(board.panels)}, from 0 on.")
    found = board.panels[int(number)]
    drawing, query = drawn(asked.telemetry, found, asked.times.window)
    typed = [_command(asked, line) for line in found.lines]
    return Answer("panels/panel.html", found.title, "", query, {"panel": found, "drawing": drawing, "typed": typed})


def _numbered(board: Board) -> list[tuple[str, list[tuple[int, Panel]]]]:
    """The sections, with the number of each panel."""
    numbers = iter(enumerate(board.panels))
    return [(section.title, [next(numbers) for _ in section.panels]) for section in board.sections]


def _name(asked: Asked) -> str:
    name = asked.below.get("board", NAMES[0])
    if name not in NAMES:
        raise WrongUseError(f"There is no board {name}.", f"There are: {', '.join(NAMES)}")
    return name


def _service(asked: Asked) -> str:
    return asked.choice("service", SERVICE_NAMES, USUAL_SERVICE)


def _command(asked: Asked, line: Line) -> str:
    """The command for one line; several values at once are left out, so that the terminal may draw more lines."""
    query = line.query
    service = [query.service] if isinstance(query.service, str) else []
    statistic = {
        Statistic.PERCENTILE: ["--p", f"{query.percentile or 0:g}"],
        Statistic.LAST: [],
    }.get(query.statistic, [f"--{query.statistic.value}"])
    by = [word for key in line.by for word in ("--by", key)]
    options = [*(word for each in service for word in ("--service", each)), *statistic, *by, *_where(query.where)]
    return command("metrics", query.name, *options, *asked.times.options)


def _where(where: Mapping[str, object]) -> list[str]:
    return [word for key, value in where.items() if isinstance(value, str) for word in ("--where", f"{key}={value}")]
