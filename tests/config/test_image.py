"""The image has what the wheel is made of, and is made of locked parts."""

import re
import tomllib

from tests.config.stack_files import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text()
STAGES = dict(re.findall(r"^FROM \S+ AS (\S+)\n(.*?)(?=^FROM |\Z)", DOCKERFILE, re.MULTILINE | re.DOTALL))
IGNORE = (ROOT / ".dockerignore").read_text().splitlines()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_every_package_gets_into_the_build() -> None:
    packages = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert {f"!{name}" for name in [*packages, "pyproject.toml", PROJECT["project"]["readme"]]} <= set(IGNORE)
    assert "*" in IGNORE


def test_everything_installed_is_locked() -> None:
    installs = re.findall(r"pip .*?(?:install|wheel) [^\n&]*", DOCKERFILE)
    assert installs
    assert all("--require-hashes" in each or "--no-deps" in each for each in installs)


def test_the_wheel_is_made_by_what_the_project_asks_for() -> None:
    locked = re.findall(r"^([a-z-]+)==", (ROOT / "requirements-build.lock").read_text(), re.MULTILINE)
    assert set(PROJECT["build-system"]["requires"]) <= set(locked)


def test_it_ends_as_somebody_without_rights_on_a_plain_base() -> None:
    assert re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE) == ["python:${PYTHON_TAG}"] * 2 + ["whodunit"] * 2
    for name in ("whodunit", "drill", "browsers"):
        assert re.findall(r"^USER (\S+)", STAGES[name], re.MULTILINE)[-1] == "10001:10001"
    assert "--mount" not in DOCKERFILE


def test_the_standard_library_is_compiled_by_who_may_write_it() -> None:
    as_root = STAGES["whodunit"].partition("\nUSER ")[0]
    assert re.search(r"^RUN python -m compileall .*stdlib", as_root, re.MULTILINE)


def test_the_load_generator_with_browsers_has_chromium_and_what_drives_it() -> None:
    locked = re.findall(r"^([a-z-]+)==", (ROOT / "requirements-browser.lock").read_text(), re.MULTILINE)
    wanted = [re.split("[>=]", each)[0] for each in PROJECT["project"]["optional-dependencies"]["browser"]]
    assert set(wanted) <= set(locked)
    assert re.search(r"install \S+ --no-install-recommends chromium ", STAGES["browsers"])


def test_the_drill_has_the_programs_of_a_server_and_no_server() -> None:
    assert "create_main_cluster" in STAGES["drill"]
    assert re.search(r"install \S+ --no-install-recommends postgresql ", STAGES["drill"])
