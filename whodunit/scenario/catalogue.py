"""Finds scenarios: those that come with the program, by slug, and anybody's, by folder."""

from importlib.resources import files
from pathlib import Path

from whodunit.errors import WrongUseError
from whodunit.scenario.loader import SCENARIO_FILE, Case, load
from whodunit.scenario.suggestion import meant


def bundled_folders() -> list[Path]:
    """The folders of the scenarios that come with the program."""
    root = Path(str(files("scenarios")))
    return sorted(folder for folder in root.iterdir() if (folder / SCENARIO_FILE).is_file())


def bundled() -> list[Case]:
    """The scenarios that come with the program, by slug."""
    return [load(folder) for folder in bundled_folders()]


def find(slug_or_folder: str) -> Case:
    """The scenario with that slug, or in that folder; raises WrongUseError with what there is."""
    folders = {folder.name: folder for folder in bundled_folders()}
    if slug_or_folder in folders:
        return load(folders[slug_or_folder])
    folder = Path(slug_or_folder)
    if folder.name == SCENARIO_FILE:
        folder = folder.parent
    if (folder / SCENARIO_FILE).is_file():
        return load(folder)
    raise _unknown(slug_or_folder, list(folders))


def _unknown(name: str, slugs: list[str]) -> WrongUseError:
    guess = meant(name, slugs)
    return WrongUseError(
        f"There is no scenario {name!r}, and no folder of that name with a {SCENARIO_FILE}.",
        f"{guess[:1].upper()}{guess[1:]}There are: {', '.join(slugs)}",
    )
