"""Reads evidence as it is typed: one line for each piece."""

import re
from collections.abc import Mapping
from typing import Any

from whodunit.errors import WrongUseError
from whodunit.moments import moment

FORMS = (
    "span TRACE SPAN",
    "log TRACE TEXT",
    "metric NAME{service=payment,key=value} mean 14:03:20..14:04:00",
)
HOW = (
    f"Write {' · '.join(FORMS)}; in place of mean: rate, p95, value, max. "
    "Each piece by itself: evidence=… may be given more than once"
)

_SPAN = re.compile(r"span\s+(?P<trace>\S+)\s+(?P<span>\S+)")
_LOG = re.compile(r"log\s+(?P<trace>\S+)\s+(?P<log>.+)", re.DOTALL)
_METRIC = re.compile(
    r"""metric\s+(?P<metric>[^\s{]+)(?:\{(?P<where>[^}]*)\})?
    \s+(?:p(?P<p>\d+(?:\.\d+)?)|(?P<statistic>[a-z]+))\s+(?P<start>.+?)\s*\.\.\s*(?P<end>(?:[^;,]|,(?=\d))+)""",
    re.VERBOSE,
)


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
    pairs = [pair.partition("=") for pair in (found["where"] or "").split(",") if pair.strip()]
    where = {key.strip(): value.strip().strip('"') for key, _, value in pairs}
    said = {
        "metric": found["metric"],
        "service": where.pop("service", None),
        "where": where,
        "statistic": found["statistic"] or "p",
        "window": [moment(found["start"] or ""), moment(found["end"] or "")],
    }
    return said | ({"p": float(found["p"])} if found["p"] else {})
