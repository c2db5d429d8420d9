"""Fills the figures of a scenario's walkthrough from a recorded run, so that none is written by hand.

A walkthrough marks its blocks: `<!-- recorded: phase expect -->` … `<!-- end -->`. Blocks are `run`,
`phase NAME`, `check ID`, `plot`, `trace`, `logs`. The run that the figures come from stands beside it, in `recorded/`;
that of another cause in `recorded/CAUSE/`, and its blocks begin with `<!-- recorded CAUSE: … -->`.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from whodunit.errors import WrongUseError
from whodunit.incident.loader import Case
from whodunit.runs.artifacts import LOGS_FILE, PLOT_FILE, TRACE_FILE

FOLDER = "recorded"
RESULT_FILE = "result.json"
DRAWINGS = ("plot", "trace", "logs")
BLOCK = re.compile(r"<!-- recorded(?P<cause> [a-z0-9-]+)?: (?P<what>.+?) -->\n(?P<body>.*?)<!-- end -->", re.DOTALL)

Recorded = Mapping[str, Any]
"""The run's JSON, with the texts of `trace` and `logs`."""


def adopt(case: Case, run_folder: Path) -> None:
    """Make a recorded run of `case` the source of figures in its walkthrough. Raises WrongUseError."""
    result = json.loads((run_folder / RESULT_FILE).read_text(encoding="utf-8"))
    if any("message" not in check for phase in result["phases"] for check in phase["checks"]):
        raise WrongUseError(
            f"{run_folder} was recorded by an older version.", f"Record it again: whodunit scenario verify {case.name}"
        )
    if not result["passed"]:
        raise WrongUseError(f"{run_folder} did not pass.", "A walkthrough shows a run in which every check held.")
    kept = _kept(case.folder, None if case.is_main else case.cause)
    kept.mkdir(parents=True, exist_ok=True)
    (kept / RESULT_FILE).write_text(json.dumps(without_queries(result), indent=1) + "\n", encoding="utf-8")
    for name in (PLOT_FILE, TRACE_FILE, LOGS_FILE):
        if (run_folder / name).is_file():
            (kept / name).write_text((run_folder / name).read_text(encoding="utf-8"), encoding="utf-8")


def render(scenario_folder: Path) -> bool:
    """Fill the walkthrough again from the runs beside it; returns whether that changed it. Raises WrongUseError."""
    readme = scenario_folder / "README.md"
    before = readme.read_text(encoding="utf-8")
    after = filled(before, scenario_folder)
    readme.write_text(after, encoding="utf-8")
    return after != before


def filled(text: str, scenario_folder: Path) -> str:
    """The walkthrough with every block filled; those without a recorded run say so."""

    def fill(block: re.Match[str]) -> str:
        run = recorded(scenario_folder, (block["cause"] or "").strip() or None)
        body = _block(block["what"], run) if run else "*No run is recorded yet.*"
        return f"<!-- recorded{block['cause'] or ''}: {block['what']} -->\n{body}\n<!-- end -->"

    return BLOCK.sub(fill, text)


def recorded(scenario_folder: Path, cause: str | None = None) -> Recorded | None:
    """The run that stands beside a walkthrough; None when there is none yet."""
    kept = _kept(scenario_folder, cause)
    if not (kept / RESULT_FILE).is_file():
        return None
    texts = {name: kept / f"{name}.txt" for name in DRAWINGS}
    result: dict[str, Any] = json.loads((kept / RESULT_FILE).read_text(encoding="utf-8"))
    return result | {name: path.read_text(encoding="utf-8") for name, path in texts.items() if path.is_file()}


def _kept(scenario_folder: Path, cause: str | None) -> Path:
    return scenario_folder / FOLDER / cause if cause else scenario_folder / FOLDER


def _block(what: str, run: Recorded) -> str:
    kind, _, name = what.partition(" ")
    if kind == "run":
        return _run(run)
    if kind == "phase":
        return _phase(run, name)
    if kind == "check":
        return _check(run, name)
    if kind in DRAWINGS:
        return _drawing(run, kind)
    hint = f"It may ask for: run, phase NAME, check ID, {', '.join(DRAWINGS)}."
    raise WrongUseError(f"A walkthrough asks for {what!r}.", hint)


def _run(run: Recorded) -> str:
    when = run["started"][:16].replace("T", " ")
    return f"*Recorded {when} UTC in {run['seconds']:.0f} s on {run['machine']}.*"


def _phase(run: Recorded, name: str) -> str:
    phase = next((phase for phase in run["phases"] if phase["phase"] == name), None)
    if phase is None:
        raise WrongUseError(f"The recorded run has no phase {name!r}.", "Record one that has: whodunit scenario verify")
    rows = [f"| {check['title']} | {check['message']} | {check['seconds']:.0f} s |" for check in phase["checks"]]
    return "\n".join(["| what | observed | after |", "| --- | --- | --- |", *rows])


def _check(run: Recorded, name: str) -> str:
    for phase in run["phases"]:
        for check in phase["checks"]:
            if check["id"] == name and phase["phase"] != "precheck":
                return f"> {check['message']}; {check['seconds']:.0f} s after the phase began."
    raise WrongUseError(f"The recorded run has no check {name!r}.", "Its ids stand in recorded/result.json.")


def _drawing(run: Recorded, kind: str) -> str:
    if kind not in run:
        raise WrongUseError(f"The recorded run has kept no {kind}.", "Remove the block from the page.")
    return f"```text\n{run[kind]}```"


def without_queries(result: dict[str, Any]) -> dict[str, Any]:
    """A run's JSON without the queries and links, which are of use only with the backend that answered then."""
    for phase in result["phases"]:
        for check in phase["checks"]:
            check.pop("query", None)
            check.pop("link", None)
    return result
