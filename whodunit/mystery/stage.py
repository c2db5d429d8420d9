"""Stages a mystery in the shop: sealed flags that switch themselves at the onset, and the load."""

import hmac
from collections.abc import Callable
from contextlib import ExitStack
from math import ceil
from typing import Protocol

from whodunit.faults.flagfile import OFF, Schedule
from whodunit.faults.sealing import FlagSeal
from whodunit.incident.breakage import Fault
from whodunit.incident.loader import Case
from whodunit.lab.controls import Json, Load
from whodunit.mystery.choice import HEALTHY_S
from whodunit.mystery.decoys import rates
from whodunit.mystery.mitigations import Offer
from whodunit.mystery.plan import Plan
from whodunit.runner.switches import load_spec, ramp

DEED_S = 10.0
"""Services read the flag file twice a second: each sees a switch that is on for so long."""


class Board(Protocol):
    """The one writer of the flag file."""

    def seal(self, seal: FlagSeal) -> None:
        """Seals the flag file."""
        ...

    def unseal(self) -> None:
        """Writes it in the open again."""
        ...

    def set(
        self, flag: str, variant: str, seconds: float, schedule: Schedule | None = None, *, start_s: int = 0
    ) -> None:
        """Put a variant in force."""
        ...

    def clear(self, flag: str | None = None) -> None:
        """End one activation, or all."""
        ...


class Stage:
    """The board is not for several threads: its changes stand in methods of their own, apart from the load's."""

    def __init__(self, board: Board, load: Load, clock: Callable[[], float]) -> None:
        self._board = board
        self._load = load
        self._clock = clock

    def set_up(self, case: Case, plan: Plan, key: bytes, schedule: Schedule | None) -> None:
        """Seal, and write down what will break when; `schedule` is that of the complaint, whatever is behind it."""
        self._board.clear()
        self._board.seal(_seal(plan, key, schedule))
        for fault, start_s in _switched(case, plan):
            self._put(fault, plan, start_s)

    def apply(self, offer: Offer, plan: Plan) -> None:
        """Put a mitigation in force until the end; a restart happens once, and can then be ordered again."""
        lasts_s = self._left_s(plan) if offer.lasts else min(self._left_s(plan), DEED_S)
        for flag, variant in offer.switches:
            if variant == OFF:
                self._board.clear(flag)
            elif lasts_s >= 1:
                self._board.set(flag, variant, lasts_s, start_s=int(plan.staged_s))

    def withdraw(self, offer: Offer, case: Case, plan: Plan) -> None:
        """Ends a mitigation, as if it had never been applied."""
        for flag, variant in offer.switches:
            if variant != OFF:
                self._board.clear(flag)
        for fault, start_s in _switched(case, plan):
            if fault.flag in offer.flags:
                self._put(fault, plan, start_s)

    def take_down(self) -> None:
        """Switches everything off, and unseals."""
        with ExitStack() as ends:
            ends.callback(self._board.unseal)
            self._board.clear()

    def open_doors(self, case: Case, plan: Plan) -> None:
        """Starts the load until the end, with its rush at the onset; blocks. Raises LabError."""
        spec: Json = load_spec(case.scenario, rush_at_s=plan.onset_s - self._clock())
        if plan.decoy and plan.decoy.journeys:
            spec["campaign"] = ramp(rates(plan.decoy, spec["rates"]), plan.decoy_s - self._clock())
        self._load.start(spec | {"sealed": True, "seconds": max(1, ceil(self._left_s(plan)))})

    def close_doors(self, plan: Plan) -> None:
        """Restores the load from before; blocks. Raises LabError."""
        if plan.load_before:
            self._load.start(plan.load_before)
        else:
            self._load.stop()

    def _put(self, fault: Fault, plan: Plan, start_s: int) -> None:
        if self._left_s(plan) >= 1:
            self._board.set(fault.flag, fault.variant, self._left_s(plan), fault.switched, start_s=start_s)

    def _left_s(self, plan: Plan) -> float:
        return plan.end_s - self._clock()


def _switched(case: Case, plan: Plan) -> list[tuple[Fault, int]]:
    """The faults and the decoy, each with the time from which it is in force: the staging, the onset, or its own."""
    before = [(each, int(plan.staged_s)) for each in case.scenario.before]
    decoy = [(plan.decoy.switch.fault, plan.decoy_s)] if plan.decoy and plan.decoy.switch else []
    return [*before, *((fault, plan.onset_s) for fault in case.scenario.flags), *decoy]


def _seal(plan: Plan, key: bytes, schedule: Schedule | None) -> FlagSeal:
    return FlagSeal(
        name=plan.id,
        key=flag_key(key),
        started_s=int(plan.staged_s),
        earliest_s=int(plan.started_s + HEALTHY_S),
        latest_s=plan.latest_onset_s,
        end_s=plan.end_s,
        schedule=schedule,
    )


def flag_key(key: bytes) -> bytes:
    """The flag file's key, from the run's: services are told this one alone."""
    return hmac.digest(key, b"flags", "sha256")
