"""The report of a measurement, from its JSON."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from whodunit.blocks import Block, Heading, Picture, Table
from whodunit.durations import format_duration
from whodunit.limit.loads import rate_text
from whodunit.limit.plots import GOOD, Plot, Point, svg
from whodunit.limit.targets import Targets
from whodunit.views.units import with_unit

Json = Mapping[str, Any]

TITLE = "Load limit"


def blocks(found: Json) -> Iterator[Block]:
    """The whole report."""
    yield from results(found)
    yield Heading("Plots")
    yield from pictures(found)
    if found["limit"]:
        yield Heading("What limits")
        yield f"{found['limit']['sentence']}."
        if found["limit"]["proof"]:
            yield _proof(found["limit"]["proof"])
    if found["slopes"]:
        yield Heading("Over time")
        yield slopes(found["slopes"])
    yield Heading("Trials")
    yield _trials(found["trials"])
    if found["limit"] and found["limit"]["asked"]:
        yield Heading("What was asked")
        yield _proof(found["limit"]["asked"])


def results(found: Json) -> Iterator[str]:
    """The results, a sentence each."""
    if found["ended"] != "complete":
        yield f"Not complete. {found['ended']}"
    targets = Targets(**found["targets"])
    yield (
        f"Targets: {targets.success_percent:g} % of requests succeed, p95 at most {format_duration(targets.p95_s)}. "
        f"Measured on {found['target']} ({found['machine']}), in {format_duration(found['seconds'])}."
    )
    if found.get("constant"):
        yield f"X: {_value(found['constant'], _rate(found))}."
    for shape, name in (("step", "Step"), ("spike", "Y (spike)")):
        if found.get(shape):
            yield f"{name}: {_value(found[shape], _factor)} at a base of {_rate(found)(found['base'])}."
    yield from _sureness(found, targets)
    if found["limit"]:
        yield f"What limits: {found['limit']['sentence']}."


def _value(found: Json, text: Any) -> str:
    value, missed = found["value"], found["missed"]
    if value is None:
        return f"below {text(missed)}, the least that was tried" if missed else "not known yet"
    sure = "confirmed" if found["confirmed"] else "not confirmed"
    above = f"{text(missed)} misses" if missed else "nothing higher was tried"
    return f"{text(value)} ({sure}; {above})"


def _rate(found: Json) -> Any:
    buys = sum(share for kind, share in found["mix"].items() if kind.startswith("buy"))

    def text(rate: float) -> str:
        of_them = f", {rate * buys:.3g} checkouts/s" if 0 < buys < 1 else ""
        return f"{rate:g} {'journey' if rate == 1 else 'journeys'}/s{of_them}"

    return text


def _factor(factor: float) -> str:
    return f"{factor:g} times"


def _sureness(found: Json, targets: Targets) -> Iterator[str]:
    """How little the trials at the limit prove of the share that succeeds."""
    met = [trial for trial in found["trials"] if trial["verdict"] == "met"]
    value = (found.get("constant") or {}).get("value")
    at_x = [trial for trial in met if trial["shape"] == "constant" and trial["rate"] == value]
    if not at_x:
        return
    failures, requests = (at_x[-1][name] for name in ("failures", "requests"))
    bound = percent(at_x[-1]["failure_bound"])
    sentence = f"At X {failures} of {requests} requests failed: at most {bound}, with 95 % confidence."
    needed = targets.requests_for_one_failure
    if needed and requests < needed:
        sentence += f" The target allows one failure in {needed:,}: it would need so many requests to show it."
    yield sentence


def pictures(found: Json) -> Iterator[Picture]:
    """The plots."""
    trials, targets = found["trials"], Targets(**found["targets"])
    if not trials:
        return
    begin = [index + 1 for index in range(len(trials))]
    rates = [trial["rate"] * (trial["factor"] or 1) for trial in trials]
    x = (found.get("constant") or {}).get("value")
    points = _points(trials, begin, rates)
    yield _picture(
        "rate.svg",
        Plot("Rate of each trial", "trial", "journeys/s", points, x, level_colour=GOOD, joined=True),
    )
    timed = [trial for trial in trials if trial["p95_s"] is not None]
    of_rate = [trial["rate"] * (trial["factor"] or 1) for trial in timed]
    p95 = [trial["p95_s"] for trial in timed]
    yield _picture(
        "p95.svg", Plot("p95 by rate", "journeys/s", "seconds", _points(timed, of_rate, p95), targets.p95_s, mark=x)
    )
    yield _picture("failures.svg", Plot("Failures by rate", "journeys/s", "%", _failures(trials, rates), mark=x))


def _picture(file: str, plot: Plot) -> Picture:
    return Picture(plot.title, file, svg(plot))


def _points(trials: Sequence[Json], xs: Sequence[float], ys: Sequence[float]) -> list[Point]:
    return [Point(x, y, trial["verdict"]) for trial, x, y in zip(trials, xs, ys, strict=True)]


def _failures(trials: Sequence[Json], rates: Sequence[float]) -> list[Point]:
    """In per cent, with the upper bound."""
    return [
        Point(rate, 100 * trial["failures"] / max(1, trial["requests"]), trial["verdict"], 100 * trial["failure_bound"])
        for trial, rate in zip(trials, rates, strict=True)
    ]


def _proof(proof: Sequence[Json]) -> Table:
    rows = [
        [
            each["of"],
            each["what"],
            _number(each["met"], each["unit"]),
            _number(each["missed"], each["unit"]),
            each["asked"],
        ]
        for each in proof
    ]
    return Table(["", "number", "at the limit", "above it", "asked"], rows)


def slopes(told: Sequence[Json]) -> Table:
    """The slopes of a soak."""
    rows = [
        [
            each["what"],
            each["of"],
            with_unit(each["first"], each["unit"]),
            with_unit(each["last"], each["unit"]),
            _slope(each),
        ]
        for each in told
    ]
    return Table(["", "of", "first", "last", "slope per hour (95 %)"], rows)


def _slope(slope: Json) -> str:
    per_hour, plus_minus = (with_unit(slope[name], slope["unit"]) for name in ("per_hour", "plus_minus"))
    return f"{per_hour} ± {plus_minus}{'' if slope['is_told_from_none'] else ', no slope proven'}"


def _trials(trials: Sequence[Json]) -> Table:
    rows = [
        [
            f"{trial['shape']}{', confirms' if trial['confirms'] else ''}",
            rate_text(trial["rate"], trial["factor"]),
            _number(trial["p95_s"], "s"),
            f"{trial['failures']} of {trial['requests']}",
            percent(trial["failure_bound"]),
            _number(trial["machine_share"], "1"),
            f"{trial['verdict']}{': ' * bool(trial['why'])}{trial['why']}",
        ]
        for trial in trials
    ]
    return Table(["shape", "rate", "p95", "failed", "at most (95 %)", "machine", "verdict"], rows)


def percent(ratio: float) -> str:
    """A small ratio to two digits."""
    return f"{100 * ratio:.2g} %"


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return "-"
    return f"{100 * value:.0f} %" if unit == "1" else with_unit(value, unit)
