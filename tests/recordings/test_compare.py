"""In recordings the component at fault is among the first that changed, and in health nothing is found.

One recording for each kind of finding that shows it; `make bench-compare` counts in all of them.
"""

from itertools import islice

import pytest

from bench.comparing import healthy, troubles
from whodunit.incident.catalogue import find


@pytest.mark.parametrize(
    ("case", "kind"),
    [
        ("recommendations-slow/catalogue-slow", "statement"),
        ("login-errors/no-timeout", "edge"),
        ("recommendations-slow/unbounded-cache", "operation"),
        ("product-errors/flag", "log"),
        ("product-errors/bad-instance", "release"),
    ],
)
def test_the_component_at_fault_is_among_the_first(case: str, kind: str) -> None:
    (told,) = troubles([find(case)])
    assert (told.is_among_first, told.shown_by) == (True, kind), told.found.components


def test_in_health_nothing_is_found() -> None:
    found = list(islice(healthy([find("all-quiet")]), 4))
    assert len(found) == 4
    assert [each.found.findings for each in found] == [[]] * 4
