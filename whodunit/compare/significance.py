"""Tests that assume no distribution: two samples, two shares, and the correction for many of them.

Mann and Whitney (1947); Cliff (1993); Fisher (1935); Benjamini and Hochberg (1995).
"""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from math import erfc, exp, lgamma, sqrt

EXACT_UP_TO = 20
"""Points in the larger sample up to which, without ties, the distribution of U is counted out."""


def cliffs_delta(before: Sequence[float], after: Sequence[float]) -> float:
    """The share of pairs in which `after` is larger, less the share in which it is smaller: -1 to 1."""
    return 2 * _u(before, after)[0] / (len(before) * len(after)) - 1


def mann_whitney(before: Sequence[float], after: Sequence[float]) -> float:
    """The two-sided p-value of U; exact for small samples without ties, else the normal approximation."""
    m, n = len(before), len(after)
    u, ties = _u(before, after)
    if not ties and max(m, n) <= EXACT_UP_TO:
        counts = _distribution(m, n)
        tail = sum(counts[: int(min(u, m * n - u)) + 1])
        return min(1.0, 2 * tail / sum(counts))
    total = m + n
    tied = sum(count**3 - count for count in ties) / (total * (total - 1))
    deviation = sqrt(m * n / 12 * (total + 1 - tied))
    if not deviation:
        return 1.0
    z = max(0.0, abs(u - m * n / 2) - 0.5) / deviation  # half a step for continuity
    return erfc(z / sqrt(2))


def fisher(hits_before: int, before: int, hits_after: int, after: int) -> float:
    """The two-sided p-value of Fisher's exact test: hits among all of `before`, and of `after`."""
    hits, total = hits_before + hits_after, before + after

    def chance(in_after: int) -> float:
        return exp(_log_choose(after, in_after) + _log_choose(before, hits - in_after) - _log_choose(total, hits))

    seen = chance(hits_after) * (1 + 1e-7)
    chances = (chance(each) for each in range(max(0, hits - before), min(hits, after) + 1))
    return min(1.0, sum(each for each in chances if each <= seen))


def corrected(p_values: Sequence[float]) -> list[float]:
    """The q-value of each p-value: the share of false findings among all that are at least as small."""
    order = sorted(range(len(p_values)), key=lambda each: -p_values[each])
    q_values, least = [1.0] * len(p_values), 1.0
    for place, each in enumerate(order):
        least = min(least, p_values[each] * len(p_values) / (len(p_values) - place))
        q_values[each] = least
    return q_values


def _u(before: Sequence[float], after: Sequence[float]) -> tuple[float, list[int]]:
    """U of `after`: the pairs in which it is larger, a tie as half; and the sizes of the groups of tied values."""
    of_before, of_after = Counter(before), Counter(after)
    u, below = 0.0, 0
    for value in sorted(of_before.keys() | of_after.keys()):
        u += of_after[value] * (below + of_before[value] / 2)
        below += of_before[value]
    return u, [count for count in (of_before + of_after).values() if count > 1]


@lru_cache(maxsize=256)
def _distribution(m: int, n: int) -> list[int]:
    """The number of orders of m and n distinct values with each U, from 0 to m·n."""
    counts = [1]
    for each in range(1, n + 1):  # the Gaussian binomial coefficient, factor by factor
        counts = _divided(_multiplied(counts, m + each), each)
    return counts


def _multiplied(counts: Sequence[int], power: int) -> list[int]:
    """By 1 - x^power."""
    padded = [*counts, *[0] * power]
    return [padded[each] - (counts[each - power] if each >= power else 0) for each in range(len(padded))]


def _divided(counts: Sequence[int], power: int) -> list[int]:
    """By 1 - x^power, without remainder."""
    found: list[int] = []
    for each in range(len(counts) - power):
        found.append(counts[each] + (found[each - power] if each >= power else 0))
    return found


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
