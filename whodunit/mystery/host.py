"""Hosts the mystery of this lab: sealed in the flag file and in its envelope, and played over the lab's API."""

import asyncio
import logging
import secrets
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from whodunit.errors import LabError, WrongUseError
from whodunit.incident.applicable import applicable
from whodunit.incident.loader import Case
from whodunit.lab.controls import Json
from whodunit.load.load_before import wanted_again
from whodunit.mystery import vocabulary
from whodunit.mystery.absence import TOO_LONG_S
from whodunit.mystery.answer import Answer
from whodunit.mystery.cases import named, schedule_of, truth_of
from whodunit.mystery.choice import choose
from whodunit.mystery.decoys import decoy_of
from whodunit.mystery.game import Game
from whodunit.mystery.gate import NONE_RUNS, Sealed
from whodunit.mystery.gathering import gather
from whodunit.mystery.grading import grade
from whodunit.mystery.handin import HandIn, hand_in
from whodunit.mystery.healing import Healing
from whodunit.mystery.mitigations import offer
from whodunit.mystery.notebook import Noted, pinned, remarked, removed
from whodunit.mystery.plan import STAGING_S, Diary, Mitigation, Plan, noted, planned
from whodunit.mystery.revelation import revelation, shown_by
from whodunit.mystery.schemas import Wanted
from whodunit.mystery.stage import Stage, flag_key
from whodunit.mystery.surroundings import Surroundings
from whodunit.mystery.trail import Trail, played
from whodunit.telemetry.port import TelemetryError

logger = logging.getLogger(__name__)

LOST = "The lab was restarted, and cannot go on with it"


class MysteryHost:
    """One mystery at a time. All changes are made in the event loop; what takes time, in threads."""

    def __init__(self, stage: Stage, around: Surroundings) -> None:
        self._stage = stage
        self._around = around
        self._game: Game | None = None
        self._told: Json | None = None
        self._handed_in: HandIn | None = None
        self._ended = ""  # why the one before was, if nobody revealed it
        self._turn = asyncio.Lock()  # to begin, to end, and to let customers in

    @property
    def is_sealed(self) -> bool:
        """True if a mystery runs that has not been revealed."""
        return self._game is not None

    async def start(self, wanted: Wanted) -> Json:
        """Chooses and seals an incident and starts the load; returns what `status` tells. Raises LabError."""
        async with self._turn:
            if self._game:
                raise Sealed("one at a time")
            wanted = wanted.lasting(self._around.clock() + STAGING_S)
            seed = secrets.randbelow(2**31) if wanted.seed is None else wanted.seed
            choice = await asyncio.to_thread(lambda: choose(self._around.cases(), seed, wanted.level, wanted.minutes))
            before = await asyncio.to_thread(self._around.load.state)
            decoy = await asyncio.to_thread(decoy_of, self._around.cases(), choice.case.slug, seed)
            plan = planned(wanted, seed, choice, decoy, wanted_again(before), self._around.clock())
            try:
                game = self._begin(choice.case, plan)
                game.keeps_past = wanted.keep
                await self._let_in(game)
            except LabError:
                await self._end(plan)
                raise
            self._told, self._ended, self._handed_in = None, "", None
        return self.status()

    @property
    def handed_in(self) -> HandIn | None:
        """The last answer, with all that was done since; kept after the end, until another mystery starts."""
        return self._handed_in

    def status(self) -> Json:
        """The state for a player."""
        if self._game is None:
            ended = {"ended": self._ended} if self._ended else {}
            return NONE_RUNS | ended | ({"revealed": self._told["mystery"]} if self._told else {})
        return self._game.told(self._around.clock())

    def hint(self) -> Json:
        """The next hint, the cheapest first; raises WrongUseError after the last."""
        game = self._open
        hint, cost = game.next_hint, game.next_hint_costs
        self._note(game, hints=game.diary.hints + 1)
        return {"hint": hint, "cost": cost, "left": len(game.case.scenario.hints) - game.diary.hints}

    def mitigate(self, action: str, service: str) -> None:
        """Put a mitigation in force in place of the one before; raises WrongUseError for one that does not exist."""
        game, wanted = self._open, offer(action, service)
        plan, tried = game.diary.plan, game.diary.mitigations
        if tried:
            self._stage.withdraw(offer(tried[-1].action, tried[-1].service), game.case, plan)
        self._stage.apply(wanted, plan)
        now = Mitigation(action=wanted.action.value, service=wanted.service, applied_s=self._around.clock())
        self._note(game, mitigations=(*tried, now))

    def pin(self, noted: Noted) -> None:
        """Keep evidence in the notebook; raises WrongUseError when it is none, or the notebook is full."""
        game = self._running
        self._note(game, pins=pinned(game.diary.pins, noted, self._around.clock()))

    def remark(self, pin: str, comment: str) -> None:
        """Replace the remark on a pin; raises WrongUseError when it is not there."""
        game = self._running
        self._note(game, pins=remarked(game.diary.pins, pin, comment))

    def unpin(self, pin: str) -> None:
        """Remove a pin; raises WrongUseError when it is not there."""
        game = self._running
        self._note(game, pins=removed(game.diary.pins, pin))

    async def answer(self, answer: Answer) -> HandIn:
        """Look the cited evidence up and seal it all; a later answer replaces it. Raises LabError."""
        game = self._open
        answer = await asyncio.to_thread(vocabulary.meant, answer)
        run = self._played(game)
        try:
            facts = await asyncio.to_thread(gather, run, game.case, answer.evidence)
        except TelemetryError as error:
            raise LabError(f"The evidence cannot be looked up: {error}", "Try again in a moment.") from error
        self._note(game, answer=answer, facts=facts)
        return hand_in(game.diary)

    def answered(self) -> HandIn:
        """The hand-in of the last answer; raises WrongUseError before there is one."""
        game = self._running
        if game.diary.answer is None:
            raise WrongUseError("Nothing was answered yet.", "Answer: whodunit mystery answer")
        return hand_in(game.diary)

    def revealed(self) -> Json:
        """The truth of the mystery that was revealed last; ends none. Raises WrongUseError where there is none."""
        if self._told is None:
            raise WrongUseError(
                "No mystery was revealed since this lab began.", "To end the one that runs: whodunit mystery reveal"
            )
        return self._told

    async def reveal(self) -> Json:
        """The truth, the verdict, the proof; ends the mystery. A second call returns the same."""
        async with self._turn:
            if self._game is None and self._told:
                return self._told
            game = self._running
            self._told = await asyncio.to_thread(self._tell, game)
            await self._end(game.diary.plan)
            return self._told

    def key(self, seal: str, service: str) -> str:
        """The key of the flag file of that name, for a service; raises WrongUseError for another."""
        if self._game is None or self._game.diary.plan.id != seal:
            raise WrongUseError("No flag file is sealed under that name.", "Read the file again.")
        self._game.readers.add(service)
        return flag_key(self._game.key).hex()

    def resume(self) -> None:
        """Resumes the mystery that an earlier lab has left; one that cannot be resumed is deleted."""
        vault = self._around.vault
        key = vault.key
        diary = noted(vault.take(key)) if key else None
        case = self._case(diary.plan.case) if diary else None
        if key is None or diary is None or case is None:
            self._ended = _costs_nothing(LOST) if vault.is_used else ""
            vault.empty()
            return
        self._set_up(case, key, diary).has_begun = True
        for tried in diary.mitigations[-1:]:
            if (again := offer(tried.action, tried.service)).lasts:
                self._stage.apply(again, diary.plan)

    async def tick(self) -> None:
        """Starts the load in time, evaluates the mitigation, and ends a mystery that cannot be played."""
        game = self._game
        if game is None or game.is_over(self._around.clock()):
            return
        missing = set(await self._around.missing()) - game.taken_away
        if away := game.absences.note(missing, self._around.clock()):
            await self._call_off(game, f"{away} was not ready for {TOO_LONG_S:g} s")
            return
        if game.is_unstaged(self._around.clock()):
            await self._call_off(game, f"{game.unread[0]} has not read the sealed flag file")
            return
        if game.may_begin(self._around.clock()):
            if not game.keeps_past:
                await asyncio.to_thread(self._around.forget)
            game.has_begun = True
        if not game.doors_open and await self._around.ready():
            async with self._turn:
                if game is self._game:
                    await self._let_in(game)
        await self._judge(game)

    async def _call_off(self, game: Game, reason: str) -> None:
        async with self._turn:
            if game is self._game:
                self._ended = _costs_nothing(reason)
                logger.warning(self._ended)
                await self._end(game.diary.plan)

    async def _judge(self, game: Game) -> None:
        tried = game.diary.mitigations
        if not tried or tried[-1].healed_s is not None:
            return
        now_s = self._around.clock()
        is_well = await asyncio.to_thread(game.healing.evaluate, tried[-1], datetime.fromtimestamp(now_s, UTC))
        if is_well and game is self._game and game.diary.mitigations == tried:
            healed = {"healed_s": now_s, "hides": game.healing.hides(tried[-1])}
            self._note(game, mitigations=(*tried[:-1], tried[-1].model_copy(update=healed)))

    def _begin(self, case: Case, plan: Plan) -> Game:
        game = self._set_up(case, self._around.vault.make_key(), Diary(plan=plan))
        self._note(game)
        return game

    def _case(self, name: str) -> Case | None:
        with suppress(WrongUseError):
            return named(self._around.cases(), name)
        return None

    def _set_up(self, case: Case, key: bytes, diary: Diary) -> Game:
        truth = truth_of(case)
        case = replace(case, scenario=applicable(case.scenario, self._around.mode).scenario)
        self._stage.set_up(case, diary.plan, key, schedule_of(self._around.cases(), case.slug))
        healing = Healing(self._around.telemetry(), case.scenario, diary.plan.onset_s)
        self._game = Game(case, truth, key, diary, healing)
        self._keep_hand_in(self._game)
        return self._game

    async def _let_in(self, game: Game) -> None:
        await asyncio.to_thread(lambda: self._stage.open_doors(game.case, game.diary.plan))
        game.doors_open = True

    async def _end(self, plan: Plan) -> None:
        """Ends all faults even if the load fails, so that the verdict reaches its player."""
        self._stage.take_down()
        self._around.vault.empty()
        self._game = None
        try:
            await asyncio.to_thread(self._stage.close_doors, plan)
        except LabError as error:
            logger.warning("The load is not as it was before the mystery: %s", error)

    def _tell(self, game: Game) -> Json:
        run = self._played(game)
        verdict = grade(game.truth, game.diary)
        return revelation(game.case, game.truth, game.diary, verdict, shown_by(run, game.case))

    def _played(self, game: Game) -> Trail:
        breaks = game.case.scenario.breaks
        return played(self._around.telemetry(), game.diary, self._around.clock(), breaks=breaks)

    def _note(self, game: Game, **changes: Any) -> None:
        game.diary = game.diary.model_copy(update=changes)
        self._around.vault.put(game.key, game.diary.model_dump_json())
        if changes.keys() - {"pins"}:
            self._keep_hand_in(game)

    def _keep_hand_in(self, game: Game) -> None:
        if game.diary.answer:
            self._handed_in = hand_in(game.diary)

    @property
    def _running(self) -> Game:
        if self._game is None:
            raise WrongUseError(self._ended or "No mystery runs.", "Begin one: whodunit mystery start")
        return self._game

    @property
    def _open(self) -> Game:
        """The game, while it takes anything; raises WrongUseError when its time box is over."""
        game = self._running
        if game.is_closed(self._around.clock()):
            ended = datetime.fromtimestamp(game.diary.plan.end_s).astimezone()
            told = "Your last answer counts" if game.diary.answer else "Nothing was answered"
            raise WrongUseError(
                f"The time was up at {ended:%H:%M:%S}: no more answers, hints or mitigations. {told}.",
                "The truth: whodunit mystery reveal",
            )
        return game


def _costs_nothing(reason: str) -> str:
    return f"{reason}: this mystery was ended, and costs no points."
