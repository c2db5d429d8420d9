"""What scripts and people get from `whodunit scenario`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from whodunit.entry.scenario_commands import register
from whodunit.errors import LabError, WrongUseError
from whodunit.home import VARIABLE


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer()
    register(app)
    return app


def run(app: typer.Typer, *arguments: str, **env: str) -> tuple[int, str, BaseException | None]:
    result = CliRunner().invoke(app, ["scenario", *arguments], env=env)
    return result.exit_code, result.output, result.exception


def test_the_list_has_the_keys_of_the_contract(app: typer.Typer) -> None:
    code, output, _ = run(app, "list", "--json")
    assert code == 0
    found = json.loads(output)
    assert all(set(each) == {"slug", "title", "level", "documented_in", "variants"} for each in found)
    assert "checkout-hangs" in {each["slug"] for each in found}


def test_the_list_for_people_says_what_to_type_next(app: typer.Typer) -> None:
    _, output, _ = run(app, "list")
    assert "slow-lists" in output
    assert "whodunit scenario run" in output


def test_hints_are_shown_on_request_alone(app: typer.Typer) -> None:
    _, without, _ = run(app, "show", "checkout-hangs")
    _, with_hints, _ = run(app, "show", "checkout-hangs", "--hints")
    assert "3 hints" in without
    assert "Hint 1" not in without
    assert "Hint 3" in with_hints


def test_one_scenario_as_json(app: typer.Typer) -> None:
    _, output, _ = run(app, "show", "checkout-hangs", "--json")
    shown = json.loads(output)
    assert (shown["name"], shown["slug"]) == ("checkout-hangs/held", "checkout-hangs")
    assert shown["expect"]["metrics"][0]["id"] == "orders-stuck"


@pytest.mark.parametrize("command", ["show", "run", "verify"])
def test_an_unknown_scenario_is_wrong_use(app: typer.Typer, command: str, tmp_path: Path) -> None:
    _, _, error = run(app, command, "no-such-thing", **{VARIABLE: str(tmp_path)})
    assert isinstance(error, LabError)
    assert error.exit_code == 2
    assert "checkout-hangs" in error.hint


@pytest.mark.parametrize("command", ["run", "verify"])
@pytest.mark.parametrize("name", ["telemetry-gap/collector-away", "orders-not-saved/idle-connections"])
def test_what_the_stack_alone_can_have_starts_no_lite_shop(
    app: typer.Typer, command: str, name: str, tmp_path: Path
) -> None:
    nowhere = {VARIABLE: str(tmp_path), "WHODUNIT_PORT": "1"}
    _, _, error = run(app, command, name, **nowhere)
    assert isinstance(error, LabError)
    assert (error.exit_code, error.message) == (3, f"{name} does not happen in the lite shop.")
    assert "docker compose up" in error.hint
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", ["run", "verify"])
def test_what_needs_a_browser_says_how_to_get_one_before_a_shop_is_opened(
    app: typer.Typer, command: str, tmp_path: Path
) -> None:
    nowhere = {VARIABLE: str(tmp_path), "WHODUNIT_PORT": "1", "PATH": str(tmp_path)}
    _, _, error = run(app, command, "visitors-fail", **nowhere)
    assert isinstance(error, LabError)
    assert (error.exit_code, error.message) == (3, "Nobody can come with a browser.")
    assert "install" in error.hint
    assert not list(tmp_path.iterdir())


@pytest.mark.process
def test_no_command_pays_for_the_database_but_the_one_that_asks_it() -> None:
    code = "import sys, whodunit.entry.scenario_commands; print('duckdb' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "False\n"


def test_a_sealed_run_shows_no_remedy(app: typer.Typer) -> None:
    _, _, error = run(app, "verify", "slow-lists", "--sealed", "--remedies")
    assert isinstance(error, WrongUseError)
