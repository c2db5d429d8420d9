"""The lab's record of the mystery that runs: the plan, and everything since."""

import secrets
from typing import Any

from whodunit.mystery.answer import Answer
from whodunit.mystery.choice import FIRST_PART, HEALTHY_S, Choice
from whodunit.mystery.decoys import Decoy
from whodunit.mystery.facts import Facts
from whodunit.mystery.mitigations import named
from whodunit.mystery.notebook import Pin
from whodunit.mystery.schemas import HandInKey, Wanted
from whodunit.mystery.vault import leader_key
from whodunit.strict_yaml.quantities import Strict

STAGING_S = 10.0
"""Until every service has read the sealed flag file, and sent the last metrics from before: they look twice a second,
ask for the key at once, and export every five seconds.
"""


class Plan(Strict):
    """Fixed when it is staged; moments are seconds since 1970. `leader_key` seals the hand-in.

    Telemetry and the player's time begin at `started_s`.
    """

    id: str
    case: str
    seed: int
    started_s: float
    onset_s: int
    latest_onset_s: int
    end_s: int
    leader_key: str
    load_before: dict[str, Any] | None
    decoy: Decoy | None = None
    closes: bool = False
    """Nothing is taken after its end: it was started until a time of day."""

    @property
    def decoy_s(self) -> int:
        """The moment of the decoy: like a true one, it comes neither too early nor too late."""
        if self.decoy is None or self.decoy.after_s is None:
            return int(self.staged_s)
        earliest_s = int(self.started_s + HEALTHY_S)
        return min(max(self.onset_s + self.decoy.after_s, earliest_s), self.latest_onset_s)

    @property
    def staged_s(self) -> float:
        """Since when the flag file is sealed, and what was there before is in force."""
        return self.started_s - STAGING_S


class Mitigation(Strict):
    """Something the player has put in force; `healed_s` is when the symptoms were seen to be gone.

    `hides` is true if the cause was still there then.
    """

    action: str
    service: str
    applied_s: float
    healed_s: float | None = None
    hides: bool = False

    @property
    def name(self) -> str:
        """As a player writes it."""
        return named(self.action, self.service)


class Diary(Strict):
    """The plan and everything since."""

    plan: Plan
    hints: int = 0
    mitigations: tuple[Mitigation, ...] = ()
    pins: tuple[Pin, ...] = ()
    answer: Answer | None = None
    facts: Facts | None = None


def planned(
    wanted: Wanted,
    seed: int,
    choice: Choice,
    decoy: Decoy | None,
    load_before: dict[str, Any] | None,
    now_s: float,
) -> Plan:
    """The plan of a mystery that is staged now, under a name of its own."""
    sealing = wanted.hand_in or hand_in_key(wanted.leader)
    length_s, started_s = wanted.minutes * 60, now_s + STAGING_S
    return Plan(
        id=sealing.mystery,
        case=choice.case.name,
        seed=seed,
        started_s=started_s,
        onset_s=int(started_s + choice.onset_after_s),
        latest_onset_s=int(started_s + HEALTHY_S + FIRST_PART * length_s),
        end_s=int(started_s + length_s),
        leader_key=sealing.key,
        load_before=load_before,
        decoy=decoy,
        closes=wanted.until_s is not None,
    )


def hand_in_key(passphrase: str, mystery: str = "") -> HandInKey:
    """The name of a mystery, a new one's if none is given, and the key that `passphrase` opens its hand-in with."""
    name = mystery or secrets.token_hex(4)
    return HandInKey(mystery=name, key=leader_key(passphrase, name).hex())


def noted(text: str | None) -> Diary | None:
    """The diary in a text; None if it is not one, or another release's."""
    try:
        return Diary.model_validate_json(text) if text else None
    except ValueError:
        return None
