"""How an answer is given: in words on the command line, by a file, or question by question."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from rich.console import Console
from rich.prompt import Prompt
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from whodunit.errors import WrongUseError
from whodunit.mystery.answer import Answer
from whodunit.scenario.truth import Reason
from whodunit.topology import SERVICES

CLOCKS_DIFFER = timedelta(hours=1)
FIELDS = f"Its fields: {', '.join(Answer.model_fields)}"


def parsed(words: Sequence[str]) -> Answer:
    """`FIELD=VALUE` each; raises WrongUseError."""
    pairs = [word.partition("=") for word in words]
    if not all(equals for _, equals, _ in pairs):
        raise WrongUseError("An answer is written FIELD=VALUE.", FIELDS)
    return _answer({field: value for field, _, value in pairs if value})


def read_answer(path: Path) -> Answer:
    """The answer in a file; raises WrongUseError."""
    try:
        document = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise WrongUseError(f"{path} cannot be read: {error}", FIELDS) from error
    if not isinstance(document, dict):
        raise WrongUseError(f"{path} holds no answer.", FIELDS)
    return _answer(document)


def asked(console: Console, told: dict[str, Any]) -> Answer:
    """Question by question, with what there is to choose from; an empty line leaves a field out."""
    console.print("[bold]Your answer.[/] An empty line leaves a field out.")
    services = [service.name for service in SERVICES]
    said = {
        "component": _ask(console, "Which service is at fault?", services),
        "reason": _ask(console, "Why?", [reason.value for reason in Reason]),
        "onset": _ask(console, "Since when? (14:03:20)"),
        "propagation": _ask(console, "Which services suffer, with commas?", services),
        "trace": _ask(console, "A trace that shows it: its id"),
        "log": _ask(console, "A log line that shows it"),
        "metric": _ask(console, "A metric that shows it: its name"),
        "mitigation": _ask(console, "What ended it?", [each["flag"] for each in told["mitigations"]]),
        "player": _ask(console, "Your name"),
    }
    return _answer({field: value for field, value in said.items() if value})


def moment(text: str, now: datetime | None = None) -> datetime:
    """`14:03` or `14:03:20`, the last time it was so late, or a moment with its date; in this machine's zone."""
    try:
        if ":" in text and "-" not in text:
            clock = time.fromisoformat(text.zfill(len("14:03") if text.count(":") == 1 else len("14:03:20")))
            return _last(clock, now or datetime.now().astimezone())
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise WrongUseError(f"{text!r} is no moment.", "For example: 14:03:20 or 2026-11-21T14:03:20+01:00") from error
    return found if found.tzinfo else found.astimezone()


def _last(clock: time, now: datetime) -> datetime:
    zone = clock.tzinfo or now.tzinfo
    today = datetime.combine(now.astimezone(zone), clock, zone)
    return today if today <= now + CLOCKS_DIFFER else today - timedelta(days=1)


def _answer(said: dict[str, Any]) -> Answer:
    onset, services = said.get("onset"), said.get("propagation")
    exact: dict[str, Any] = {"onset": moment(onset)} if isinstance(onset, str) else {}
    if isinstance(services, str):
        exact["propagation"] = [each.strip() for each in services.split(",") if each.strip()]
    try:
        return Answer.model_validate(said | exact)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise WrongUseError(f"This is no answer: {wrong}.", FIELDS) from error


def _ask(console: Console, question: str, choices: Sequence[str] = ()) -> str:
    if choices:
        console.print(f"[dim]{' · '.join(choices)}[/]")
    return Prompt.ask(question, console=console, default="", show_default=False).strip()
