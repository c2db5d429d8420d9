"""The cache tells how full it is and how often it helps, and requests how they ended."""

import pytest

from kit.errors import BadGateway, NotFound
from services.recommendation.telemetry import CacheMeter, RequestMeter
from tests.recorded_metrics import RecordedMetrics


def test_hits_misses_and_size() -> None:
    recorded = RecordedMetrics()
    kept = ["one", "two"]
    meter = CacheMeter(recorded.meter, kept)
    meter.looked_up(found=True)
    assert recorded.read() == {
        "shop.recommendation.cache.requests": {"hit": 1, "miss": 0},
        "shop.recommendation.cache.size": {"": 2},
    }


def test_requests_by_outcome() -> None:
    recorded = RecordedMetrics()
    meter = RequestMeter(recorded.meter)
    with meter.counted():
        pass
    with pytest.raises(NotFound), meter.counted():
        raise NotFound
    for _ in range(2):
        with pytest.raises(BadGateway), meter.counted():
            raise BadGateway
    assert recorded.read() == {"shop.recommendation.requests": {"answered": 1, "unknown_product": 1, "failed": 2}}
