"""The switchboard: the one writer of the flag file that the services read."""

import math
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from whodunit.faults import flagfile
from whodunit.faults.effects import Effects
from whodunit.faults.errors import LONGEST_S, ActivationLengthError, UnknownFlagError, UnknownVariantError
from whodunit.faults.flagfile import OFF, Activation, Schedule
from whodunit.faults.ledger import Ledger, iso
from whodunit.home import Home, unwritable

if TYPE_CHECKING:
    from whodunit.faults.sealing import FlagSeal

DEFAULT_S = 600.0
LAST_GOOD = "the services keep using the last one that they could read"
WRITE_ANEW = "To write it anew, with everything off: whodunit fault clear"


class FaultBoard:
    """Switches flags. What is in force is kept in the flag file alone, so that it outlives the lab.

    Not for several threads or processes at once: the lab owns it.
    """

    def __init__(self, home: Home, clock: Callable[[], float] = time.time) -> None:
        """Take over the activations that the flag file in `home` holds, or begin with everything off.

        Raises LabError, as every change does, when the disk refuses.
        """
        self._home = home
        self._clock = clock
        self._ledger = Ledger(home.ledger_file)
        self._effects = Effects()
        self._effects.replay(self._ledger.lines())
        self._seal: FlagSeal | None = None
        self._document = _adopt(flagfile.read(home.flags_file))
        self._write(self._document)
        self.expire()

    @property
    def flags(self) -> list[str]:
        """Every flag there is."""
        return list(self._document["flags"])

    def seal(self, seal: "FlagSeal") -> None:
        """Let neither the flag file nor the ledger tell what is in force, until `unseal`."""
        self._seal = seal
        self._ledger.withhold()
        self._write(self._document)

    def unseal(self) -> None:
        """Write everything in the open again."""
        self._seal = None
        self._ledger.publish()
        self._write(self._document)

    def set(
        self,
        flag: str,
        variant: str,
        seconds: float = DEFAULT_S,
        schedule: Schedule | None = None,
        *,
        start_s: int = 0,
    ) -> None:
        """Put a variant in force for so long, in place of what was; `off` is the same as clearing the flag.

        The variant that is in force already goes on, and so does the count of what it affects. With `start_s` (seconds
        since 1970) it begins then; it ends `seconds` from now all the same. With a `schedule` it comes and goes.

        Raises UnknownFlagError, UnknownVariantError or ActivationLengthError.
        """
        valid = self._flag(flag)["variants"]
        if variant not in valid:
            raise UnknownVariantError(flag, variant, valid)
        if not 1 <= seconds <= LONGEST_S:
            raise ActivationLengthError(seconds)
        self.expire()
        if variant == OFF:
            self.clear(flag)
        else:
            now_s = self._clock()
            begins_s = start_s or (int(now_s) if schedule else 0)
            self._activate(flag, Activation(variant, math.ceil(now_s + seconds), begins_s, schedule))

    def clear(self, flag: str | None = None) -> None:
        """End one activation, or all; one that is not there is no error. Raises UnknownFlagError."""
        self.expire()
        if flag is None:
            self._write(self._document)  # in place of manual changes
        for key in self.flags if flag is None else [flag]:
            if active := flagfile.activation(self._flag(key)):
                self._replace(key, None)
                self._ledger.append(self._clock(), "clear", key, variant=active.variant)

    def expire(self) -> None:
        """Record the activations that have ended by themselves; call it every second or so."""
        for key in self.flags:
            active = flagfile.activation(self._flag(key))
            if active and active.is_over(self._clock()):
                self._replace(key, None)
                self._ledger.append(active.end_s, "expire", key, variant=active.variant)

    def trouble(self) -> str | None:
        """The problem with the flag file; None while it is as the lab wrote it."""
        try:
            found = self._home.flags_file.read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            return f"The flag file cannot be read ({error.strerror}): {LAST_GOOD}. {WRITE_ANEW}"
        if found == self._written:
            return None
        if flagfile.read(self._home.flags_file) is None:
            return f"The flag file was changed by hand and is no longer valid: {LAST_GOOD}. {WRITE_ANEW}"
        return f"The flag file was changed by hand: services follow it, and this list does not show it. {WRITE_ANEW}"

    def report(self, service: str, flag: str, variant: str, affected: int) -> None:
        """Records a service's report that a variant affected so many more requests. Raises UnknownFlagError."""
        self._flag(flag)
        self._effects.add(service, flag, variant, affected)
        self._ledger.append(self._clock(), "effect", flag, variant=variant, service=service, affected=affected)

    def reports(self) -> list[dict[str, str | int]]:
        """The services' reports since each flag was last switched on."""
        return self._effects.all()

    def state(self) -> list[dict[str, Any]]:
        """The catalogue with what is in force: `variant`, `until` (ISO 8601 or null), `seconds_left`, `affected`,
        and `schedule` (`every_s`, `lasts_s`) where it comes and goes.
        """
        self.expire()
        return [self._state_of(key) for key in self.flags]

    def _state_of(self, key: str) -> dict[str, Any]:
        flag = self._flag(key)
        active = flagfile.activation(flag)
        metadata = flag["metadata"]
        return {
            "key": key,
            **metadata,
            "answers": metadata.get("answers", "").split(),
            "variants": list(flag["variants"]),
            "variant": active.variant if active else OFF,
            "until": iso(active.end_s) if active else None,
            "seconds_left": round(active.end_s - self._clock(), 1) if active else None,
            "schedule": asdict(active.schedule) if active and active.schedule else None,
            "affected": self._effects.of(key),
        }

    def _flag(self, key: str) -> flagfile.Document:
        try:
            flag: flagfile.Document = self._document["flags"][key]
        except KeyError:
            raise UnknownFlagError(key, self.flags) from None
        return flag

    def _activate(self, key: str, wanted: Activation) -> None:
        active = flagfile.activation(self._flag(key))
        event = "extend" if active and active.variant == wanted.variant else "set"
        if event == "set":
            self._effects.reset(key)
        self._replace(key, wanted)
        self._ledger.append(self._clock(), event, key, variant=wanted.variant, until=iso(wanted.end_s))

    def _replace(self, key: str, wanted: Activation | None) -> None:
        flags = self._document["flags"] | {key: flagfile.activate(self._flag(key), wanted)}
        self._write({**self._document, "flags": flags})

    def _write(self, document: flagfile.Document) -> None:
        told = self._seal.document(document) if self._seal else document
        try:
            flagfile.write(self._home.flags_file, told)
        except OSError as error:
            raise unwritable(self._home, error) from error
        self._document, self._written = document, flagfile.render(told)


def _adopt(found: flagfile.Document | None) -> flagfile.Document:
    """This release's flags, with the activations of the file that was there."""
    document = flagfile.packaged()
    for key, flag in (found or {"flags": {}})["flags"].items():
        active = flagfile.activation(flag)
        if active and active.variant in document["flags"].get(key, {}).get("variants", {}):
            document["flags"][key] = flagfile.activate(document["flags"][key], active)
    return document
