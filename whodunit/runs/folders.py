"""The folder of a recorded run: result, report, ledger and artifacts."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from whodunit.errors import LabError
from whodunit.home import Home, unwritable
from whodunit.incident.loader import in_file_names
from whodunit.incident.result import ScenarioResult
from whodunit.machine import machine
from whodunit.runs.junit import write_junit
from whodunit.runs.report import report

AUDIT_FILE = "audit.json"
"""What the books said when the run had ended: the findings of all orders, those of earlier runs too."""

NOTHING: Mapping[str, str] = MappingProxyType({})


def record(home: Home, result: ScenarioResult, texts: Mapping[str, str] = NOTHING) -> Path:
    """Write a run, and `texts` by file name; returns its folder. Raises LabError when the disk refuses."""
    folder = home.runs_dir / f"{result.started:%Y%m%dT%H%M%SZ}-{in_file_names(result.scenario)}"
    ledger = _ledger_since(home.ledger_file, result.started)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "result.json").write_text(
            json.dumps(result.as_json() | {"machine": machine()}, indent=2) + "\n", encoding="utf-8"
        )
        (folder / "ledger.jsonl").write_text("".join(ledger), encoding="utf-8")
        (folder / "report.md").write_text(report(result, texts), encoding="utf-8")
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise unwritable(home, error) from error
    write_junit(result, folder / "junit.xml")
    return folder


def last_result(home: Home, name: str) -> Path:
    """The newest recorded result of a case; raises LabError when there is none."""
    found = sorted(home.runs_dir.glob(f"*-{in_file_names(name)}/result.json"))
    if not found:
        raise LabError(f"No run of {name} is recorded.", f"Record one: whodunit scenario verify {name}")
    return found[-1]


def _ledger_since(ledger: Path, started: datetime) -> list[str]:
    """The lab's own record of what it switched during the run."""
    if not ledger.is_file():
        return []
    lines = ledger.read_text(encoding="utf-8").splitlines(keepends=True)
    return [line for line in lines if _written(line) >= started.timestamp()]


def _written(line: str) -> float:
    """The time of a ledger line; a line that cannot be read counts as old."""
    try:
        time = json.loads(line)["time"]
        return float(time) if isinstance(time, int | float) else datetime.fromisoformat(time).timestamp()
    except (ValueError, KeyError, TypeError):
        return 0.0
