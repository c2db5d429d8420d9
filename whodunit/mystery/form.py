"""Reads an answer from the command line, from a file, or question by question."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape
from rich.prompt import Prompt
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from whodunit.errors import WrongUseError
from whodunit.incident.truth import Reason
from whodunit.moments import moment
from whodunit.mystery.answer import MOST_EVIDENCE, Answer
from whodunit.mystery.citing import HOW, cited, timed
from whodunit.mystery.grading import NOBODY
from whodunit.reading import read_text
from whodunit.topology import COMPONENTS

FIELDS = f"Its fields: {', '.join(Answer.model_fields)}"
QUOTES = "A text with a colon, or one that begins with a sign, stands in quotes: log: 'Failed: no connection'"
NULL = "tag:yaml.org,2002:null"

Said = Any
"""A text, or lists and mappings of texts."""


def parsed(words: Sequence[str]) -> Answer:
    """The answer in words of the form `FIELD=VALUE`; raises WrongUseError."""
    pairs = [word.partition("=") for word in words]
    if not all(equals for _, equals, _ in pairs):
        raise WrongUseError("An answer is written FIELD=VALUE.", FIELDS)
    evidence = [value for field, _, value in pairs if field == "evidence" and value]
    return _answer({field: value for field, _, value in pairs} | {"evidence": evidence})


def read_answer(path: Path) -> Answer:
    """The answer in a YAML or JSON file, every value as the text that it is written in; raises WrongUseError."""
    try:
        document = YAML(typ="safe", pure=True).compose(read_text(path))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise WrongUseError(f"{path}:{line} cannot be read: {error.problem}.", QUOTES) from error
    except (OSError, ValueError, YAMLError) as error:
        raise WrongUseError(f"{path} cannot be read: {error}.", FIELDS) from error
    if not isinstance(document, MappingNode):
        raise WrongUseError(f"{path} holds no answer.", FIELDS)
    return _answer({_written(field): _said(value) for field, value in document.value})


def prompted(console: Console, told: dict[str, Any]) -> Answer:
    """The answer to questions on the terminal, with the words to choose from; an empty line leaves a field out."""
    console.print("[bold]Your answer.[/] An empty line leaves a field out.")
    said: dict[str, Said] = {
        "component": _ask(console, "Which service is at fault?", [*COMPONENTS, NOBODY]),
        "reason": _ask(console, "Why?", [reason.value for reason in Reason]),
        "second_component": _ask(console, "If there are two causes: which other service?"),
        "second_reason": _ask(console, "And why that one?"),
        "onset": _ask(console, "Since when? (14:03:20)"),
        "propagation": _ask(console, "Which services suffer, with commas?", COMPONENTS),
        "evidence": _pieces(console),
        "mitigation": _ask(console, "What ended it? (ACTION SERVICE)", told["actions"]),
        "disproof": _ask(console, "What would have disproved you? One sentence"),
        "player": _ask(console, "Your name"),
    }
    return _answer(said)


def _said(node: Node) -> Said:
    if isinstance(node, SequenceNode):
        return [_said(each) for each in node.value]
    if isinstance(node, MappingNode):
        return {_written(field): _said(value) for field, value in node.value}
    return _written(node)


def _written(node: Node) -> str:
    """The text of a value, also of one that YAML takes for a date or a number; empty for its `null`."""
    if not isinstance(node, ScalarNode):
        raise WrongUseError(f"Line {node.start_mark.line + 1} of the answer is no text.", FIELDS)
    return "" if node.tag == NULL else str(node.value)


def _answer(said: Mapping[str, Said]) -> Answer:
    given: dict[str, Any] = {field: value for field, value in said.items() if value}
    onset, services = given.get("onset"), given.get("propagation")
    if isinstance(onset, str):
        given["onset"] = moment(onset)
    if isinstance(services, str):
        given["propagation"] = [each.strip() for each in services.split(",") if each.strip()]
    if evidence := given.get("evidence"):
        pieces = evidence if isinstance(evidence, list) else [evidence]
        given["evidence"] = [cited(each) if isinstance(each, str) else timed(each) for each in pieces]
    try:
        return Answer.model_validate(given)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise WrongUseError(f"This is not an answer: {wrong}.", FIELDS) from error


def _pieces(console: Console) -> list[str]:
    """Up to three pieces of evidence; an empty line ends them."""
    console.print(f"[dim]{escape(HOW)}[/]")
    asked = (_ask(console, f"Evidence, {number} of {MOST_EVIDENCE}") for number in range(1, MOST_EVIDENCE + 1))
    return list(takewhile(bool, asked))


def _ask(console: Console, question: str, choices: Iterable[str] = ()) -> str:
    if choices:
        console.print(f"[dim]{' · '.join(choices)}[/]")
    return Prompt.ask(question, console=console, default="", show_default=False).strip()
