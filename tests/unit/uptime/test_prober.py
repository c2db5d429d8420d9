"""What the uptime check sees from outside, and what becomes of it: metrics in the store, and an alert."""

import httpx
import pytest
from google.protobuf.json_format import ParseDict  # type: ignore[import-untyped]
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

from tests.unit.telemetry.duck_store import DuckStore, at
from whodunit.alerts.evaluation import Evaluation
from whodunit.alerts.judging import judged
from whodunit.alerts.loading import bundled
from whodunit.telemetry.store.adapter import StoreTelemetry
from whodunit.uptime.prober import SERVICE, Check, Prober, exported

pytestmark = pytest.mark.anyio

URL = "http://frontend/healthz"
REFUSED = Check(URL, 1, error="All connection attempts failed")


def prober(answer: httpx.Response | Exception) -> Prober:
    def serve(request: httpx.Request) -> httpx.Response:
        assert str(request.url) == URL
        if isinstance(answer, Exception):
            raise answer
        return answer

    return Prober("http://frontend", "http://store", httpx.MockTransport(serve))


@pytest.mark.parametrize(
    ("answer", "status", "error"),
    [
        (httpx.Response(200), 200, ""),
        (httpx.Response(503), 503, ""),
        (httpx.ConnectError("All connection attempts failed"), 0, "All connection attempts failed"),
        (httpx.ReadTimeout(""), 0, "ReadTimeout"),
    ],
)
async def test_an_answer_is_told_by_its_status_and_none_by_its_error(
    answer: httpx.Response | Exception, status: int, error: str
) -> None:
    check = await prober(answer).check()
    assert (check.url, check.status, check.error) == (URL, status, error)


async def test_a_store_that_is_away_is_no_reason_to_stop() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    await Prober("http://frontend", "http://store", httpx.MockTransport(refuse)).tell(REFUSED)


def points(check: Check) -> dict[str, dict[str, int]]:
    """By metric: each point's last attribute and its value, as a receiver reads what is sent."""
    request = ParseDict(exported(check, 1), ExportMetricsServiceRequest())
    [scope] = request.resource_metrics[0].scope_metrics
    return {
        metric.name: {
            each.attributes[-1].value.string_value: each.as_int
            for each in (metric.gauge if metric.HasField("gauge") else metric.sum).data_points
        }
        for metric in scope.metrics
    }


def test_the_points_are_the_collectors() -> None:
    assert points(Check(URL, 12, 200)) == {
        "httpcheck.duration": {URL: 12},
        "httpcheck.status": {"1xx": 0, "2xx": 1, "3xx": 0, "4xx": 0, "5xx": 0},
    }
    assert points(REFUSED) == {
        "httpcheck.duration": {URL: 1},
        "httpcheck.status": {"1xx": 0, "2xx": 0, "3xx": 0, "4xx": 0, "5xx": 0},
        "httpcheck.error": {"All connection attempts failed": 1},
    }


@pytest.mark.parametrize("trouble", [REFUSED, Check(URL, 3, 502)], ids=["no answer", "an error of the entry"])
def test_ten_seconds_without_an_answer_alert_and_ten_with_one_do_not(trouble: Check) -> None:
    store = DuckStore()
    evaluation = Evaluation(judged(bundled()), StoreTelemetry(store), 5)
    seen = []
    for number in range(1, 12):
        _put(store, 5 * number - 0.5, trouble if 3 <= number <= 7 else Check(URL, 12, 200))
        evaluation.judge(at(5 * number))
        seen.append([each.state for each in evaluation.alerts().alerts if each.name == "ShopUnreachable"])
    assert seen == [[]] * 2 + [["pending"]] * 2 + [["firing"]] * 4 + [[]] * 3


def _put(store: DuckStore, time_s: float, check: Check) -> None:
    for name, values in points(check).items():
        for value, number in values.items():
            key = {"httpcheck.status": "http.status_class", "httpcheck.error": "error.message"}.get(name, "http.url")
            status = {"http.status_code": str(check.status)} if name == "httpcheck.status" else {}
            kind = {"type": "sum", "temporality": "cumulative", "monotonic": False, "attributes": status | {key: value}}
            store.gauge(name, SERVICE, time_s, number, **kind)
