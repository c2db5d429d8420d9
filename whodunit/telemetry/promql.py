"""Parts of PromQL that every expression of the lab is made of: selectors, durations, strings."""

import json
import re
from datetime import timedelta

from whodunit.telemetry.prometheus_names import label_name
from whodunit.telemetry.questions import Conditions, Names

SERVICE = "service_name"

_SPECIAL = re.compile(r"[.{}()\[\]*+?^$|\\]")


def selector(name: str, service: Names | None, where: Conditions, *more: str) -> str:
    """The series of one name, with these labels in order; `more` are matchers as they are written."""
    conditions = {**where, **({"service.name": service} if service else {})}
    matchers = sorted([*(_matcher(key, values) for key, values in conditions.items()), *more])
    return f"{name}{{{', '.join(matchers)}}}" if matchers else name


def label(key: str) -> str:
    """The label of an attribute, or of the service."""
    return SERVICE if key in {"service", "service.name"} else label_name(key)


def duration(seconds: float) -> str:
    """`30s`, `10m`, `4s321ms`: to the millisecond, which is the least."""
    milliseconds = max(1, round(timedelta(seconds=seconds) / timedelta(milliseconds=1)))
    whole, rest = divmod(milliseconds, 1000)
    if rest == 0 and whole % 60 == 0:
        return f"{whole // 60}m"
    return (f"{whole}s" if whole else "") + (f"{rest}ms" if rest else "")


def quoted(text: str) -> str:
    """A string as PromQL and LogQL write it."""
    return json.dumps(text, ensure_ascii=False)


def literally(text: str) -> str:
    """The text as a regular expression of RE2 that matches it alone: paths contain braces."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def _matcher(key: str, values: Names) -> str:
    one_of = [values] if isinstance(values, str) else values
    if len(one_of) == 1:
        return f"{label(key)}={quoted(one_of[0])}"
    return f"{label(key)}=~{quoted('|'.join(map(literally, one_of)))}"
