"""The stack, started once for all tests that look at it, and gone after them."""

from collections.abc import Iterator

import pytest

from loadgen import chromium
from tests.stack.harness.stack import NativeStack, native_stack
from tests.stack.tools import location
from tests.stack.tools.programs import ALL, KUBERNETES, LOKI


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs real programs that are not there."""
    for marker in item.iter_markers("stack"):
        missing = location.missing(marker.args or ALL)
        if missing:
            pytest.skip(f"needs real programs ({', '.join(missing)}); get them: {_by(missing)}")


def _by(missing: list[str]) -> str:
    """The command that provides them."""
    if set(missing) <= {program.name for program in KUBERNETES}:
        return "make kubernetes-tools"
    return f"make stack-tools{_beside(missing)}"


def _beside(missing: list[str]) -> str:
    """What must be done first for a program that is never built here."""
    return f", with Loki {LOKI.version} in PATH" if LOKI.name in missing else ""


@pytest.fixture(scope="package")
def stack() -> Iterator[NativeStack]:
    """All programs, ready, in a state folder of their own; visitors have a browser where this machine has one.

    Leave it as you found it.
    """
    with native_stack(LOADGEN="loadgen" if chromium.missing() else "loadgen-browsers") as stack:
        stack.start()
        yield stack
