"""What a bundle takes from the lock file for each system."""

from pathlib import Path

import pytest

from release import images, install, lock, project
from release.bundle import for_everybody
from release.targets import TARGETS

LOCKED = """\
aiohttp==3.14.5 \\
    --hash=sha256:00 \\
    --hash=sha256:01
    # via locust
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:02
uvloop==0.23.0 ; platform_python_implementation == 'CPython' and sys_platform != 'win32' \\
    --hash=sha256:03
"""


def test_constraints_keep_versions_and_markers_and_leave_checksums_out() -> None:
    assert lock.constraints(lock.read(LOCKED)).splitlines() == [
        "aiohttp==3.14.5",
        "colorama==0.4.6 ; sys_platform == 'win32'",
        "uvloop==0.23.0 ; platform_python_implementation == 'CPython' and sys_platform != 'win32'",
    ]


def test_no_locked_package_is_lost() -> None:
    lines = project.LOCK.read_text("utf-8").splitlines()
    assert len(project.locked()) == sum(line[:1].isalnum() for line in lines) > 50


def test_a_system_gets_what_it_needs_and_no_more() -> None:
    packages = lock.read(LOCKED)
    taken = {
        target.system.name: [each.requirement for each in packages if each.is_needed_in(target.environment)]
        for target in TARGETS
    }
    http = "aiohttp==3.14.5 --hash=sha256:00 --hash=sha256:01"
    assert taken["Windows x86-64"] == [http, "colorama==0.4.6 --hash=sha256:02"]
    assert taken["macOS 14 arm64"] == taken["Linux arm64"] == [http, "uvloop==0.23.0 --hash=sha256:03"]


def test_every_marker_of_the_lock_file_is_answered_for_the_target_and_not_for_this_machine() -> None:
    words = {word for each in project.locked() for word in each.pin.partition(";")[2].split() if word[0].islower()}
    assert words - {"and", "or", "in", "not"} <= TARGETS[0].environment.keys()


def test_only_a_wheel_for_every_system_and_python_is_asked_for_once(tmp_path: Path) -> None:
    for name in (
        "httpx-0.28.1-py3-none-any",
        "ruamel.yaml-0.19.1-py2.py3-none-any",
        "duckdb-2.0.0-cp311-cp311-win_amd64",
    ):
        (tmp_path / f"{name}.whl").touch()
    assert for_everybody(tmp_path) == {"httpx", "ruamel-yaml"}


@pytest.mark.process
def test_without_an_engine_there_are_no_images_and_it_says_how_to_load_those_of_a_stick(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert images.save(tmp_path) == images.NONE
    assert not (tmp_path / install.IMAGES).exists()
    assert "Once Docker runs: docker load --quiet --input " in install.loaded(tmp_path)
