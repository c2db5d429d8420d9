"""The one file that a player hands in: the answer to read, and everything that grading needs, sealed."""

import json
from typing import Any

from pydantic import Field

from whodunit.errors import WrongUseError
from whodunit.mystery import vault
from whodunit.mystery.plan import Diary
from whodunit.strict_yaml.quantities import Strict

FORMAT = "whodunit hand-in 1"
LARGEST_BYTES = 100_000


class HandIn(Strict):
    """`sealed` holds the answer once more: what is readable may be edited, what counts may not."""

    format: str
    mystery: str = Field(pattern="^[0-9a-f]{8}$")
    player: str
    answer: dict[str, Any]
    hints: int
    mitigations: list[str]
    sealed: str


def hand_in(diary: Diary) -> HandIn:
    """The hand-in of a player, without the notebook: nobody who marks it looks there."""
    plan, answer = diary.plan, diary.answer
    closed = diary.model_copy(update={"plan": plan.model_copy(update={"leader_key": ""}), "pins": ()})
    return HandIn(
        format=FORMAT,
        mystery=plan.id,
        player=answer.player if answer else "",
        answer=answer.model_dump(mode="json") if answer else {},
        hints=diary.hints,
        mitigations=[each.name for each in diary.mitigations],
        sealed=vault.sealed(bytes.fromhex(plan.leader_key), closed.model_dump_json()),
    )


def read(text: str, passphrase: str) -> tuple[HandIn, Diary]:
    """A hand-in and what is sealed in it; raises LabError for another passphrase, WrongUseError for another file."""
    found = peek(text)
    sealed = vault.opened(vault.leader_key(passphrase, found.mystery), found.sealed)
    try:
        return found, Diary.model_validate_json(sealed)
    except ValueError as error:
        raise WrongUseError("Another release of whodunit wrote this hand-in.", "Mark it with that release.") from error


def peek(text: str) -> HandIn:
    """The readable part of a hand-in, which anybody may have changed; raises WrongUseError for another file."""
    try:
        found = HandIn.model_validate_json(text)
    except ValueError:
        found = None
    if found is None or found.format != FORMAT:
        raise WrongUseError("This is no hand-in.", "A hand-in is the file that `whodunit mystery answer` wrote.")
    return found


def as_text(handed_in: HandIn) -> str:
    """The file; raises WrongUseError when it would be too long to be taken."""
    text = json.dumps(handed_in.model_dump(mode="json"), indent=1) + "\n"
    if len(text.encode()) > LARGEST_BYTES:
        raise WrongUseError("The hand-in is too long.", "Shorten the answer's texts.")
    return text
