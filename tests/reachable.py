"""Everything that somebody can read of a running shop who is not its leader: where it stands, and the text."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import psutil

from whodunit.panels.boards import boards
from whodunit.store.schema import TABLES

Piece = tuple[str, str]
"""Where, and what."""

PAGES = ("/", "/healthz", "/readyz", "/docs", "/openapi.json", "/metrics", "/stats", "/status", "/alerts", "/audit")
LAB = ("/faults", "/reports", "/reports/key", "/load", "/verification", "/runs?case=all-quiet", "/classroom")
GAME = ("/mystery", "/mystery/mitigations", "/mystery/answer", "/mystery/reveal")
PLAYED = ("/mystery", "/mystery/answer", "/mystery/verdict", "/mystery/report", "/mystery/hand-in.json")
DESK = (
    "/",
    "/metrics",
    "/traces",
    "/traces?sort=slowest",
    "/logs",
    "/logs?severity=warn",
    "/panels",
    "/class",
    *PLAYED,
)
CASES = ("/cases", "/cases?by=document", "/cases/matrix", "/cases/run", "/cases/all-quiet?show=runs")
BOARDS = {f"/panels/{name}": board for name, board in boards("order").items()}
PANELS = tuple(f"{path}/{number}" for path, board in BOARDS.items() for number, _ in enumerate(board.panels))
LAB_PAGES = (*PAGES, *LAB, *GAME, "/static/desk.js", "/static/mystery.js")
DESK_PAGES = (*DESK, *CASES, *BOARDS, *PANELS)
WITHIN_S = 10.0
DESK_WITHIN_S = 180.0
"""A report looks all its evidence up, beside a shop that is busy breaking."""

VOCABULARY = re.compile(r'<div class="reasons">.*?</div>|<select name="second_reason">.*?</select>', re.DOTALL)
"""The words of an answer are the same whatever runs; the cause is one of them."""


def files(folder: Path) -> Iterator[Piece]:
    """Names and contents of every file, whatever it is."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield f"file {path.relative_to(folder)}", f"{path.name}\n{path.read_bytes().decode('utf-8', 'replace')}"


def processes(first: int) -> Iterator[Piece]:
    """Command lines and environments of a process and all that came from it."""
    found = psutil.Process(first)
    for process in (found, *found.children(recursive=True)):
        yield f"command line of {process.pid}", " ".join(process.cmdline())
        yield f"environment of {process.pid}", "\n".join(f"{key}={value}" for key, value in process.environ().items())


def pages(url: str, paths: Sequence[str] = PAGES) -> Iterator[Piece]:
    """What a program answers at these paths, and at all that its own description names; refusals, too."""
    with httpx.Client(base_url=url, trust_env=False, timeout=WITHIN_S) as http:
        for path in dict.fromkeys([*paths, *_described(http)]):
            answer = http.get(path)
            yield f"page {url}{path}", f"{answer.headers}\n{answer.text}"


def desk(url: str, paths: Sequence[str] = DESK_PAGES) -> Iterator[Piece]:
    """What a browser is shown at these paths."""
    wants = {"Accept": "text/html"}
    with httpx.Client(base_url=url, headers=wants, trust_env=False, timeout=DESK_WITHIN_S) as http:
        for path in paths:
            answer = http.get(path)
            yield f"page {url}{path} in a browser", f"{answer.headers}\n{VOCABULARY.sub('', answer.text)}"


def telemetry(sql: Callable[[str], Sequence[Sequence[Any]]], words: Iterable[str]) -> Iterator[Piece]:
    """The rows of every table that hold one of `words` in any column."""
    # One pattern of all words: each row is read once, and not once for each of a hundred.
    wanted = "|".join(sorted({re.escape(word.casefold()) for word in words})).replace("'", "''")
    for table in TABLES:
        rows = sql(
            f"select t::varchar from {table.name} t where regexp_matches(lower(t::varchar), '{wanted}') limit 20"
        )
        yield f"telemetry {table.name}", "\n".join(str(row[0]) for row in rows)


def told(pieces: Iterable[Piece], words: Iterable[str]) -> dict[str, list[str]]:
    """Where which of `words` can be read; case does not matter."""
    looked_for = {word.casefold() for word in words}
    found = {where: sorted(word for word in looked_for if word in text.casefold()) for where, text in pieces}
    return {where: hits for where, hits in found.items() if hits}


def _described(http: httpx.Client) -> list[str]:
    answer = http.get("/openapi.json")
    paths = answer.json().get("paths", {}) if answer.is_success else {}
    return [path for path, ways in paths.items() if "get" in ways and "{" not in path]
