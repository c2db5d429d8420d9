"""Recorded runs and windows of a desk are compared by the same command."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tests.recorded_runs import make
from tests.unit.compare.shop import AFTER, BEFORE, Shop
from tests.unit.telemetry.duck_store import at
from whodunit.entry.compare_commands import register
from whodunit.errors import WrongUseError
from whodunit.views.desk import Desk


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    shop.minute(BEFORE)
    shop.minute(AFTER, order_s=0.2)
    return shop


def run(desk: Desk | None, *arguments: str) -> str:
    app = typer.Typer()
    register(app)
    result = CliRunner().invoke(app, arguments, obj=desk, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def desk(shop: Shop) -> Desk:
    return Desk(shop.telemetry, shop.store, lambda: at(120))


@pytest.mark.parametrize("windows", [("-2m..-1m", "-1m..now"), ("--around", "-1m"), ("--around=-60s", "--for=60s")])
def test_windows_are_named_by_their_ends_or_by_the_moment_between(shop: Shop, windows: tuple[str, ...]) -> None:
    found = json.loads(run(desk(shop), "--json", *windows))
    first = found["findings"][0]
    assert (first["kind"], first["component"], first["effect"]) == ("operation", "order", 1.0)
    assert set(first) >= {"name", "before", "after", "q", "first_seen", "evidence_id"}
    assert found["windows"][0]["start"] == at(0).isoformat()
    assert found["refused"] == []
    assert found["is_all"]
    assert found["query"]


def test_the_table_has_the_changes_and_what_was_too_short(shop: Shop) -> None:
    lines = run(desk(shop), "--around", "-1m").splitlines()
    assert lines[0] == "before: 12:00:00 to 12:01:00 (1m00s), after: 12:01:00 to 12:02:00 (1m00s)"
    assert lines[2].startswith("order")
    assert "+1.00" in lines[2]
    assert lines[-1].startswith("Open the first: whodunit trace 00000000")


def test_where_nothing_changed_that_is_said_with_the_number_of_questions(shop: Shop) -> None:
    told = run(desk(shop), "-2m..-90s", "-90s..-1m")
    assert "Nothing changed that 9 questions" in told


def test_a_run_is_compared_with_its_own_health(tmp_path: Path) -> None:
    folder = make(tmp_path / "run")
    found = json.loads(run(None, str(folder), "--json"))
    windows = [(each["start"], each["end"]) for each in found["windows"]]
    assert windows == [(at(0).isoformat(), at(30).isoformat()), (at(30).isoformat(), at(50).isoformat())]
    assert found["refused"]


def test_two_runs_are_compared_by_their_troubles(tmp_path: Path) -> None:
    one, other = make(tmp_path / "one"), make(tmp_path / "other", judged_s=45)
    windows = json.loads(run(None, str(one), str(other), "--json"))["windows"]
    assert [each["end"] for each in windows] == [at(50).isoformat(), at(45).isoformat()]


@pytest.mark.parametrize("arguments", [(), ("14:03..14:04",), ("--around", "-1m", "14:03..14:04", "14:04..14:05")])
def test_two_windows_are_needed(shop: Shop, arguments: tuple[str, ...]) -> None:
    with pytest.raises(WrongUseError) as error:
        run(desk(shop), *arguments)
    assert "--around 14:03" in error.value.hint


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongUseError, match="no recorded run"):
        run(None, str(tmp_path))


def test_an_option_that_there_is_not_is_no_window(shop: Shop) -> None:
    with pytest.raises(WrongUseError, match="no option --limt"):
        run(desk(shop), "--limt", "5")
