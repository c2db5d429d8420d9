"""A scenario small enough to see through, and the imaginary shop that it runs against."""

from pathlib import Path

import pytest

from tests.unit.scenario.fakes import FakeClock, FakeLab

SCENARIO = """\
schema_version: 1
title: Payments are slow
story: Somebody says that payments are slow today.
level: beginner
documented_in: S1
load:
  rates: {buy: 5}
steady:
  within: 30s
  sustained: 3s
  metrics:
    - {id: quick-before, title: Payments are quick, histogram: pay, p: 95, below: 1s}
faults:
  - {flag: payment-pool-exhaustion, variant: "on", lasts: 2m}
expect:
  within: 40s
  metrics:
    - {id: slow, title: Payments are slow, histogram: pay, p: 95, above: 10s}
  spans:
    - {id: waits, title: A payment waits, name: pay, longer_than: 10s}
  logs:
    - {id: says-so, title: Payment says so, body: Too slow., within: 20s}
quiet:
  metrics:
    - {id: gateway-fast, title: The gateway is quick, histogram: gateway, p: 95, below: 1s}
remedies:
  - flag: payment-larger-pool
    title: A larger pool
    symptom: slow
    within: 30s
    sustained: 3s
    metrics:
      - {id: healed, title: Payments are quick, histogram: pay, p: 95, below: 1s}
recover:
  within: 30s
  sustained: 3s
  metrics:
    - {id: quick-after, title: Payments are quick, histogram: pay, p: 95, below: 1s}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A scenario's folder."""
    path = tmp_path / "payments-slow"
    path.mkdir()
    (path / "scenario.yaml").write_text(SCENARIO)
    return path


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def lab(clock: FakeClock) -> FakeLab:
    return FakeLab(clock)
