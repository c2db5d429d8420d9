import httpx
import pytest

from tests.unit.telemetry.duck_store import MINUTE
from whodunit.telemetry.port import RefusedQueryError, TelemetryError
from whodunit.telemetry.questions import LogQuery
from whodunit.telemetry.stack.http import Program
from whodunit.telemetry.stack.links import Links
from whodunit.telemetry.stack.loki import Loki
from whodunit.telemetry.stack.prometheus import Prometheus


def program(answer: httpx.Response | Exception) -> Program:
    def handle(request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return Program("Loki", "http://127.0.0.1:8080/loki", httpx.MockTransport(handle))


PAGE = {"content-type": "text/html"}


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (httpx.Response(400, json={"status": "error", "error": "unexpected <op:/>"}), "Loki: unexpected <op:/>"),
        (httpx.Response(400, text="parse error at line 1\n"), "Loki: parse error at line 1"),
        (httpx.Response(400, json={"errors": [{"msg": "parameter 'service' is required"}]}), "Loki: parameter"),
        (httpx.Response(404, text="<html>", headers=PAGE), "Loki: 404"),
    ],
)
def test_a_refusal_is_told_in_the_programs_own_words(answer: httpx.Response, says: str) -> None:
    with pytest.raises(RefusedQueryError, match=says):
        program(answer).get("/x", {})


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (
            httpx.ConnectError("refused"),
            r"Loki at http://127\.0\.0\.1:8080/loki does not answer .*docker compose ps loki",
        ),
        (httpx.Response(502, text="<html>", headers=PAGE), "502 Bad Gateway"),
        (httpx.ReadTimeout("slow"), "did not answer within 10 s. Ask for a shorter time"),
        (httpx.Response(500, text="too many outstanding requests"), "could not answer: too many outstanding"),
        (httpx.Response(200, text="<html>", headers=PAGE), "What answers at .* is not Loki"),
    ],
)
def test_a_program_that_is_away_is_an_error_with_what_to_do(answer: httpx.Response | Exception, says: str) -> None:
    with pytest.raises(TelemetryError, match=says) as caught:
        program(answer).get("/x", {})
    assert not isinstance(caught.value, RefusedQueryError)


@pytest.mark.parametrize(
    "answer",
    [httpx.Response(404, text="404 page not found"), httpx.Response(200, json={}), httpx.Response(200, json=[1])],
)
def test_what_answers_in_another_form_is_another_program(answer: httpx.Response) -> None:
    asked = program(answer)
    links = Links("", "", None)
    for ask in (
        lambda: Loki(asked, links).newest(LogQuery(), MINUTE, 5),
        lambda: Loki(asked, links).count(LogQuery(), MINUTE),
        Prometheus(asked).services,
    ):
        with pytest.raises(TelemetryError, match=r"What answers at .* is not Loki"):
            ask()


def test_what_is_not_there_is_nothing() -> None:
    assert program(httpx.Response(404, json={"errors": [{"msg": "trace not found"}]})).get("/x", {}) is None
