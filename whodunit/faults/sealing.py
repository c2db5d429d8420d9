"""The sealed flag file, for as long as nobody may learn which flags are in force.

Every flag stands under an alias and carries an activation of the same shape; all but those in force lead to `off`
either way, and their times are chosen like those of a true one. `kit/seal.py` is how they are written and read.
"""

from dataclasses import dataclass, replace

from kit.seal import Seal
from whodunit.faults import flagfile
from whodunit.faults.flagfile import OFF, Activation, Schedule

FROM_THE_START = 3
"""One in so many decoys begins with the mystery, as the `before` switches of an incident and mitigations do."""

COMES_AND_GOES = 2
"""One in so many decoys does not, where a true activation does."""


@dataclass(frozen=True)
class FlagSeal:
    """`name` stands in the file, `key` nowhere.

    A true activation begins at `started_s`, or between `earliest_s` and `latest_s`, all in seconds since 1970, and ends
    at `end_s`; one that comes and goes does so by `schedule`, and where there is one, the others are written as if they
    did: on for the whole of each period.
    """

    name: str
    key: bytes
    started_s: int
    earliest_s: int
    latest_s: int
    end_s: int
    schedule: Schedule | None = None

    def document(self, document: flagfile.Document) -> flagfile.Document:
        """The sealed form of a flag file."""
        seal = Seal(self.key)
        sealed = {seal.alias(key): self._flag(seal, key, flag) for key, flag in document["flags"].items()}
        return {
            "$schema": document["$schema"],
            "metadata": {"seal": self.name},
            "flags": dict(sorted(sealed.items())),
        }

    def _flag(self, seal: Seal, key: str, flag: flagfile.Document) -> flagfile.Document:
        chosen = flagfile.activation(flag) or self._decoy(seal, key)
        if self.schedule and not chosen.schedule:
            chosen = replace(chosen, schedule=Schedule(self.schedule.every_s, self.schedule.every_s))
        return {
            "state": "ENABLED",
            "variants": {"a": seal.closed(key, chosen.variant, 1), "b": seal.closed(key, OFF, 2)},
            "defaultVariant": "b",
            "targeting": {"if": [chosen.condition(), "a", "b"]},
        }

    def _decoy(self, seal: Seal, key: str) -> Activation:
        """An activation that leads to `off`; always the same for a flag, so that comparing versions shows nothing."""
        number = int(seal.alias(f"decoy {key}"), 16)
        later_s = self.earliest_s + number // FROM_THE_START % (self.latest_s - self.earliest_s + 1)
        start_s = later_s if number % FROM_THE_START else self.started_s
        return Activation(OFF, self.end_s, start_s, self.schedule if number % COMES_AND_GOES else None)
