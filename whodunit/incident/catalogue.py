"""Finds scenarios: those that come with the program, by slug, and anybody's, by folder."""

from importlib.resources import files
from pathlib import Path

from whodunit.errors import WrongUseError
from whodunit.incident.loader import SCENARIO_FILE, Case, load, load_all
from whodunit.strict_yaml.suggestion import meant


def bundled_folders() -> list[Path]:
    """The folders of the scenarios that come with the program."""
    root = Path(str(files("scenarios")))
    return sorted(folder for folder in root.iterdir() if (folder / SCENARIO_FILE).is_file())


def bundled() -> list[Case]:
    """The scenarios that come with the program, by slug, each by its first cause."""
    return [load(folder) for folder in bundled_folders()]


def cases() -> list[Case]:
    """The scenarios that come with the program, by each of their causes."""
    return [case for folder in bundled_folders() for case in load_all(folder)]


def find(name: str) -> Case:
    """The scenario with that slug, or in that folder; with `/CAUSE` behind it, by that cause.

    Raises WrongUseError with the names that exist.
    """
    before, _, cause = name.rpartition("/")
    if folder := _folder(name):
        return load(folder)
    if before and (folder := _folder(before)):
        return load(folder, cause)
    raise _unknown(name, [folder.name for folder in bundled_folders()])


def _folder(slug_or_folder: str) -> Path | None:
    for folder in bundled_folders():
        if folder.name == slug_or_folder:
            return folder
    path = Path(slug_or_folder)
    folder = path.parent if path.name == SCENARIO_FILE else path
    return folder if (folder / SCENARIO_FILE).is_file() else None


def _unknown(name: str, slugs: list[str]) -> WrongUseError:
    guess = meant(name, slugs)
    return WrongUseError(
        f"There is no scenario {name!r}, and no folder of that name with a {SCENARIO_FILE}.",
        f"{guess[:1].upper()}{guess[1:]}There are: {', '.join(slugs)}",
    )
