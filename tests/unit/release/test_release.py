"""What a release says of itself."""

import hashlib
from pathlib import Path

import pytest

from release import project
from release.__main__ import SUMS, checksums, has_section
from release.licences import ForbiddenLicenceError, page


def test_licences_are_listed_by_name_of_the_package() -> None:
    bill = {
        "components": [
            {"name": "requests", "version": "2", "licenses": [{"license": {"id": "Apache-2.0"}}] * 2},
            {"name": "Flask", "version": "3", "licenses": [{"expression": "BSD-3-Clause OR MIT"}]},
            {
                "name": "segno",
                "version": "1",
                "licenses": [{"license": {"name": "License :: OSI Approved :: BSD License"}}],
            },
            {"name": "protobuf", "version": "7"},
        ]
    }
    assert page(bill).splitlines()[2:] == [
        "| Flask | 3 | BSD-3-Clause OR MIT |",
        "| protobuf | 7 | not said in its metadata |",
        "| requests | 2 | Apache-2.0 |",
        "| segno | 1 | BSD License |",
    ]


def test_a_licence_that_the_project_does_not_take_stops_the_release() -> None:
    bill = {"components": [{"name": "loki", "version": "3", "licenses": [{"license": {"id": "AGPL-3.0-only"}}]}]}
    with pytest.raises(ForbiddenLicenceError, match="loki"):
        page(bill)


def test_checksums_are_of_everything_but_themselves(tmp_path: Path) -> None:
    (tmp_path / "one.whl").write_bytes(b"one")
    (tmp_path / SUMS).write_text("older")
    assert checksums(tmp_path) == f"{hashlib.sha256(b'one').hexdigest()}  one.whl\n"


def test_the_changelog_tells_of_the_version() -> None:
    changelog = project.CHANGELOG.read_text("utf-8")
    assert has_section(changelog, project.version())
    assert not has_section(changelog, "99.0.0")
