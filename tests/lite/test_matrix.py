"""Each incident that was verified here shows its own symptoms, and no sibling's; kept runs stand in for siblings."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench.shop import Shop
from tests.lite.conftest import NAMES
from whodunit.incident import catalogue
from whodunit.incident.proved import proved_on
from whodunit.runs import recordings
from whodunit.runs.matrix import face_of
from whodunit.runs.recorded_run import RecordedRun
from whodunit.runs.rejudging import decisions

Json = dict[str, Any]


def newest_that_passed(shop: Shop) -> dict[str, str]:
    """The folder of a run, by the case that was run."""
    found = {}
    for file in sorted((shop.home / "runs").glob("*/spans.parquet")):
        result = json.loads((file.parent / "result.json").read_text())
        if result["passed"]:
            found[result["scenario"]] = str(file.parent)
    return found


def wrong(matrix: Json) -> list[str]:
    """Cells that are not as they should be."""
    return [f"{cell['run']} shows {cell['evidence']}: {cell}" for cell in matrix["cells"] if not cell["right"]]


def test_every_incident_shows_its_own_face_and_no_other(recorded: Shop) -> None:
    fresh = newest_that_passed(recorded)
    assert set(fresh) >= set(NAMES)
    faces = {face_of(name) for name in fresh}
    kept = {case.name: str(recordings.kept(case).run.folder) for case in proved_on("lite") if case.slug in faces}
    matrix = recorded.json("scenario", "matrix", *(kept | fresh).values(), check=False)
    assert wrong(matrix) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_fresh_run_agrees_with_the_kept_one(name: str, verify: Callable[[str], Json]) -> None:
    kept = recordings.kept(catalogue.find(name))
    fresh = decisions(RecordedRun(Path(), verify(name)), kept.verdicts)
    assert list(kept.differences(fresh)) == [], f"To record it again: make recordings CASES={name}"
