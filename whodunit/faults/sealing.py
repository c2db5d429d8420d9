"""The flag file while nobody may learn which flags are in force.

Every flag stands under an alias and carries an activation of the same shape; all but those in force lead to `off`
either way, and their times are chosen like those of a true one. `kit/sealing.py` reads it.
"""

import hmac
from dataclasses import dataclass

from whodunit.faults import flagfile
from whodunit.faults.flagfile import OFF, Activation, Schedule

FROM_THE_START = 3
"""One of so many decoys begins with the mystery, as what belongs to an incident's history does, and a mitigation."""

SIZE = 24
TAG = 8


@dataclass(frozen=True)
class FlagSeal:
    """`name` stands in the file, `key` nowhere.

    A true activation begins at `started_s`, or between `earliest_s` and `latest_s`, all in seconds since 1970, and ends
    at `end_s`; one that comes and goes does so by `schedule`.
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
        sealed = {self.alias(key): self._flag(key, flag) for key, flag in document["flags"].items()}
        return {
            "$schema": document["$schema"],
            "metadata": {"seal": self.name},
            "flags": dict(sorted(sealed.items())),
        }

    def alias(self, flag: str) -> str:
        """What the file calls `flag`."""
        return self._digest(f"flag\0{flag}").hex()[:24]

    def text(self, flag: str, variant: str, slot: int) -> str:
        """The variant, sealed; another `slot` gives another text."""
        plain = (str(slot) + variant).encode().ljust(SIZE, b"\0")
        tag = hmac.digest(self.key, flag.encode() + b"\0" + plain, "sha256")[:TAG]
        body = bytes(a ^ b for a, b in zip(plain, hmac.digest(self.key, tag, "sha256"), strict=False))
        return (tag + body).hex()

    def _flag(self, key: str, flag: flagfile.Document) -> flagfile.Document:
        chosen = flagfile.activation(flag) or self._decoy(key)
        return {
            "state": "ENABLED",
            "variants": {"a": self.text(key, chosen.variant, 1), "b": self.text(key, OFF, 2)},
            "defaultVariant": "b",
            "targeting": {"if": [chosen.condition(), "a", "b"]},
        }

    def _decoy(self, key: str) -> Activation:
        """Always the same for a flag: two versions of the file show nothing either."""
        number = int.from_bytes(self._digest(f"decoy\0{key}")[:6])
        later_s = self.earliest_s + number // FROM_THE_START % (self.latest_s - self.earliest_s + 1)
        start_s = later_s if number % FROM_THE_START else self.started_s
        return Activation(OFF, self.end_s, start_s, self.schedule)

    def _digest(self, text: str) -> bytes:
        return hmac.digest(self.key, text.encode(), "sha256")
