from collections.abc import Callable

import pytest
import typer
from typer.testing import CliRunner

from tests.unit.telemetry.duck_store import DuckStore, at
from whodunit.legible import prepare_streams
from whodunit.telemetry.store.adapter import StoreTelemetry
from whodunit.views.commands import register
from whodunit.views.desk import Desk

Run = Callable[..., str]


@pytest.fixture
def store() -> DuckStore:
    return DuckStore()


@pytest.fixture
def run(store: DuckStore) -> Run:
    """Runs a view at one minute past noon; its output."""
    app = typer.Typer()
    app.callback()(prepare_streams)
    register(app)
    desk = Desk(StoreTelemetry(store), store, lambda: at(60))

    def invoke(*arguments: str, text: str | bytes | None = None, charset: str = "utf-8") -> str:
        result = CliRunner(charset).invoke(app, arguments, obj=desk, input=text, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    return invoke
