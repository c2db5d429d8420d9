"""A run that goes on, put for a page: each check with its value, its bounds, its plot, and the way to its evidence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from whodunit.desk.asked import Place
from whodunit.incident.check import Check
from whodunit.incident.evidence import LogCheck
from whodunit.incident.loader import Case
from whodunit.incident.metric_check import Metric
from whodunit.incident.observation import EXPECTED
from whodunit.lab.run_answers import CheckSoFar, HostedRun, PhaseSoFar
from whodunit.runner.watching import POLL_S
from whodunit.telemetry.kinds import STATISTICS, WORDS

WIDTH, HEIGHT = 120.0, 28.0
SHOWS = ", must not be "


@dataclass(frozen=True)
class Plot:
    """A check's numbers since its phase began, and its bounds, as paths on a canvas of `WIDTH` by `HEIGHT`."""

    line: str
    bounds: str


@dataclass(frozen=True)
class Row:
    """A check: `seen` is what was observed, `expected` its bounds in words, `evidence` names addresses."""

    check: CheckSoFar
    seen: str
    expected: str
    plot: Plot
    evidence: Mapping[str, str]


@dataclass(frozen=True)
class Phase:
    """A phase; `share` is how much of its time is over, in per cent, 0 where it has no limit."""

    told: PhaseSoFar
    rows: Sequence[Row]
    share: float

    @property
    def held(self) -> int:
        """How many of its checks hold."""
        return sum(row.check["passed"] for row in self.rows)

    @property
    def state(self) -> str:
        """`good`, `bad`, or `wait` while it goes on."""
        if not self.told["is_over"]:
            return "wait"
        return "good" if self.held == len(self.rows) else "bad"


def phases(run: HostedRun, case: Case, place: Place) -> list[Phase]:
    """The phases so far, in order."""
    checks = {check.id: check for check in every_check(case)}
    return [_phase(told, checks, place) for told in run["phases"]]


def every_check(case: Case) -> Iterator[Check]:
    """The checks of all phases."""
    scenario = case.scenario
    sections = (scenario.steady, scenario.expect, scenario.tells, scenario.quiet, scenario.recover)
    yield from (check for section in (*sections, *scenario.remedies) if section for check in section.checks)
    yield from scenario.unchanged.metrics


def _phase(told: PhaseSoFar, checks: Mapping[str, Check], place: Place) -> Phase:
    span_s = max(told["within_s"], told["seconds"], 1.0)
    rows = [_row(each, checks.get(each["id"]), span_s, place) for each in told["checks"]]
    return Phase(told, rows, 100 * told["seconds"] / span_s if told["within_s"] else 0.0)


def _row(told: CheckSoFar, check: Check | None, span_s: float, place: Place) -> Row:
    words = SHOWS if SHOWS in told["message"] else EXPECTED
    seen, _, expected = told["message"].partition(words)
    limits = [check.above, check.below, check.lowest, check.at_most] if check else []
    plot = plotted(told["values"], [limit for limit in limits if limit is not None], span_s)
    negated = f"not {expected}" if words == SHOWS and expected else expected
    return Row(told, seen, negated, plot, dict(_evidence(told, check, place)))


def plotted(values: Sequence[tuple[float, float | None]], limits: Sequence[float], span_s: float) -> Plot:
    """Values as steps over `span_s` seconds, each for the second before it; what is unknown is a gap.

    It begins at 0, and shows every limit.
    """
    top = max([*(value for _, value in values if value is not None), *limits], default=0.0) or 1.0
    line, before = [], None
    for seconds, value in values:
        if value is not None:
            left, right = (round(WIDTH * max(moment, 0.0) / span_s, 1) for moment in (seconds - POLL_S, seconds))
            y = _y(value, top)
            line.append(f"M{left} {y}H{right}" if before is None else f"V{y}H{right}")
        before = value
    return Plot("".join(line), "".join(f"M0 {_y(limit, top)}H{WIDTH:g}" for limit in limits))


def _y(value: float, top: float) -> float:
    return round(HEIGHT - 2 - (HEIGHT - 4) * max(value, 0.0) / top, 1)


def _evidence(told: CheckSoFar, check: Check | None, place: Place) -> Iterator[tuple[str, str]]:
    """Pages that show it: a metric's plot, log lines, the first trace of the proof."""
    if isinstance(check, Metric):
        where = [f"{key}={value}" for key, value in check.where.items()]
        p = "" if check.p is None else f"{check.p:g}"
        stat = _word(check)
        yield "metric", place.to("metrics", name=check.name, service=check.service or "", stat=stat, p=p, where=where)
    if isinstance(check, LogCheck):
        text = check.body or check.contains or ""
        yield "lines", place.to("logs", service=check.service or "", contains=text)
    for proof in told["proof"]:
        traces = [proof.get("trace_id"), *proof.get("trace_ids", ())]
        if known := [trace for trace in traces if trace]:
            yield "trace", place.to(f"traces/{known[0]}")
            return


def _word(check: Metric) -> str:
    """The statistic in the words of the metric's page; empty, which is the usual one, of what its kind has none for."""
    return WORDS[check.statistic] if check.statistic in STATISTICS[check.kind] else ""
