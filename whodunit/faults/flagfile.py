"""The flag file in flagd's format, and how an activation that ends by itself is written into it.

An activation is a targeting rule on `$flagd.timestamp`: whoever evaluates the flag compares the clock with
the end, so that the flag falls back to `off` even when the lab is gone.
https://flagd.dev/reference/flag-definitions/
"""

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from kit import atomic

OFF = "off"
NOW = {"var": "$flagd.timestamp"}
Document = dict[str, Any]


@dataclass(frozen=True)
class Schedule:
    """On for `lasts_s` from the beginning of each `every_s`, in whole seconds."""

    every_s: int
    lasts_s: int

    def condition(self, start_s: int) -> Document:
        """The condition that it is on, counted from `start_s`, in flagd's JSON logic."""
        return {"<": [{"%": [{"-": [NOW, start_s]}, self.every_s]}, self.lasts_s]}

    @classmethod
    def of_condition(cls, condition: Document) -> "Schedule":
        """The schedule that `condition` was made from."""
        since_it_came, lasts_s = condition["<"]
        return cls(int(since_it_came["%"][1]), int(lasts_s))


@dataclass(frozen=True)
class Activation:
    """`variant` is in force from `start_s` until `end_s`: seconds since 1970, whole, as flagd's clock is.

    With a `schedule` it comes and goes meanwhile.
    """

    variant: str
    end_s: int
    start_s: int = 0
    schedule: Schedule | None = None

    def is_over(self, now_s: float) -> bool:
        """True if no service that evaluates the flag from now on gets the variant."""
        return int(now_s) >= self.end_s

    def condition(self) -> Document:
        """The condition that it is in force, in flagd's JSON logic."""
        ends: Document = {"<": [NOW, self.end_s]}
        begins = [{">=": [NOW, self.start_s]}] if self.start_s else []
        comes = [self.schedule.condition(self.start_s)] if self.schedule else []
        return {"and": [ends, *begins, *comes]} if begins or comes else ends

    def targeting(self) -> Document:
        """The rule in flagd's JSON logic."""
        return {"if": [self.condition(), self.variant, OFF]}


def activation(flag: Document) -> Activation | None:
    """The activation written into a flag, ended or not; None when there is none that the lab wrote."""
    try:
        condition, variant, _ = flag["targeting"]["if"]
        ends, *rest = condition.get("and", [condition])
        start_s = next((int(each[">="][1]) for each in rest if ">=" in each), 0)
        schedule = next((Schedule.of_condition(each) for each in rest if "<" in each), None)
        return Activation(str(variant), int(ends["<"][1]), start_s, schedule)
    except (KeyError, ValueError, TypeError, IndexError, AttributeError):
        return None


def activate(flag: Document, wanted: Activation | None) -> Document:
    """The flag with this activation and no other."""
    return {**flag, "targeting": wanted.targeting() if wanted else {}}


def packaged() -> Document:
    """The flag file of this release: every flag off."""
    document: Document = json.loads(files("flags").joinpath("flags.flagd.json").read_text(encoding="utf-8"))
    return document


def read(path: Path) -> Document | None:
    """The document at `path`, with or without a byte order mark; None when there is none that can be read."""
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) and isinstance(document.get("flags"), dict) else None


def render(document: Document) -> str:
    """The text of a flag file."""
    return json.dumps(document, indent=2) + "\n"


def write(path: Path, document: Document) -> None:
    """Replace the file in one step: a reader sees the old one or the new one, never half of either."""
    atomic.write_text(path, render(document))
