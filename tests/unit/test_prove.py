"""The page of all runs is written and read again, and keeps what was made."""

from bench.prove import Line, lines, page

PASSED = Line("2026-11-29", "slow-lists", "quiet", "passed", "21", "9", "4f2a81cc")
FAILED = Line("2026-11-29", "all-quiet", "beside other work", "failed: slow, stuck", "-", "-", "0b771e02")


def test_what_was_made_is_read_from_the_page_again() -> None:
    assert lines(page([PASSED, FAILED])) == [FAILED, PASSED]
    assert lines(page([])) == []
