"""The tests give the values that scipy 1.17 gives; the correction those of its `false_discovery_control`."""

from itertools import combinations

import pytest

from whodunit.compare.significance import cliffs_delta, corrected, fisher, mann_whitney

APART = [1.1, 2.3, 0.7, 5.0, 3.3, 2.8, 1.9, 4.4, 0.2, 2.1, 3.9], [2.2, 6.1, 3.4, 7.7, 5.5, 4.9, 8.0, 3.0, 6.6, 5.1]
TIED = [1, 2, 2, 3, 3, 3, 4, 4, 5, 1, 2, 2], [3, 3, 4, 4, 5, 5, 6, 2, 3, 4, 6, 6, 1]


def test_small_samples_without_ties_are_counted_out() -> None:
    assert mann_whitney(*APART) == pytest.approx(0.0027614284580228855)
    assert mann_whitney(*reversed(APART)) == pytest.approx(0.0027614284580228855)


def test_ties_are_corrected_for() -> None:
    assert mann_whitney(*TIED) == pytest.approx(0.035518112103511995)


def test_the_exact_test_counts_every_order() -> None:
    values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
    splits = [([v for v in values if v not in after], list(after)) for after in combinations(values, 3)]
    at_most = sum(abs(cliffs_delta(*split)) >= 0.5 for split in splits) / len(splits)
    a_half = next(split for split in splits if cliffs_delta(*split) == 0.5)
    assert mann_whitney(*a_half) == pytest.approx(at_most)


def test_samples_that_are_all_alike_differ_in_nothing() -> None:
    assert mann_whitney([1.0] * 30, [1.0] * 25) == 1.0
    assert cliffs_delta([1.0] * 30, [1.0] * 25) == 0.0


def test_the_effect_is_the_share_of_pairs_that_are_larger() -> None:
    assert cliffs_delta([1, 2], [3, 4]) == 1.0
    assert cliffs_delta([3, 4], [1, 2]) == -1.0
    assert cliffs_delta([1, 4], [2, 3]) == 0.0


@pytest.mark.parametrize(
    ("hits_and_all", "p"),
    [
        ((1, 100, 9, 100), 0.018487679877476362),
        ((0, 50, 6, 50), 0.026661076308390465),
        ((3, 13, 3, 23), 0.6453984819734463),
        ((0, 10, 0, 10), 1.0),
    ],
)
def test_shares_are_compared_exactly(hits_and_all: tuple[int, int, int, int], p: float) -> None:
    assert fisher(*hits_and_all) == pytest.approx(p)


def test_many_questions_make_each_answer_less_sure() -> None:
    assert corrected([0.01, 0.04, 0.03, 0.5, 0.002]) == pytest.approx([0.025, 0.05, 0.05, 0.5, 0.01])
    assert corrected([]) == []
