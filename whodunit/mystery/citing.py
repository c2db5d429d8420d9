"""Reads evidence as it is typed: one line for each piece."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from whodunit.errors import WrongUseError
from whodunit.moments import moment
from whodunit.telemetry.citation import QUOTED, Citation

FORMS = (
    "span TRACE SPAN",
    "log TRACE TEXT",
    "metric NAME{service=payment,key=value} mean 14:03:20..14:04:00",
)
HOW = (
    f"Write {' · '.join(FORMS)}; in place of mean: rate, p95, value, max. "
    "Each piece by itself: evidence=… may be given more than once"
)

_CITATION: TypeAdapter[Citation] = TypeAdapter(Citation)
_SPAN = re.compile(r"span\s+(?P<trace>\S+)\s+(?P<span>\S+)")
_LOG = re.compile(r"log\s+(?P<trace>\S+)\s+(?P<log>.+)", re.DOTALL)
_METRIC = re.compile(
    rf"""metric\s+(?P<metric>[^\s{{]+)(?:\{{(?P<where>(?:{QUOTED}|[^}}"])*)\}})?
    \s+(?:p(?P<p>\d+(?:\.\d+)?)|(?P<statistic>[a-z]+))\s+(?P<start>.+?)\s*\.\.\s*(?P<end>(?:[^;,]|,(?=\d))+)""",
    re.VERBOSE,
)
_PAIR = re.compile(rf"""\s*(?P<key>[^\s,="]+)\s*=\s*(?P<value>{QUOTED}|[^,"]*?)\s*(?:,|$)""", re.VERBOSE)


def read(evidence_id: str) -> Citation:
    """The citation in an evidence id; raises WrongUseError with the forms."""
    try:
        return _CITATION.validate_python(cited(evidence_id))
    except ValidationError as error:
        wrong = "; ".join(each["msg"] for each in error.errors())
        raise WrongUseError(f"{evidence_id!r} is no evidence: {wrong}.", HOW) from error


def cited(line: str) -> dict[str, Any]:
    """The fields of the citation in a line; raises WrongUseError with the forms."""
    text = line.strip()
    for form in (_SPAN, _LOG):
        if found := form.fullmatch(text):
            return found.groupdict()
    if found := _METRIC.fullmatch(text):
        return _number(found.groupdict())
    raise WrongUseError(f"{line!r} is no evidence.", HOW)


def timed(said: Any) -> Any:
    """The fields of a citation in a file, its moments read as people write them; raises WrongUseError."""
    if not isinstance(said, Mapping) or not isinstance(said.get("window"), list):
        return said
    return {**said, "window": [moment(str(each)) for each in said["window"]]}


def _number(found: Mapping[str, str | None]) -> dict[str, Any]:
    where = dict(_pairs(found["where"] or ""))
    said = {
        "metric": found["metric"],
        "service": where.pop("service", None),
        "where": where,
        "statistic": found["statistic"] or "p",
        "window": [moment(found["start"] or ""), moment(found["end"] or "")],
    }
    return said | ({"p": float(found["p"])} if found["p"] else {})


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """The attributes between the braces; raises WrongUseError for what is none."""
    at = 0
    while text[at:].strip():
        found = _PAIR.match(text, at)
        if found is None:
            raise WrongUseError(f"{text[at:].strip()!r} is no attribute and its value.", HOW)
        yield found["key"], _value(found["value"])
        at = found.end()


def _value(said: str) -> str:
    """The value of an attribute, without its quotes; raises WrongUseError for an escape that JSON has not."""
    try:
        return str(json.loads(said)) if said.startswith('"') else said
    except ValueError as error:
        raise WrongUseError(f"{said} is not quoted as JSON is: write a backslash twice.", HOW) from error
