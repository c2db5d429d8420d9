"""Fills the figures of a scenario's walkthrough from a recorded run, so that none is written by hand.

A walkthrough marks its blocks: `<!-- recorded: phase expect -->` … `<!-- end -->`. What may be recorded: `run`,
`phase NAME`, `check ID`, `trace`, `logs`. The run that the figures come from stands beside it, in `recorded/`.

`python -m whodunit.scenario.walkthrough SLUG RUN_FOLDER`
"""

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from whodunit.errors import WrongUseError
from whodunit.scenario import catalogue
from whodunit.scenario.keepsakes import LOGS_FILE, TRACE_FILE

FOLDER = "recorded"
RESULT_FILE = "result.json"
BLOCK = re.compile(r"<!-- recorded: (?P<what>.+?) -->\n(?P<body>.*?)<!-- end -->", re.DOTALL)

Recorded = Mapping[str, Any]
"""The run's JSON, with the texts of `trace` and `logs`."""


def adopt(scenario_folder: Path, run_folder: Path) -> None:
    """Make a recorded run the source of the walkthrough's figures, and fill them in."""
    result = json.loads((run_folder / RESULT_FILE).read_text(encoding="utf-8"))
    if not result["passed"]:
        raise WrongUseError(f"{run_folder} did not pass.", "A walkthrough shows a run in which every check held.")
    kept = scenario_folder / FOLDER
    kept.mkdir(exist_ok=True)
    (kept / RESULT_FILE).write_text(json.dumps(_without_queries(result), indent=1) + "\n", encoding="utf-8")
    for name in (TRACE_FILE, LOGS_FILE):
        if (run_folder / name).is_file():
            (kept / name).write_text((run_folder / name).read_text(encoding="utf-8"), encoding="utf-8")
    readme = scenario_folder / "README.md"
    readme.write_text(filled(readme.read_text(encoding="utf-8"), recorded(scenario_folder)), encoding="utf-8")


def recorded(scenario_folder: Path) -> Recorded | None:
    """The run that stands beside a walkthrough; None when there is none yet."""
    kept = scenario_folder / FOLDER
    if not (kept / RESULT_FILE).is_file():
        return None
    texts = {name: kept / f"{name}.txt" for name in ("trace", "logs")}
    result: dict[str, Any] = json.loads((kept / RESULT_FILE).read_text(encoding="utf-8"))
    return result | {name: path.read_text(encoding="utf-8") for name, path in texts.items() if path.is_file()}


def filled(text: str, run: Recorded | None) -> str:
    """The walkthrough with every block filled from `run`; blocks are empty without one."""

    def fill(block: re.Match[str]) -> str:
        body = _block(block["what"], run) if run else "*No run is recorded yet.*"
        return f"<!-- recorded: {block['what']} -->\n{body}\n<!-- end -->"

    return BLOCK.sub(fill, text)


def _block(what: str, run: Recorded) -> str:
    kind, _, name = what.partition(" ")
    if kind == "run":
        return _run(run)
    if kind == "phase":
        return _phase(run, name)
    if kind == "check":
        return _check(run, name)
    if kind in {"trace", "logs"}:
        return f"```text\n{run.get(kind, '')}```"
    raise WrongUseError(f"A walkthrough asks for {what!r}.", "It may ask for: run, phase NAME, check ID, trace, logs.")


def _run(run: Recorded) -> str:
    when = run["started"][:16].replace("T", " ")
    return f"*Recorded {when} UTC in {run['seconds']:.0f} s on {run['machine']}.*"


def _phase(run: Recorded, name: str) -> str:
    phase = next((phase for phase in run["phases"] if phase["phase"] == name), None)
    if phase is None:
        raise WrongUseError(f"The recorded run has no phase {name!r}.", "Record one that has: whodunit scenario verify")
    rows = [f"| {check['title']} | {check['says']} | {check['seconds']:.0f} s |" for check in phase["checks"]]
    return "\n".join(["| what | observed | after |", "| --- | --- | --- |", *rows])


def _check(run: Recorded, name: str) -> str:
    for phase in run["phases"]:
        for check in phase["checks"]:
            if check["id"] == name and phase["phase"] != "precheck":
                return f"> {check['says']}; {check['seconds']:.0f} s after the phase began."
    raise WrongUseError(f"The recorded run has no check {name!r}.", "Its ids stand in recorded/result.json.")


def _without_queries(result: dict[str, Any]) -> dict[str, Any]:
    for phase in result["phases"]:
        for check in phase["checks"]:
            check.pop("query")
            check.pop("link", None)
    return result


if __name__ == "__main__":
    slug, run_folder = sys.argv[1:]
    adopt(catalogue.find(slug).folder, Path(run_folder))
