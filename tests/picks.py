"""Which cases a change is held against live; of the others, the kept recordings are judged.

The content of the checkout chooses: every change moves on to others, the same checkout always takes the same. A case
that was changed since it was recorded is always among them, and of a face that only the stack proves, so that no
recording is kept of it, one cause. `WHODUNIT_PICK` chooses by hand: `all`, or names separated
by commas.
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

from whodunit.incident import catalogue
from whodunit.incident.applicable import is_proved_on, lacking
from whodunit.incident.loader import Case
from whodunit.runs import recordings

CHECKOUT = Path(__file__).parents[1]
CODE = ("flags", "kit", "loadgen", "objectives", "scenarios", "services", "whodunit")
VARIABLE = "WHODUNIT_PICK"
EVERY = "all"

_picked: dict[str, None] = {}
_left_out: dict[str, str] = {}


def picked(cases: Sequence[Case], faces: int) -> list[Case]:
    """One cause of each of so many faces, and what was changed since it was recorded; in the order of `cases`.

    A case for which this machine lacks something is left out.
    """
    _left_out.update({case.name: absent for case in cases if (absent := lacking(case.scenario))})
    cases = [case for case in cases if case.name not in _left_out]
    chosen = os.environ.get(VARIABLE, "")
    turns = _turns(cases)
    names = _known(chosen.split(",")) if chosen not in {"", EVERY} else {case.name for case in turns[:faces]}
    unkept = [case for case in turns if not is_proved_on(case.scenario, "lite")]
    found = [
        case
        for case in cases
        if chosen == EVERY or case.name in names or (not chosen and (case in unkept or _is_changed(case)))
    ]
    _picked.update(dict.fromkeys(case.name for case in found))
    return found


def _known(names: Sequence[str]) -> set[str]:
    """The names of cases, where a scenario alone means its first cause; raises UsageError for any other."""
    cases = catalogue.cases()
    known = {case.name: case.name for case in cases} | {case.slug: case.name for case in cases if case.is_main}
    if wrong := [name for name in names if name not in known]:
        raise pytest.UsageError(f"{VARIABLE}: there is no case {', '.join(wrong)}. There are: {', '.join(known)}")
    return {known[name] for name in names}


def pytest_report_collectionfinish(items: Sequence[pytest.Item]) -> list[str]:
    """Which cases a run verifies, and how to have the same again."""
    if not any(item.get_closest_marker("lite") or item.get_closest_marker("stack") for item in items):
        return []
    left_out = [f"left out: {name}. {absent}" for name, absent in _left_out.items()]
    again = f"the same again: {VARIABLE}={','.join(_picked)} make test"
    return [f"verified live: {', '.join(_picked)}", again, *left_out]


def _turns(cases: Sequence[Case]) -> list[Case]:
    """One cause of each face, in the order in which it is their turn."""
    drawn: dict[str, Case] = {}
    for case in sorted(cases, key=lambda case: _draw(case.name)):
        drawn.setdefault(case.slug, case)
    return list(drawn.values())


def _draw(name: str) -> str:
    return hashlib.sha256(f"{_content()}{name}".encode()).hexdigest()


def _is_changed(case: Case) -> bool:
    if not is_proved_on(case.scenario, "lite"):
        return False
    return not recordings.is_kept(case) or recordings.kept(case).digest != recordings.digest(case)


@cache
def _content() -> str:
    """What the checkout is made of; works without Git."""
    found = hashlib.sha256()
    for file in _files():
        found.update(file.relative_to(CHECKOUT).as_posix().encode() + b"\0" + file.read_bytes())
    return found.hexdigest()


def _files() -> Iterator[Path]:
    for folder in CODE:
        yield from sorted(file for file in (CHECKOUT / folder).rglob("*") if file.suffix in {".py", ".yaml", ".json"})
