"""What a load has to meet, what one trial measured, and the verdict on it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil, exp, lgamma, log

from whodunit.counted import counted
from whodunit.durations import format_duration

FEWEST_SAMPLES = 200
"""The 95th percentile of fewer durations lies beside the true one by chance."""

FEWEST_FAILURES = 2
"""One failed request proves no ratio."""

LATEST_S = 1.0
"""A load generator that comes later than this has not brought the load that was asked for."""

CONFIDENCE = 0.95
HALVINGS = 60


class Verdict(StrEnum):
    """The result of a trial; `unsure` is a miss that so few samples or failures do not prove."""

    MET = "met"
    MISSED = "missed"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Targets:
    """The share of requests that has to succeed, in per cent, and the limit of the 95th percentile in seconds."""

    success_percent: float = 99.99
    p95_s: float = 0.75

    @property
    def failure_ratio(self) -> float:
        """The share of requests that may fail."""
        return (100 - self.success_percent) / 100

    @property
    def requests_for_one_failure(self) -> int | None:
        """The number of requests of which one may fail; None where none may."""
        return ceil(1 / self.failure_ratio - 1e-6) if self.failure_ratio else None


@dataclass(frozen=True)
class Figures:
    """What the load generator counted in one trial, its warm-up left out.

    A failure is a request without a usable answer, a visitor who was refused, or an order that failed or did not end.
    `p95_s` is of the checkouts that the shop has taken; of all requests where nobody checks out.
    """

    requests: int
    failures: int
    samples: int
    p95_s: float | None
    late_s: float = 0.0
    failed: Mapping[str, int] = field(default_factory=dict)

    @property
    def failure_bound(self) -> float:
        """The ratio of failures that is not exceeded, with 95 % confidence."""
        return upper_bound(self.failures, self.requests)


@dataclass(frozen=True)
class Miss:
    """A target that was missed, in words; `is_proven` if there is enough to tell it from chance."""

    text: str
    is_proven: bool


def misses(figures: Figures, targets: Targets) -> Iterator[Miss]:
    """The targets that were missed."""
    if figures.requests == 0:
        yield Miss("nothing was answered", is_proven=True)
    elif figures.failures / figures.requests > targets.failure_ratio:
        text = f"{figures.failures} of {counted(figures.requests, 'request')} failed"
        yield Miss(text, is_proven=figures.failures >= FEWEST_FAILURES)
    if figures.p95_s is not None and figures.p95_s > targets.p95_s:
        yield Miss(f"p95 {format_duration(figures.p95_s)}", is_proven=figures.samples >= FEWEST_SAMPLES)
    if figures.late_s > LATEST_S:
        yield Miss(f"visitors came up to {format_duration(figures.late_s)} late", is_proven=False)


def verdict(figures: Figures, targets: Targets) -> Verdict:
    """The verdict on one trial."""
    found = list(misses(figures, targets))
    if not found:
        return Verdict.MET
    return Verdict.MISSED if any(miss.is_proven for miss in found) else Verdict.UNSURE


def upper_bound(failures: int, requests: int, confidence: float = CONFIDENCE) -> float:
    """The one-sided upper bound of a ratio by Clopper and Pearson.

    It is the ratio at which so few failures would be seen in only 1 - `confidence` of all trials.
    """
    if failures >= requests:
        return 1.0
    low, high = failures / requests, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if _at_most(failures, requests, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def _at_most(failures: int, requests: int, ratio: float) -> float:
    """The probability of at most so many failures, by the binomial distribution."""
    if not 0 < ratio < 1:
        return 1.0 - ratio
    return sum(
        exp(
            lgamma(requests + 1)
            - lgamma(count + 1)
            - lgamma(requests - count + 1)
            + count * log(ratio)
            + (requests - count) * log(1 - ratio)
        )
        for count in range(failures + 1)
    )
