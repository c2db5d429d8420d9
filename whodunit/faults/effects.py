"""Counts the requests that each switched variant affected, as the services report them."""

from collections import Counter
from collections.abc import Iterable

from whodunit.faults.ledger import Line

Effect = tuple[str, str, str]
"""Service, flag, variant."""


class Effects:
    """Totals since the flag was last switched on."""

    def __init__(self) -> None:
        self._totals: Counter[Effect] = Counter()

    def replay(self, lines: Iterable[Line]) -> None:
        """Take over what an earlier lab recorded."""
        for line in lines:
            if line["event"] == "set":
                self.reset(line["flag"])
            elif line["event"] == "effect":
                self.add(line["service"], line["flag"], line["variant"], line["affected"])

    def reset(self, flag: str) -> None:
        """Starts counting anew, for a new activation of the flag."""
        for effect in [each for each in self._totals if each[1] == flag]:
            del self._totals[effect]

    def add(self, service: str, flag: str, variant: str, affected: int) -> None:
        """Adds `affected` requests that met the variant."""
        self._totals[service, flag, variant] += affected

    def of(self, flag: str) -> int:
        """Requests affected by any variant of the flag, in all services."""
        return sum(total for (_, name, _), total in self._totals.items() if name == flag)

    def all(self) -> list[dict[str, str | int]]:
        """One entry for each service, flag and variant."""
        return [
            {"service": service, "flag": flag, "variant": variant, "affected": total}
            for (service, flag, variant), total in sorted(self._totals.items())
        ]
