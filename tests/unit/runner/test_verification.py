"""A run as a whole: what cannot be answered, what is for the other target alone, which load runs afterwards."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.unit.incident.files import SCENARIO
from tests.unit.runner.fakes import FakeTelemetry, Recorder
from whodunit.errors import LabError
from whodunit.home import Home
from whodunit.incident.loader import load
from whodunit.lab.client import LabClient
from whodunit.runner.session import Session
from whodunit.runner.verification import verify
from whodunit.telemetry.answers import Number
from whodunit.telemetry.port import UnanswerableError
from whodunit.telemetry.questions import MetricQuery, Window

ANOTHER_LOAD = {"running": True, "light": True, "spec": {"seconds": 600}, "stats": None}


class FarLab:
    """The lab's API; remembers what it was asked to change."""

    def __init__(self) -> None:
        self.changed: list[str] = []

    def client(self) -> LabClient:
        return LabClient(httpx.Client(base_url="http://lab", transport=httpx.MockTransport(self._answer)))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.method != "GET":
            self.changed.append(f"{request.method} {request.url.path}")
        return httpx.Response(200, json=ANOTHER_LOAD)


class Mute(FakeTelemetry):
    """Has no answer to metrics, and never will."""

    def number(self, query: MetricQuery, window: Window) -> Number:
        raise UnanswerableError("percentiles")


def session(tmp_path: Path, lab: FarLab, telemetry: FakeTelemetry) -> Session:
    status: Any = {"mode": "stack", "services": [], "links": {"shop": "http://shop"}}
    return Session(Home(tmp_path), lab.client(), status, telemetry)


def test_a_check_that_can_never_be_answered_ends_the_run_with_3(folder: Path, tmp_path: Path) -> None:
    lab = FarLab()
    with pytest.raises(LabError, match="percentiles") as error:
        verify(session(tmp_path, lab, Mute()), load(folder), Recorder(), [])
    assert (error.value.exit_code, "only: stack" in error.value.hint) == (3, True)
    assert lab.changed == ["DELETE /faults", "PUT /load", "DELETE /faults", "DELETE /load", "PUT /load"]


def test_what_is_only_for_the_other_target_is_left_out_and_said(folder: Path, tmp_path: Path) -> None:
    marked = SCENARIO.replace("Too slow., within: 20s}", "Too slow., within: 20s, only: lite}")
    (folder / "scenario.yaml").write_text(marked)
    case = load(folder)
    hurried = replace(case, scenario=case.scenario.model_copy(update={"steady": _at_once(case.scenario.steady)}))
    result, _ = verify(session(tmp_path, FarLab(), FakeTelemetry()), hurried, Recorder(), [])
    assert (result.skipped, result.as_json()["skipped"]) == (("says-so",), ["says-so"])
    assert not result.passed


def _at_once(steady: Any) -> Any:
    return steady.model_copy(update={"within": 0.0})
