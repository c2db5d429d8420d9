"""Logins are counted and timed by how they end."""

import pytest

from kit.errors import InternalError, Unauthorized
from services.user.telemetry import Logins
from tests.recorded_metrics import RecordedMetrics


def test_logins_by_outcome() -> None:
    recorded = RecordedMetrics()
    logins = Logins(recorded.meter)
    nobody = {"issued": 0, "not_granted": 0, "unreachable": 0}
    assert recorded.read() == {
        "shop.login.results": {"succeeded": 0, "refused": 0, "failed": 0, "incomplete": 0},
        "shop.login.tokens": nobody,
    }
    for tokens in ("issued", "not_granted", "unreachable"):
        with logins.measured() as attempt:
            attempt.tokens = tokens
    with pytest.raises(Unauthorized), logins.measured():
        raise Unauthorized
    with pytest.raises(InternalError), logins.measured():
        raise InternalError
    ended = {"succeeded": 2, "refused": 1, "failed": 1, "incomplete": 1}
    assert recorded.read() == {
        "shop.login.results": ended,
        "shop.login.duration": ended,
        "shop.login.tokens": dict.fromkeys(nobody, 1),
    }
