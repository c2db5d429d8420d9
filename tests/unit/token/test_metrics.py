"""Tokens asked for are counted by what became of them."""

import pytest

from kit.errors import BadGateway, NotFound
from services.token.telemetry import Results
from tests.recorded_metrics import RecordedMetrics


def test_tokens_by_outcome() -> None:
    recorded = RecordedMetrics()
    results = Results(recorded.meter)
    with results.counted():
        pass
    with pytest.raises(NotFound), results.counted():
        raise NotFound
    for _ in range(2):
        with pytest.raises(BadGateway), results.counted():
            raise BadGateway
    assert recorded.read() == {"shop.token.results": {"issued": 1, "refused": 1, "failed": 2}}
