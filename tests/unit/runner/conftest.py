"""The imaginary shop that a case runs against."""

import pytest

from tests.unit.runner.fakes import FakeClock, FakeLab


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def lab(clock: FakeClock) -> FakeLab:
    return FakeLab(clock)
