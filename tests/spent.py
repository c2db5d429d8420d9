"""Where the time of a run went, by kind of test: printed at its end."""

from collections import defaultdict
from collections.abc import Generator
from itertools import chain

import pytest

from tests.guard import kind


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """The report says its test's kind; pytest-xdist carries it along."""
    report = yield
    report.user_properties.append(("kind", kind(item)))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Seconds of all tests, one after the other."""
    spent: defaultdict[str, float] = defaultdict(float)
    for report in chain.from_iterable(terminalreporter.stats.values()):
        if isinstance(report, pytest.TestReport):
            spent[str(dict(report.user_properties)["kind"])] += report.duration
    terminalreporter.write_line("seconds: " + ", ".join(f"{name} {s:.0f}" for name, s in spent.items()))
