"""The images that a bundle carries: taken out of an engine, and given back to one."""

import json
import tarfile
from pathlib import Path

import pytest

from release import images, install

pytestmark = pytest.mark.compose


def test_what_the_engine_has_of_the_stack_is_in_the_archive_and_can_be_loaded(tmp_path: Path) -> None:
    told = images.save(tmp_path)
    with tarfile.open(tmp_path / install.IMAGES) as archive:
        member = archive.extractfile("manifest.json")
        assert member
        tags = {tag for image in json.load(member) for tag in image["RepoTags"]}
    assert told.splitlines()[0] == f"Images: {', '.join(sorted(tags))}."
    assert "are loaded" in install.loaded(tmp_path)
