"""`whodunit report`: what it writes, and what it refuses."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tests.recorded_runs import make
from whodunit.errors import WrongUseError
from whodunit.home import Home
from whodunit.lab import active_mystery
from whodunit.report.commands import HTML_FILE, MARKDOWN_FILE, register


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("WHODUNIT_HOME", str(tmp_path / "home"))
    return Home(tmp_path / "home")


def run(*arguments: str) -> str:
    app = typer.Typer()
    app.callback()(lambda: None)
    register(app)
    result = CliRunner().invoke(app, ["report", *arguments], catch_exceptions=False)
    return result.output


def test_it_writes_both_files_of_a_run_that_is_named(home: Home, tmp_path: Path) -> None:
    make(home.runs_dir / "20261121T120000Z-payments-slow")
    said = run("20261121T120000Z-payments-slow", "--out", str(tmp_path / "out"))
    assert "How it was noticed." in said
    for name in (MARKDOWN_FILE, HTML_FILE):
        assert "Payments are slow" in (tmp_path / "out" / name).read_text(encoding="utf-8")


def test_of_a_case_that_does_not_come_with_the_program_the_cause_is_unknown(home: Home, tmp_path: Path) -> None:
    run(str(make(tmp_path / "run")), "--out", str(tmp_path))
    assert "**unknown**" in (tmp_path / MARKDOWN_FILE).read_text(encoding="utf-8")


def test_an_unknown_run_is_refused_with_those_that_there_are(home: Home) -> None:
    make(home.runs_dir / "20261121T120000Z-payments-slow")
    with pytest.raises(WrongUseError) as refused:
        run("tuesday")
    assert refused.value.message == "There is no recorded run 'tuesday'."
    assert refused.value.hint == "There are: 20261121T120000Z-payments-slow"


def test_without_any_run_it_says_how_to_make_one(home: Home) -> None:
    with pytest.raises(WrongUseError) as refused:
        run("tuesday")
    assert "whodunit scenario verify" in refused.value.hint


def test_a_run_without_telemetry_is_refused(home: Home) -> None:
    folder = make(home.runs_dir / "run")
    (folder / "spans.parquet").unlink()
    with pytest.raises(WrongUseError, match="kept no telemetry"):
        run("run")


def test_a_run_has_its_own_times(home: Home) -> None:
    with pytest.raises(WrongUseError, match="its own times"):
        run("run", "--from", "-5m")


class Played:
    """A target whose lab says that a mystery runs."""

    def lab(self) -> "Played":
        return self

    def mystery(self, method: str) -> dict[str, str]:
        return {"mystery": "abc"}

    def __enter__(self) -> "Played":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to close."""


def test_while_a_mystery_runs_no_recorded_run_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    make(home.runs_dir / "run")
    monkeypatch.setattr(active_mystery, "find", Played)
    with pytest.raises(WrongUseError, match="A mystery runs"):
        run("run")
