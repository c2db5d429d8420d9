"""The folder of a class: the leader's roll and hand-ins, and a student's place in another's class."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from whodunit.home import Home
from whodunit.strict_yaml.quantities import Strict

MYSTERY = re.compile("[0-9a-f]{8}")

Kept = TypeVar("Kept", bound=Strict)


class Folder:
    """`class/` in the state folder; its files are for their owner alone. Writing raises LabError."""

    def __init__(self, home: Home) -> None:
        self._home = home

    @property
    def roll(self) -> Path:
        """The leader's."""
        return self._home.class_dir / "roll.json"

    @property
    def seat(self) -> Path:
        """The student's."""
        return self._home.class_dir / "seat.json"

    @property
    def is_used(self) -> bool:
        """True if this lab leads a class, or attends one."""
        return self.roll.exists() or self.seat.exists()

    def keep(self, file: Path, kept: Strict) -> None:
        """Replace the file."""
        self._home.keep(file, kept.model_dump_json(indent=1))

    def kept(self, file: Path, form: type[Kept]) -> Kept | None:
        """The content of the file; None without one, and for one that another release wrote."""
        try:
            return form.model_validate_json(file.read_bytes())
        except (OSError, ValueError):
            return None

    def put_hand_in(self, mystery: str, text: str) -> None:
        """Keep a hand-in, in place of the earlier one of that mystery."""
        self._home.keep(self._hand_in(mystery), text)

    def hand_in(self, mystery: str) -> str:
        """The text of a hand-in; empty when it is gone."""
        try:
            return self._hand_in(mystery).read_text(encoding="utf-8")
        except (OSError, ValueError):
            return ""

    def forget(self) -> None:
        """Delete the roll and all hand-ins."""
        for file in [self.roll, *self.hand_ins()]:
            file.unlink(missing_ok=True)

    def hand_ins(self) -> Iterator[Path]:
        """The files of all hand-ins, whatever the roll says."""
        return (self._home.class_dir / "hand-ins").glob("*.json")

    def _hand_in(self, mystery: str) -> Path:
        assert MYSTERY.fullmatch(mystery), "a path is made of it"  # noqa: S101
        return self._home.class_dir / "hand-ins" / f"{mystery}.json"
