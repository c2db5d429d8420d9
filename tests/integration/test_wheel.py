"""The wheel by itself: in an environment of its own, from an empty folder, with no checkout around it."""

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from bench.shop import Shop
from release import project
from whodunit.entry.cli import MODULES
from whodunit.load import trial_order

pytestmark = pytest.mark.process

NOT_HANDED_OUT = {"__pycache__", "node_modules"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing but `.venv`: the wheel, and beside it the dependencies that the checkout has installed."""
    folder = tmp_path_factory.mktemp("empty")
    venv.create(folder / ".venv", with_pip=False)
    project.build(wheels := tmp_path_factory.mktemp("wheels"), "wheel")
    python = _python(folder)
    pip = (sys.executable, "-m", "pip", "--quiet", "--python", str(python), "install", "--no-index", "--no-deps")
    project.run(*pip, *map(str, wheels.glob("*.whl")))
    _site_packages(folder).joinpath("dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return folder


@pytest.fixture
def whodunit(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """The installed command, with a state folder of its own."""
    monkeypatch.delenv("PYTHONPATH", raising=False)
    return Shop(folder, tmp_path / "state")


def test_no_file_of_ours_is_missing(folder: Path) -> None:
    here, there = project.ROOT, _site_packages(folder)
    assert [name for name in project.packages() if not _files(here / name) <= _files(there / name)] == []


@pytest.mark.usefixtures("whodunit")
def test_it_runs_none_of_the_checkout(folder: Path) -> None:
    names = "(getattr(each, '__file__', '') for each in sys.modules.values())"
    command = [str(_python(folder)), "-c", f"import sys, whodunit.entry.lite_lab as _; print(*{names})"]
    files = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=60).stdout.split()
    assert str(_site_packages(folder) / "whodunit" / "home.py") in files
    assert [file for file in files if Path(file).parents[1] == project.ROOT] == []


def test_it_says_its_version(whodunit: Shop) -> None:
    assert whodunit.run("--version").strip() == project.version()


def test_every_command_is_there(whodunit: Shop) -> None:
    shown = whodunit.run("--help")
    assert [name for names in MODULES.values() for name in names if f" {name} " not in shown] == []


def test_it_knows_the_cases_and_the_exercises(whodunit: Shop) -> None:
    assert "checkout-hangs" in whodunit.run("scenario", "list")
    assert "flask-products" in whodunit.run("exercise", "list")


@pytest.mark.lite
def test_the_shop_opens_sells_and_closes(whodunit: Shop) -> None:
    whodunit.up()
    try:
        services = whodunit.json("status")["services"]
        trial_order.place(next(each["url"] for each in services if each["name"] == "frontend"))
        whodunit.run("audit")
    finally:
        whodunit.down()


def _python(folder: Path) -> Path:
    return folder / ".venv" / "bin" / "python"


def _site_packages(folder: Path) -> Path:
    major, minor = sys.version_info[:2]
    return folder / ".venv" / "lib" / f"python{major}.{minor}" / "site-packages"


def _files(folder: Path) -> set[Path]:
    files = (file.relative_to(folder) for file in folder.rglob("*") if file.is_file())
    return {file for file in files if not NOT_HANDED_OUT & set(file.parts)}
