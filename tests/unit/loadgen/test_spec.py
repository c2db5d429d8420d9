"""What is refused before any load starts."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from loadgen.settings import SettingsError, read
from loadgen.spec import LoadSpec

USUAL = LoadSpec()


def test_the_usual_load_is_eight_checkouts_a_second() -> None:
    assert USUAL.rates["buy"] == 8.0  # type: ignore[index]  # a StrEnum equals its text
    assert (USUAL.arrival, USUAL.seconds, USUAL.shape.kind) == ("open", 600, "constant")


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"rates": {"bye": 1}}, "'history' or 'history_company'"),
        ({"rates": {"buy": -1}}, "greater than or equal to 0"),
        ({"rates": {"buy": 0}}, "at least one journey"),
        ({"rates": {}}, "at least one journey"),
        ({"arrival": "users", "mix": {"buy": 0}}, "at least one journey"),
        ({"rates": {"buy": 300}, "shape": {"kind": "step", "factor": 3}}, "at the peak"),
        ({"seconds": 3601}, "less than or equal to 3600"),
        ({"browsers": 3}, "less than or equal to 2"),
        ({"seconds": 0}, "greater than or equal to 1"),
        ({"shape": {"kind": "wave"}}, "'constant', 'step', 'spike' or 'soak'"),
        ({"think_s": [4, 1]}, "shortest pause"),
        ({"duration": 5}, "Extra inputs"),
    ],
)
def test_a_wrong_load_is_refused(wrong: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        LoadSpec.model_validate(wrong)


@pytest.mark.parametrize("target", ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:80"])
def test_this_machine_may_be_loaded(monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    monkeypatch.setenv("LOADGEN_TARGET", target)
    assert read([])[0].target == target


def test_other_machines_only_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOADGEN_TARGET", "http://frontend:8080")
    with pytest.raises(SettingsError, match="frontend is not this machine"):
        read([])
    monkeypatch.setenv("LOADGEN_ALLOWED_HOSTS", "proxy, frontend")
    assert read([])[0].allowed_hosts == ("proxy", "frontend")


@pytest.mark.parametrize("target", ["http://127.0.0.1.example.com", "http://10.0.0.1", "ftp://127.0.0.1", "shop"])
def test_wrong_targets(monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    monkeypatch.setenv("LOADGEN_TARGET", target)
    with pytest.raises(SettingsError, match="Wrong settings"):
        read([])


def test_a_wrong_argument_is_named() -> None:
    with pytest.raises(SettingsError, match=r"Wrong load:\n  seconds: Input should be"):
        read(['{"seconds": "long"}'])


def test_browsers_are_refused_where_there_is_none_and_the_words_say_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SettingsError, match="apt install chromium"):
        read(['{"browsers": 1}'])
