"""The text of an error is one line, wherever a span or a log record carries it."""

from typing import Any

from tests.unit.telemetry.duck_store import at
from whodunit.telemetry import error_text
from whodunit.telemetry.answers import Span

SAID = {"name": "exception", "attributes": {"exception.type": "shop.Oops", "exception.message": "no\nat line 7"}}


def of_span(message: str = "", *events: dict[str, Any], status: str = "error") -> str:
    return error_text.of_span(Span("t", "s", None, "order", "x", "internal", at(0), 1, status, message, {}, events))


def test_a_span_that_failed_says_why_in_one_line() -> None:
    assert of_span("Too slow\nmore", SAID) == "Too slow"
    assert of_span("no pool (Background on this error at: https://sqlalche.me/e/20/3o7r)") == "no pool"
    assert of_span("", SAID, {"name": "x"}) == "Oops: no"
    assert of_span("", SAID, {"name": "exception"}) == "Oops: no"
    assert of_span("", {"name": "exception", "attributes": "senseless"}) == ""


def test_what_a_span_survived_is_no_error() -> None:
    assert of_span("all well", SAID, status="ok") == ""


def test_an_exception_is_told_by_what_there_is_of_it() -> None:
    assert error_text.of_exception({"exception.type": "a.b.KeyError"}) == "KeyError"
    assert error_text.of_exception({"exception.message": "gone"}) == "gone"
    assert error_text.of_exception({}) == ""
