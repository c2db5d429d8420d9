"""The client gives rows, and one kind of error whatever went wrong."""

import json

import httpx
import pytest

from whodunit.telemetry.port import TelemetryError
from whodunit.telemetry.store.client import StoreClient


def client(answer: httpx.Response) -> StoreClient:
    return StoreClient("http://store", httpx.MockTransport(lambda _: answer))


def test_rows() -> None:
    asked: list[object] = []

    def store(request: httpx.Request) -> httpx.Response:
        asked.append(json.loads(request.content))
        return httpx.Response(200, json={"columns": ["a", "b"], "rows": [[1, "x"]], "truncated": True})

    rows = StoreClient("http://store", httpx.MockTransport(store)).sql("select ?", (1,))
    assert asked == [{"sql": "select ?", "parameters": [1]}]
    assert (rows.as_dicts(), rows.truncated) == ([{"a": 1, "b": "x"}], True)


def test_the_stores_words() -> None:
    with pytest.raises(TelemetryError, match="Catalog Error"):
        client(httpx.Response(400, json={"message": "Catalog Error: no such table"})).sql("select")


@pytest.mark.parametrize("answer", [httpx.Response(500, text="oops"), httpx.Response(500, json=["oops"])])
def test_an_answer_that_is_not_the_stores(answer: httpx.Response) -> None:
    with pytest.raises(TelemetryError, match="500"):
        client(answer).stats()


def test_a_store_that_is_away() -> None:
    def away(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(TelemetryError, match="does not answer"):
        StoreClient("http://store", httpx.MockTransport(away)).stats()
