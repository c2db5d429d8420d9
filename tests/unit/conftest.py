"""Folders of faces, for whatever reads them."""

from pathlib import Path

import pytest

from tests.unit.incident.files import FACE, HELD, SCENARIO, SLOW, TRUTH


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A scenario's folder."""
    path = tmp_path / "payments-slow"
    path.mkdir()
    (path / "scenario.yaml").write_text(SCENARIO)
    return path


@pytest.fixture
def by_two(folder: Path) -> Path:
    """A face with two causes."""
    (folder / "scenario.yaml").write_text(FACE)
    (folder / "causes").mkdir()
    (folder / "causes" / "held.yaml").write_text(HELD)
    (folder / "causes" / "slow.yaml").write_text(SLOW)
    (folder / "truth.yaml").write_text(TRUTH)
    return folder
