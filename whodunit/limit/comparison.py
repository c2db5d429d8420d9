"""Two measurements side by side."""

from collections.abc import Iterator, Mapping
from typing import Any

from whodunit.blocks import Table
from whodunit.limit.report import percent
from whodunit.views.units import with_unit

SEARCHES = {"constant": "X", "step": "step", "spike": "Y (spike)"}

SLACK = 1e-9

Json = Mapping[str, Any]


def compared(before: Json, after: Json) -> dict[str, Any]:
    """The results of both; `agree` is True if both X lie within one step of the search of each other."""
    was, now = (_value(each, "constant") for each in (before, after))
    known = was is not None and now is not None
    return {
        "same_question": all(before[key] == after[key] for key in ("targets", "mix")),
        "agree": abs(now - was) <= max(before["by"], after["by"]) + SLACK if known else None,
        "x_ratio": now / was if known else None,
        "before": _told(before),
        "after": _told(after),
    }


def table(found: Json) -> Table:
    """The comparison for people."""
    before, after = found["before"], found["after"]
    rows = [[name, _text(before[name]), _text(after[name])] for name in before]
    return Table(["", "before", "after"], rows)


def sentence(found: Json) -> str:
    """The comparison in a sentence."""
    if not found["same_question"]:
        return "Their journeys or targets differ: the two cannot be compared."
    if found["agree"] is None:
        return "One of them has no X."
    if found["agree"]:
        return "Both X agree within one step of the search."
    return f"X is {found['x_ratio']:.2g} times what it was."


def _told(found: Json) -> dict[str, Any]:
    return dict(_results(found)) | {"limited by": (found["limit"] or {}).get("sentence")}


def _results(found: Json) -> Iterator[tuple[str, Any]]:
    for shape, name in SEARCHES.items():
        value = _value(found, shape)
        yield name, value
        trial = _trial(found, shape, value)
        yield f"{name}: p95", trial and with_unit(trial["p95_s"], "s")
        yield f"{name}: failures at most", trial and percent(trial["failure_bound"])
    yield "base", found["base"]
    for each in found["slopes"]:
        yield f"{each['what']} of {each['of']} per hour", with_unit(each["per_hour"], each["unit"])


def _value(found: Json, shape: str) -> Any:
    return (found.get(shape) or {}).get("value")


def _trial(found: Json, shape: str, value: float | None) -> Json | None:
    """The last trial that met the targets there."""
    key = "rate" if shape == "constant" else "factor"
    met = [
        each
        for each in found["trials"]
        if (each["shape"], each[key], each["verdict"]) == (shape, value, "met") and each["p95_s"] is not None
    ]
    return met[-1] if met else None


def _text(value: Any) -> str:
    return "-" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
