"""Keeps a run that has just ended: its result, its artifacts and telemetry, the scenario, the state of the load."""

import json
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from whodunit.errors import LabError
from whodunit.home import unwritable
from whodunit.incident.loader import SCENARIO_FILE, Case
from whodunit.incident.result import ScenarioResult
from whodunit.lab.answers import LoadState
from whodunit.runner.session import Session
from whodunit.runs.artifacts import artifacts
from whodunit.runs.folders import AUDIT_FILE, record
from whodunit.runs.parquet import keep_from

LOAD_FILE, CAUSE_FILE = "load.json", "cause.yaml"


def keep(
    session: Session, case: Case, result: ScenarioResult, load: LoadState | None, audit: Mapping[str, Any] | None = None
) -> Path:
    """Record the run with the state of its `load`, and what the books said; returns the folder.

    From a store, all telemetry is kept. Raises LabError when the disk or the store refuses.
    """
    ended = datetime.now(UTC)
    folder = record(session.home, result, artifacts(session.telemetry, case.scenario, result))
    try:
        for source, name in zip(case.files, (SCENARIO_FILE, CAUSE_FILE), strict=False):
            shutil.copyfile(source, folder / name)
        if audit is not None:
            (folder / AUDIT_FILE).write_text(json.dumps(audit, indent=1) + "\n", encoding="utf-8")
        (folder / LOAD_FILE).write_text(json.dumps(load, indent=1) + "\n", encoding="utf-8")
        if session.store_url:
            keep_from(session.store_url, result.started, ended, folder)
    except OSError as error:
        raise unwritable(session.home, error) from error
    return folder


def kept_in(run: Path, folder: Path) -> Path:
    """Copy a run's folder into `folder`; returns the copy. Raises LabError when the disk refuses."""
    try:
        return Path(shutil.copytree(run, folder.absolute() / run.name))
    except OSError as error:
        raise LabError(f"Cannot write to {folder}: {error}", "Name another folder: --into FOLDER") from error
