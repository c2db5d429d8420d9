"""Folders that take the place of services: what is refused, and what they are told."""

from pathlib import Path

import pytest

from whodunit.errors import WrongUseError
from whodunit.launcher import as_typed, replacement


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / as_typed.MAIN).touch()
    return tmp_path


def test_a_folder_is_named_from_the_root(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    assert replacement.parsed([f"inventory={folder.name}"]) == {"inventory": folder}
    assert replacement.parsed([]) == {}


@pytest.mark.parametrize(
    ("said", "message", "hint"),
    [
        (["inventry=."], "no service 'inventry'", "Did you mean 'inventory'? There are: frontend, order"),
        (["history=."], "no service 'history'", "There are: frontend, order"),
        (["inventory"], "What is to take the place of inventory?", "Type: --replace inventory=FOLDER"),
        (["inventory="], "What is to take the place of inventory?", "Type: --replace inventory=FOLDER"),
        (["inventory=nowhere"], "nowhere is no folder.", "whodunit exercise start instrument-inventory"),
        (["inventory=empty"], "empty has no main.py.", "in which main.py is to be run"),
        (["inventory=.", "inventory=."], "inventory is to be replaced twice.", "one folder for each"),
    ],
    ids=["misspelt", "node", "no-equals", "no-folder", "nowhere", "no-main", "twice"],
)
def test_what_cannot_be_is_refused_with_what_can(
    said: list[str], message: str, hint: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    (folder / "empty").mkdir()
    with pytest.raises(WrongUseError) as refused:
        replacement.parsed(said)
    assert message in refused.value.message
    assert hint in refused.value.hint
