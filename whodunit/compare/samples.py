"""A change that is asked about: two samples, the test that decides, and the finding that it is when it decides so."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from statistics import fmean, quantiles

from whodunit.compare.findings import FEWEST_POINTS, Finding, Kind, Refused
from whodunit.compare.onset import first_deviation
from whodunit.compare.significance import cliffs_delta, fisher, mann_whitney

LEAST_DELTA = 0.33
"""Cliff's delta from which Romano et al. (2006) call an effect medium."""

LEAST_RATIO = 1.5
"""A mean that grew or fell by less is no change, however sure: a busy machine is not as fast at each moment."""

FAR = 3.0
"""So many times the p95 of before is slow, if it is also `SLOW_S` more."""

SLOW_S = 0.05

LEAST_S = 0.005
"""A difference in time that matters."""

LEAST_SHARE = 0.02
"""A difference of shares that matters."""


@dataclass(frozen=True)
class Points:
    """Values, each with its moment."""

    times: Sequence[datetime]
    values: Sequence[float]

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True)
class Subject:
    """What is looked at."""

    kind: Kind
    component: str
    name: str
    unit: str = ""


@dataclass(frozen=True)
class Asked:
    """One question with its answer so far: the p-value, None if none is needed, and the finding that it would be.

    `is_large` if the change would matter. `blame` works out by how much each component made things worse, should it be
    one; of questions about the same thing (`about`) it is the same and counts once.
    """

    p: float | None
    is_large: bool
    finding: Callable[[float | None], Finding]
    about: object = None
    blame: Callable[[], Mapping[str, float]] = dict


def too_few(subject: Subject, before: Points, after: Points) -> Refused | None:
    """The refusal of a series that is too short in either window; None if it is long enough."""
    if min(len(before), len(after)) >= FEWEST_POINTS:
        return None
    return Refused(subject.kind, subject.component, subject.name, len(before), len(after))


def p95(values: Sequence[float]) -> float:
    """The value that 95 % do not exceed, of two values or more."""
    return quantiles(values, n=20, method="inclusive")[-1]


def of_values(
    subject: Subject,
    before: Points,
    after: Points,
    evidence: Callable[[], str],
    least: float = 0.0,
    shown: Callable[[Sequence[float]], float] = fmean,
) -> Asked:
    """Are the values of `after` others than those of `before`? `shown` makes the number that stands for a sample.

    A difference of the means of less than `least`, in the values' unit, is no change.
    """
    delta = cliffs_delta(before.values, after.values)
    was, now = fmean(before.values), fmean(after.values)
    is_large = abs(delta) >= LEAST_DELTA and max(was, now) >= LEAST_RATIO * min(was, now) and abs(now - was) >= least

    def finding(q: float | None) -> Finding:
        since = first_deviation(before.values, after.times, after.values, upwards=delta > 0)
        return _finding(subject, shown(before.values), shown(after.values), delta, q, since, evidence())

    return Asked(mann_whitney(before.values, after.values), is_large, finding)


def of_times(subject: Subject, before: Points, after: Points, evidence: Callable[[], str]) -> Asked:
    """Are durations others in general, or more of them slow? One question: its p-value is twice that of the better."""
    general = of_values(subject, before, after, evidence, LEAST_S, p95)
    at_times = _of_slow_ones(subject, before, after, evidence)
    better = min(general, at_times, key=lambda each: (not each.is_large, each.p))
    return replace(better, p=min(1.0, 2 * (better.p or 0.0)))


def _of_slow_ones(subject: Subject, before: Points, after: Points, evidence: Callable[[], str]) -> Asked:
    """Are more of `after` slow: `FAR` times the p95 of before, and `SLOW_S` more than it?"""
    usual = p95(before.values)
    bound = max(FAR * usual, usual + SLOW_S)
    slow = [Points(each.times, [value > bound for value in each.values]) for each in (before, after)]
    shares = of_shares(subject, slow[0], slow[1], evidence)

    def finding(q: float | None) -> Finding:
        return replace(shares.finding(q), before=usual, after=p95(after.values))

    return replace(shares, is_large=shares.is_large and fmean(slow[1].values) > fmean(slow[0].values), finding=finding)


def of_shares(subject: Subject, before: Points, after: Points, evidence: Callable[[], str]) -> Asked:
    """Is the share of ones among the values another? A difference of less than `LEAST_SHARE` is no change."""
    hits = round(sum(before.values)), round(sum(after.values))
    was, now = hits[0] / len(before), hits[1] / len(after)
    first = next((time for time, value in zip(after.times, after.values, strict=True) if value), None)

    def finding(q: float | None) -> Finding:
        return _finding(subject, was, now, now - was, q, first if now > was else None, evidence())

    return Asked(fisher(hits[0], len(before), hits[1], len(after)), abs(now - was) >= LEAST_SHARE, finding)


def _finding(
    subject: Subject, was: float, now: float, effect: float, q: float | None, since: datetime | None, evidence: str
) -> Finding:
    about = subject.kind, subject.component, subject.name
    return Finding(*about, was, now, effect, q, since, evidence, subject.unit)
