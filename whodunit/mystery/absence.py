"""A program that is not ready for long spoils a mystery: what nobody serves shows no incident."""

from collections.abc import Collection

TOO_LONG_S = 10.0
"""Longer than a program takes to be started again, as a deployment has it."""

AT_A_TIME_S = 2.0
"""What lies between two looks counts for no more: the machine may have slept meanwhile."""


class Absences:
    """How long each program has been away; being back makes up for it, second by second, so that a program that ends
    again and again is found out, too.
    """

    def __init__(self) -> None:
        self._away_s: dict[str, float] = {}
        self._looked_s: float | None = None

    def note(self, missing: Collection[str], now_s: float) -> str | None:
        """Those that are not ready now; returns one that was not for too long."""
        passed_s = 0.0 if self._looked_s is None else min(AT_A_TIME_S, now_s - self._looked_s)
        self._looked_s = now_s
        for name in {*self._away_s, *missing}:
            self._away_s[name] = max(0.0, self._away_s.get(name, 0.0) + (passed_s if name in missing else -passed_s))
        return next((name for name, away_s in self._away_s.items() if away_s >= TOO_LONG_S), None)
