"""The one file that a learner hands in: what a check has seen, the answers, and the code that was checked."""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from pydantic import Field, ValidationError

from whodunit.errors import LabError, WrongUseError
from whodunit.exercise.catalogue import Exercise
from whodunit.exercise.checking import Tell, Verdict, check
from whodunit.exercise.evidence import Evidence, Visit
from whodunit.exercise.folder import ANSWER, KEPT, student
from whodunit.reading import NotTextError, read_text
from whodunit.strict_yaml.quantities import Strict

FORMAT = "whodunit exercise 1"
BEGINNING = '{\n "format": "whodunit exercise '
"""Of every hand-in: one that lies in the folder is not handed in with the next."""

LARGEST_BYTES = 500_000
NOT_THEIRS = (".", "__pycache__", KEPT)
AGAIN = "A hand-in is the file that `whodunit exercise submit` wrote; have it handed in again."


class Done(Strict):
    """A step as the check saw it; it is done when nothing is missing."""

    step: str
    missing: tuple[str, ...] = Field(strict=False)
    measured: str = ""
    raised: str = ""


class Cited(Strict):
    """A request of the check, the trace that it was given, and how much of that trace has arrived."""

    request: str
    status: int
    trace: str
    spans: int
    log_lines: int


class Content(Strict):
    """Everything that is handed in; `run` names the check, which no two hand-ins share."""

    format: str
    exercise: str
    student: str
    run: str
    at: str
    steps: tuple[Done, ...] = Field(strict=False)
    answer: dict[str, str]
    requests: tuple[Cited, ...] = Field(strict=False)
    files: dict[str, str]

    @property
    def seal(self) -> str:
        """A digest of all of it."""
        return _digest(self.model_dump(mode="json"))

    @property
    def code(self) -> str:
        """A digest of the code, without the answers."""
        return _digest({name: text for name, text in self.files.items() if name != ANSWER})


class HandIn(Content):
    """The file: the content with its digest, which ties the verdicts to the code that they are of."""

    sealed: str


def hand_in(exercise: Exercise, folder: Path, tell: Tell) -> Content:
    """Check all steps, and keep what was checked.

    Raises LabError when the application does not run, or was changed meanwhile; WrongUseError when it is too large.
    """
    files = dict(_files(folder))
    if sum(map(len, files.values())) > LARGEST_BYTES:
        largest = max(files, key=lambda name: len(files[name]))
        raise WrongUseError(f"{folder} holds too much; its largest file is {largest}.", "Move out what is not yours.")
    judged, evidence = check(exercise, folder, exercise.file.steps, tell)
    now = dict(_files(folder))
    if changed := [name for name in files if now.get(name) != files[name]]:
        hint = "Save everything, and hand in again; what the application itself writes belongs into another folder."
        raise LabError(f"{changed[0]} was changed while it was checked.", hint)
    return Content(
        format=FORMAT,
        exercise=exercise.name,
        student=student(folder),
        run=secrets.token_hex(8),
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        steps=as_done(judged),
        answer=dict(evidence.answer),
        requests=tuple(_cited(visit, evidence) for visit in evidence.visits),
        files=files,
    )


def as_done(judged: Sequence[Verdict]) -> tuple[Done, ...]:
    """The verdicts of a check in the form that is handed in."""
    return tuple(
        Done(
            step=each.step.name,
            missing=tuple(finding.missing for finding in each.findings),
            measured=each.measured,
            raised=each.raised,
        )
        for each in judged
    )


def as_text(content: Content) -> str:
    """The file."""
    return json.dumps(content.model_dump(mode="json") | {"sealed": content.seal}, indent=1) + "\n"


def read(text: str) -> Content:
    """A hand-in, whole and as it was written; raises WrongUseError for any other."""
    try:
        said = json.loads(text)
        found = HandIn.model_validate_json(text)
    except ValidationError as error:
        version = said.get("format") if isinstance(said, dict) else None
        if version not in (None, FORMAT):
            raise WrongUseError(f"It is of another version: {version!r}, not {FORMAT!r}.", AGAIN) from error
        field = ".".join(map(str, error.errors()[0]["loc"]))
        raise WrongUseError(f"This is no hand-in: {field or 'it'} is not as it was written.", AGAIN) from error
    except (ValueError, RecursionError) as error:
        raise WrongUseError("This is no hand-in: it is no whole JSON document.", AGAIN) from error
    content = Content.model_validate(found.model_dump(exclude={"sealed"}))
    if found.format != FORMAT:
        raise WrongUseError(f"It is of another version: {found.format!r}, not {FORMAT!r}.", AGAIN)
    if found.sealed != content.seal:
        raise WrongUseError("It was changed after it was written.", AGAIN)
    return content


def unpack(content: Content, folder: Path) -> None:
    """Write the code that was handed in below a folder; raises WrongUseError for a name that leads out of it."""
    for name, text in content.files.items():
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or any(each in name for each in "\\:\0"):
            raise WrongUseError(f"A file in it would be written elsewhere: {name!r}.", AGAIN)
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def _files(folder: Path) -> Iterator[tuple[str, str]]:
    """The text files of a learner by their names; a database that the application left is none."""
    for file in sorted(folder.rglob("*")):
        path = file.relative_to(folder)
        if file.is_file() and not any(part.startswith(NOT_THEIRS) for part in path.parts):
            try:
                text = read_text(file)
                if not text.startswith(BEGINNING):
                    yield path.as_posix(), text
            except NotTextError:
                continue
            except OSError as error:
                raise LabError(f"Cannot read {file}: {error.strerror}.", "Make it readable, or move it out.") from error


def _cited(visit: Visit, evidence: Evidence) -> Cited:
    lines = sum(line.within.trace_id == visit.trace_id for line in evidence.logs)
    spans = len(evidence.trace(visit))
    return Cited(request=str(visit), status=visit.status, trace=visit.trace_id, spans=spans, log_lines=lines)


def _digest(said: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
