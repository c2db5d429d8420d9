"""A case staged as a mystery is: by the lab, at a moment that is known beforehand."""

from datetime import timedelta

import httpx
import pytest

from tests.unit.runner.fakes import START, FakeClock, FakeLab
from whodunit.errors import WrongUseError
from whodunit.incident import catalogue
from whodunit.lab.client import LabClient
from whodunit.mystery.choice import choose
from whodunit.mystery.decoys import decoy_of
from whodunit.mystery.schemas import Wanted
from whodunit.mystery.staging import MINUTES, ONSET_AFTER_S, Sealed, mysteries
from whodunit.runner.staging import Stopped

CASE = catalogue.find("login-errors")


class Table:
    """A lab that plays mysteries, and what it was told."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.lab = FakeLab(self.clock)
        self.wanted: Wanted | None = None
        client = LabClient(httpx.Client(base_url="http://lab", transport=httpx.MockTransport(self._answer)))
        self.sealed = Sealed(CASE, client, self.lab, self.clock)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.lab.history.append(request.url.path)
        if request.url.path == "/mystery":
            self.wanted = Wanted.model_validate_json(request.content)
        return httpx.Response(200, json={"started_s": START.timestamp() + 0.5})


@pytest.fixture
def table() -> Table:
    table = Table()
    table.sealed.open(CASE.scenario, ())
    return table


def test_the_lab_plays_the_very_case_and_its_load_comes_back_afterwards(table: Table) -> None:
    assert table.wanted
    assert table.wanted.seed is not None
    choice = choose(catalogue.cases(), table.wanted.seed, None, table.wanted.minutes)
    assert (choice.case, choice.onset_after_s, table.wanted.minutes) == (CASE, ONSET_AFTER_S, MINUTES)
    assert decoy_of(catalogue.cases(), CASE.slug, table.wanted.seed) is None
    assert table.lab.history == ["clear all", "load on", "/mystery"]


def test_the_onset_is_waited_for_and_nothing_is_switched(table: Table) -> None:
    table.sealed.onset()
    assert table.clock.now() == START + timedelta(seconds=ONSET_AFTER_S)
    table.sealed.over()
    assert table.lab.history[3:] == ["/mystery/reveal"]
    table.sealed.abandon()
    assert table.lab.history[4:] == ["clear all"]


def test_a_shop_that_is_not_healthy_before_the_onset_proves_nothing(table: Table) -> None:
    table.clock.sleep(ONSET_AFTER_S + 1)
    with pytest.raises(Stopped, match="before the onset"):
        table.sealed.onset()


def test_what_was_begun_is_revealed_before_anything_is_switched(table: Table) -> None:
    table.sealed.abandon()
    assert table.lab.history[3:] == ["/mystery/reveal", "clear all"]


def test_the_healthy_shop_is_no_mystery() -> None:
    with pytest.raises(WrongUseError, match="no mystery"):
        Sealed(catalogue.find("all-quiet"), LabClient(httpx.Client()), FakeLab(FakeClock()), FakeClock())
    assert "all-quiet" not in list(mysteries())
    assert CASE.name in mysteries()
