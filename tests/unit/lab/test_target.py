"""Which shop a command speaks to."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.unit.lab.answering import answering
from whodunit.entry.cli import TARGET, _modules, _target_first
from whodunit.errors import LabError
from whodunit.home import VARIABLE
from whodunit.lab import settings as entry_settings
from whodunit.lab.target import LiteTarget, StackTarget, find
from whodunit.lab.wanted import WANTED, Kind
from whodunit.telemetry.port import TelemetryError
from whodunit.telemetry.questions import LogQuery, Window

pytestmark = pytest.mark.process

STATUS = {"links": {"shop": "http://workshop:8080"}, "store": None}
STACK = {"/lab/healthz": {"mode": "stack"}, "/lab/status": STATUS}


@contextmanager
def wanting(kind: Kind) -> Iterator[None]:
    token = WANTED.set(kind)
    yield
    WANTED.reset(token)


@pytest.fixture(autouse=True)
def nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    monkeypatch.delenv("WHODUNIT_URL", raising=False)
    monkeypatch.setenv("WHODUNIT_PORT", "1")


def lite_runs(home: Path, url: str) -> None:
    (home / "lab.json").write_text(json.dumps({"url": url, "lab": {"pid": os.getpid()}}))


def test_nothing_runs_and_the_usual_is_said() -> None:
    with pytest.raises(LabError) as error:
        find().lab()
    assert (error.value.message, error.value.hint) == ("The shop is not running.", "Start it: whodunit up")


def test_the_shop_of_this_folder_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(STACK) as stack, answering({"/healthz": {"pid": os.getpid()}}) as lab:
        monkeypatch.setenv("WHODUNIT_URL", stack.url)
        lite_runs(tmp_path, lab.url)
        assert find().kind is Kind.LITE
        with wanting(Kind.STACK):
            assert find().kind is Kind.STACK


def test_a_stack_is_found_where_no_shop_runs_in_this_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(STACK) as stack:
        monkeypatch.setenv("WHODUNIT_URL", f"{stack.url}/")
        target = find()
        assert (target.kind, target.shop_url) == (Kind.STACK, stack.url)
        assert target.links["shop"] == "http://workshop:8080"
        with wanting(Kind.LITE):
            assert find().kind is Kind.LITE


@pytest.mark.parametrize(
    ("store", "has_one", "name"), [(None, False, "Loki"), ({"url": "http://workshop:8080/store"}, True, "The store")]
)
def test_log_records_are_asked_of_what_keeps_them(
    monkeypatch: pytest.MonkeyPatch, store: dict[str, str] | None, has_one: bool, name: str
) -> None:
    now = datetime.now(UTC)
    with answering(STACK | {"/lab/status": STATUS | {"store": store}}) as stack:
        monkeypatch.setenv("WHODUNIT_URL", stack.url)
        assert find().store_url == (f"{stack.url}/store" if has_one else None)
        telemetry = find().telemetry()
    with pytest.raises(TelemetryError, match=f"^{name} at .* does not answer"):
        telemetry.logs(LogQuery(), Window(now - timedelta(minutes=1), now))


@pytest.mark.parametrize("answer", [{}, {"/lab/healthz": {"mode": "lite"}}, {"/lab/healthz": []}])
def test_another_program_at_the_port_is_no_stack(monkeypatch: pytest.MonkeyPatch, answer: dict[str, object]) -> None:
    with answering(answer) as other:
        monkeypatch.setenv("WHODUNIT_PORT", other.url.rpartition(":")[2])
        assert isinstance(find(), LiteTarget)


def test_a_stack_that_is_asked_for_and_away_is_said() -> None:
    with wanting(Kind.STACK), pytest.raises(LabError) as error:
        find().lab()
    assert "No stack answers at http://127.0.0.1:1." in error.value.message
    assert "docker compose up" in error.value.hint


def test_an_address_that_is_named_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHODUNIT_URL", "http://127.0.0.1:2")
    with pytest.raises(LabError, match=r"No stack answers at http://127\.0\.0\.1:2\."):
        find().lab()


def test_the_leaders_token_goes_with_every_request(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(STACK) as stack:
        monkeypatch.setenv("WHODUNIT_URL", stack.url)
        monkeypatch.setenv("WHODUNIT_TOKEN", "s3cret")
        with find().lab() as lab:
            lab.status()
        assert stack.headers[-1]["Authorization"] == "Bearer s3cret"


def test_the_stacks_own_file_says_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WHODUNIT_PORT")
    (tmp_path / ".env").write_text("WHODUNIT_PORT=9191\nWHODUNIT_TOKEN=abc\nLOKI_TAG=1\n")
    found = entry_settings.read()
    assert (found.entry_url, found.secret) == ("http://127.0.0.1:9191", "abc")
    assert StackTarget(found).shop_url == "http://127.0.0.1:9191"


def test_a_wrong_address_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHODUNIT_URL", "workshop")
    with pytest.raises(LabError, match="WHODUNIT_URL"):
        find()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--target", "stack", "load", "stop"],
        ["load", "--target", "stack", "stop"],
        ["load", "stop", "--target", "stack"],
    ],
)
def test_the_target_may_stand_anywhere(arguments: list[str]) -> None:
    first = _target_first(arguments)
    assert first == [TARGET, "stack", "load", "stop"]
    assert _modules(first) == ["whodunit.limit.commands"]
    assert _target_first(["load", "--target=lite"]) == ["--target=lite", "load"]
