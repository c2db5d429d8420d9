"""Every kept recording is judged as on the day when it was recorded: the same checks, the same numbers."""

import json
import shutil
from collections.abc import Sequence
from contextlib import closing
from copy import deepcopy
from dataclasses import replace
from math import nan
from pathlib import Path

import pytest

from whodunit.desk.cases.matrix import kept as kept_matrix
from whodunit.errors import WrongUseError
from whodunit.incident import catalogue
from whodunit.incident.applicable import applicable
from whodunit.incident.loader import Case
from whodunit.incident.proved import proved_on
from whodunit.lab.wanted import Kind
from whodunit.runs import recordings
from whodunit.runs.comparison import Comparison
from whodunit.runs.recorded_run import RecordedRun, read
from whodunit.runs.rejudging import Verdict

CASES = proved_on("lite")
AGAIN = "It is to be recorded again: make recordings CASES={}"


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> Case:
    """Each case that lite mode proves."""
    case: Case = request.param
    return case


def test_it_is_of_the_case_as_it_stands(case: Case) -> None:
    assert recordings.kept(case).digest == recordings.digest(case), AGAIN.format(case.name)


def test_it_is_judged_as_before(case: Case) -> None:
    kept = recordings.kept(case)
    now = recordings.judged(case, kept.run)
    assert list(kept.differences(now)) == []
    assert numbers(now) == pytest.approx(numbers(kept.verdicts), rel=1e-6, nan_ok=True)


def test_the_kept_matrix_is_of_it(case: Case) -> None:
    cells = [cell for cell in kept_matrix().cells if cell.ran == case.name]
    with closing(Comparison(recordings.kept(case).run)) as comparison:
        now = {cell.evidence: comparison.with_case(in_lite(cell.evidence)) for cell in cells}
    assert {cell.evidence: cell.match for cell in cells} == now, "make matrix"


def in_lite(name: str) -> Case:
    """The case as lite mode proves it."""
    found = catalogue.find(name)
    return replace(found, scenario=applicable(found.scenario, Kind.LITE).scenario)


def test_the_kept_matrix_tells_all_apart() -> None:
    matrix = kept_matrix()
    assert [cell for cell in matrix.cells if not cell.is_right] == []
    assert {cell.ran for cell in matrix.cells} == {case.name for case in CASES}
    assert {cell.evidence for cell in matrix.cells} == {case.name for case in CASES if case.scenario.breaks}


def numbers(verdicts: Sequence[Verdict]) -> list[float]:
    """What decided each check; not a number where there was nothing to judge."""
    return [nan if each.observed is None else each.observed for each in verdicts]


def test_they_are_small() -> None:
    sizes = {case.name: recordings.size(case) for case in CASES}
    assert max(sizes.values()) <= recordings.LARGEST_BYTES, sizes
    assert sum(sizes.values()) <= len(sizes) * recordings.LARGEST_BYTES / 2, sizes


def test_another_judgement_is_told() -> None:
    kept = recordings.kept(CASES[0])
    changed = [Verdict(each.phase, each.check, not each.passed, each.observed) for each in kept.verdicts[:1]]
    [first, *rest] = kept.differences([*changed, *kept.verdicts[2:]])
    assert "passed when it was recorded, failed now" in first
    assert [line.rpartition(", ")[2] for line in rest] == ["not asked now"]


def changed(case: Case, folder: Path, **result: object) -> RecordedRun:
    """A copy of the kept run that says otherwise of itself."""
    run = recordings.kept(case).run
    shutil.copytree(run.folder, folder)
    (folder / "result.json").write_text(json.dumps(run.result | result), encoding="utf-8")
    return read(folder)


def lied(run: RecordedRun) -> list[object]:
    """The phases, the first symptom of which did not show."""
    phases = deepcopy(run.result["phases"])
    next(phase for phase in phases if phase["phase"] == "expect")["checks"][0]["passed"] = False
    return list(phases)


def test_a_run_takes_the_place_of_the_kept_one_only_if_its_telemetry_bears_it_out(tmp_path: Path) -> None:
    case = min((case for case in CASES if case.scenario.breaks), key=recordings.size)
    recordings.take_over(changed(case, tmp_path / "run"), tmp_path / "kept")
    [folder] = (tmp_path / "kept").iterdir()
    before = sorted((file.name, file.read_bytes()) for file in folder.iterdir())
    mistakes: list[dict[str, object]] = [{"passed": False}, {"phases": lied(recordings.kept(case).run)}]
    for number, wrong in enumerate(mistakes):
        with pytest.raises(WrongUseError, match=r"did not pass|failed when it was recorded, passed now"):
            recordings.take_over(changed(case, tmp_path / str(number), **wrong), tmp_path / "kept")
    assert sorted((file.name, file.read_bytes()) for file in folder.iterdir()) == before
    assert [each.name for each in (tmp_path / "kept").iterdir()] == [folder.name]
