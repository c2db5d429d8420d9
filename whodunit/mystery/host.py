"""The mystery that runs in this lab: sealed in the flag file and in its envelope, and played over the lab's API."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from whodunit.errors import LabError, WrongUseError
from whodunit.launcher.controls import Json, Load
from whodunit.mystery.answer import Answer
from whodunit.mystery.choice import FIRST_PART, HEALTHY_S, Choice, choose
from whodunit.mystery.facts import gather
from whodunit.mystery.gate import Sealed
from whodunit.mystery.grading import grade, hint_cost
from whodunit.mystery.handin import HandIn, hand_in
from whodunit.mystery.healing import Healing
from whodunit.mystery.mitigations import offer
from whodunit.mystery.plan import Diary, Mitigation, Plan
from whodunit.mystery.revelation import proof, revelation, trouble
from whodunit.mystery.stage import Stage, flag_key
from whodunit.mystery.vault import Vault, leader_key
from whodunit.mystery.wire import Wanted
from whodunit.scenario.applicable import applicable
from whodunit.scenario.load_before import wanted_again
from whodunit.scenario.loader import Case, load_truth
from whodunit.scenario.truth import Truth
from whodunit.telemetry.port import Telemetry, TelemetryError


@dataclass(frozen=True)
class Surroundings:
    """What the host works with. `telemetry` and `cases` take time, and are asked for only when a mystery runs."""

    mode: str
    load: Load
    vault: Vault
    telemetry: Callable[[], Telemetry]
    ready: Callable[[], Awaitable[bool]]
    cases: Callable[[], list[Case]]
    clock: Callable[[], float] = time.time


@dataclass
class Game:
    """The mystery that runs."""

    case: Case
    truth: Truth
    key: bytes
    diary: Diary
    healing: Healing
    doors_open: bool = False
    rushed: bool = False


class MysteryHost:
    """One mystery at a time. All changes are made in the event loop; what takes time, in threads."""

    def __init__(self, stage: Stage, around: Surroundings) -> None:
        self._stage = stage
        self._around = around
        self._game: Game | None = None

    @property
    def is_sealed(self) -> bool:
        """See `gate.Sealable`."""
        return self._game is not None

    async def start(self, wanted: Wanted) -> Json:
        """Choose, seal, let customers in; returns what `status` tells. Raises LabError."""
        if self._game:
            raise Sealed("one at a time")
        seed = secrets.randbelow(2**31) if wanted.seed is None else wanted.seed
        choice = await asyncio.to_thread(lambda: choose(self._around.cases(), seed, wanted.level, wanted.minutes))
        before = await asyncio.to_thread(self._around.load.state)
        plan = self._plan(wanted, seed, choice, wanted_again(before))
        self._begin(choice.case, plan)
        try:
            await self._let_in(self._running)
        except LabError:
            await self._end()
            raise
        return self.status()

    def status(self) -> Json:
        """What a player may know."""
        if self._game is None:
            return {"running": False}
        diary, now_s = self._game.diary, self._around.clock()
        plan = diary.plan
        return {
            "running": True,
            "mystery": plan.id,
            "title": self._game.case.scenario.title,
            "complaint": self._game.case.scenario.story,
            "started_s": plan.started_s,
            "seconds_left": max(0.0, round(plan.end_s - now_s, 1)),
            "hints_used": diary.hints,
            "hints_left": len(self._game.case.scenario.hints) - diary.hints,
            "next_hint_costs": hint_cost(diary.hints + 1) - hint_cost(diary.hints),
            "mitigations": [each.flag for each in diary.mitigations],
            "answered": diary.answer is not None,
        }

    def hint(self) -> Json:
        """The next hint, the cheapest first; raises WrongUseError after the last."""
        game = self._running
        number, hints = game.diary.hints, game.case.scenario.hints
        if number >= len(hints):
            raise WrongUseError("There are no more hints.", "Answer: whodunit mystery answer")
        self._note(hints=number + 1)
        cost = hint_cost(number + 1) - hint_cost(number)
        return {"hint": hints[number], "cost": cost, "left": len(hints) - number - 1}

    def mitigate(self, flag: str) -> None:
        """Put a mitigation in force in place of the one before; raises WrongUseError for one that does not exist."""
        game, wanted = self._running, offer(flag)
        plan, tried = game.diary.plan, game.diary.mitigations
        if tried:
            self._stage.withdraw(offer(tried[-1].flag), game.case, plan)
        self._stage.apply(wanted, plan)
        self._note(mitigations=(*tried, Mitigation(flag=flag, applied_s=self._around.clock())))

    async def answer(self, answer: Answer) -> HandIn:
        """Look the cited evidence up and seal it all; a later answer replaces it. Raises LabError."""
        game = self._running
        window = trouble(game.diary, self._around.clock())
        component = game.truth.component or ""
        try:
            facts = await asyncio.to_thread(
                lambda: gather(self._around.telemetry(), game.case.scenario, component, answer, window)
            )
        except TelemetryError as error:
            raise LabError(f"The evidence cannot be looked up: {error}", "Try again in a moment.") from error
        self._note(answer=answer, facts=facts)
        return hand_in(game.diary)

    async def reveal(self) -> Json:
        """The truth, the verdict, the proof; ends the mystery."""
        game = self._running
        told = await asyncio.to_thread(self._tell, game)
        await self._end()
        return told

    def key(self, seal: str) -> str:
        """For the services: what opens the flag file of that name; raises WrongUseError for another."""
        if self._game is None or self._game.diary.plan.id != seal:
            raise WrongUseError("No flag file is sealed under that name.", "Read the file again.")
        return flag_key(self._game.key).hex()

    def resume(self) -> None:
        """Take up the mystery that a lab before this one has left."""
        vault = self._around.vault
        key = vault.key
        text = vault.take(key) if key else None
        if key is None or text is None:
            return
        diary = Diary.model_validate_json(text)
        case = next((case for case in self._around.cases() if case.name == diary.plan.case), None)
        if case is None:
            vault.empty()
            return
        self._set_up(case, key, diary)
        for tried in diary.mitigations[-1:]:
            self._stage.apply(offer(tried.flag), diary.plan)

    async def tick(self) -> None:
        """Customers come, and come in a rush when it is time; a mitigation is judged."""
        game = self._game
        if game is None or self._around.clock() >= game.diary.plan.end_s:
            return
        if not game.doors_open and await self._around.ready():
            await self._let_in(game)
        is_rush = game.case.scenario.load.rush is not None and self._around.clock() >= game.diary.plan.onset_s
        if game.doors_open and is_rush and not game.rushed:
            await self._let_in(game)
        await self._judge(game)

    async def _judge(self, game: Game) -> None:
        tried = game.diary.mitigations
        if not tried or tried[-1].healed_s is not None:
            return
        now_s = self._around.clock()
        is_well = await asyncio.to_thread(game.healing.look, tried[-1], datetime.fromtimestamp(now_s, UTC))
        if is_well and game.diary.mitigations == tried:
            self._note(mitigations=(*tried[:-1], tried[-1].model_copy(update={"healed_s": now_s})))

    def _plan(self, wanted: Wanted, seed: int, choice: Choice, before: Json | None) -> Plan:
        started_s, name = self._around.clock(), secrets.token_hex(4)
        length_s = wanted.minutes * 60
        return Plan(
            id=name,
            case=choice.case.name,
            seed=seed,
            started_s=started_s,
            onset_s=int(started_s + choice.onset_after_s),
            latest_onset_s=int(started_s + HEALTHY_S + FIRST_PART * length_s),
            end_s=int(started_s + length_s),
            leader_key=leader_key(wanted.leader, name).hex(),
            load_before=before,
        )

    def _begin(self, case: Case, plan: Plan) -> None:
        self._set_up(case, self._around.vault.make_key(), Diary(plan=plan))
        self._note()

    def _set_up(self, case: Case, key: bytes, diary: Diary) -> None:
        truth = load_truth(case)
        case = replace(case, scenario=applicable(case.scenario, self._around.mode).scenario)
        self._stage.set_up(case, diary.plan, key)
        healing = Healing(self._around.telemetry(), case.scenario, diary.plan.onset_s)
        self._game = Game(case, truth, key, diary, healing)

    async def _let_in(self, game: Game) -> None:
        rush = self._around.clock() >= game.diary.plan.onset_s
        await asyncio.to_thread(lambda: self._stage.open_doors(game.case, game.diary.plan, rush=rush))
        game.doors_open, game.rushed = True, rush

    async def _end(self) -> None:
        plan = self._running.diary.plan
        self._stage.take_down()
        self._around.vault.empty()
        self._game = None
        await asyncio.to_thread(self._stage.close_doors, plan)

    def _tell(self, game: Game) -> Json:
        window = trouble(game.diary, self._around.clock())
        verdict = grade(game.truth, game.diary)
        shown = proof(self._around.telemetry(), game.case, window)
        return revelation(game.case, game.truth, game.diary, verdict, shown)

    def _note(self, **changes: Any) -> None:
        game = self._running
        game.diary = game.diary.model_copy(update=changes)
        self._around.vault.put(game.key, game.diary.model_dump_json())

    @property
    def _running(self) -> Game:
        if self._game is None:
            raise WrongUseError("No mystery runs.", "Begin one: whodunit mystery start")
        return self._game
