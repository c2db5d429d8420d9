"""A test that starts a program or opens a port says so by a marker; the fast half of the tests does neither."""

import sys
from collections.abc import Generator

import pytest

MARKERS = ("kubernetes", "compose", "stack", "lite", "process", "recordings")
STARTS_NOTHING = ("recordings", "unit")
EVENTS = {"socket.bind", "subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.system"}

_seen: list[str] = []


def _listen(event: str, args: tuple[object, ...]) -> None:
    if event in EVENTS:
        _seen.append(f"{event} {args}")


sys.addaudithook(_listen)  # for good: Python has no way to remove one


def kind(item: pytest.Item) -> str:
    """The marker that says most of what the test starts, or `unit`."""
    return next((marker for marker in MARKERS if item.get_closest_marker(marker)), "unit")


def check(item: pytest.Item) -> None:
    """Fail where the test, or a fixture of it, has done what it does not say."""
    seen = _seen.copy()
    _seen.clear()
    if seen and kind(item) in STARTS_NOTHING:
        pytest.fail(f"starts a program or opens a port; mark it with pytest.mark.process: {seen[0]}", pytrace=False)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """What was done before is not this test's."""
    _seen.clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Check each test that has passed."""
    result = yield
    check(item)
    return result
