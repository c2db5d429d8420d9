"""Every incident's evidence on a recorded run of every incident: each must show its own symptoms, and no other's."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Match:
    """The evidence of a case in a run, by the ids of its checks.

    `seen` are symptoms that held, `missing` those that never did, `broken` what should have stayed healthy and did not.
    """

    seen: tuple[str, ...]
    missing: tuple[str, ...]
    broken: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """True if every symptom was seen, and all that must stay healthy did."""
        return not self.missing and not self.broken

    @property
    def differences(self) -> tuple[str, ...]:
        """The checks that tell the two apart."""
        return self.missing + self.broken


@dataclass(frozen=True)
class Explanation:
    """The reason why two share symptoms, and a check of `incident` that holds in a run of one of them alone."""

    because: str
    incident: str
    check: str


@dataclass(frozen=True)
class Cell:
    """The evidence of one case on the run of one; with an explanation where symptoms are shared."""

    ran: str
    evidence: str
    match: Match
    shared: Explanation | None = None

    @property
    def is_own(self) -> bool:
        """True on the diagonal."""
        return self.ran == self.evidence

    @property
    def is_empty(self) -> bool:
        """True if no symptom was seen."""
        return not self.match.seen

    @property
    def is_right(self) -> bool:
        """True on the diagonal for a whole match; elsewhere for no symptom, or some that are explained."""
        return self.match.is_whole if self.is_own else self.is_empty or self.shared is not None

    @property
    def label(self) -> str:
        """The cell for people: a dot for a whole match, else the number of symptoms."""
        if self.is_empty:
            return ""
        seen, missing = len(self.match.seen), len(self.match.missing)
        return "●" if self.match.is_whole else f"{seen} of {seen + missing}"

    def as_json(self) -> dict[str, Any]:
        """The cell for scripts."""
        return {
            "run": self.ran,
            "evidence": self.evidence,
            "right": self.is_right,
            "whole": self.match.is_whole and not self.is_empty,
            "seen": list(self.match.seen),
            "missing": list(self.match.missing),
            "broken": list(self.match.broken),
            "shared": asdict(self.shared) if self.shared else None,
        }


@dataclass(frozen=True)
class Matrix:
    """The cells, run by run; `elsewhere` are cases that lite mode cannot run."""

    runs: Sequence[str]
    evidence: Sequence[str]
    cells: Sequence[Cell]
    elsewhere: Sequence[str]

    @property
    def holds(self) -> bool:
        """True if every cell is right."""
        return all(cell.is_right for cell in self.cells)

    def row(self, ran: str) -> list[Cell]:
        """The cells of one run, in the order of `evidence`."""
        return [cell for cell in self.cells if cell.ran == ran]

    def as_json(self) -> dict[str, Any]:
        """The matrix for scripts."""
        return {
            "holds": self.holds,
            "runs": list(self.runs),
            "evidence": list(self.evidence),
            "elsewhere": list(self.elsewhere),
            "cells": [cell.as_json() for cell in self.cells],
        }
