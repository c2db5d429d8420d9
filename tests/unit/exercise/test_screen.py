"""What a check prints."""

from dataclasses import replace
from io import StringIO
from pathlib import Path

from tests.unit.exercise.right import flask_products, having, spans_changed
from whodunit.exercise.catalogue import exercise
from whodunit.exercise.checking import judged
from whodunit.exercise.evidence import Evidence
from whodunit.exercise.screen import slowest, verdicts
from whodunit.terminal import Screen

FLASK = exercise("flask-products")


def printed(evidence: Evidence, *steps: str, width: int = 100) -> str:
    screen = Screen(file=StringIO(), width=width)
    found = [judged(step, evidence) for step in FLASK.file.steps if step.name in steps]
    for each in verdicts(found, evidence):
        screen.print(each, crop=False)
    return screen.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def test_the_first_step_that_is_not_done_is_taught_and_later_ones_are_named(tmp_path: Path) -> None:
    evidence = replace(flask_products(tmp_path), logs=(), series=())
    told = printed(evidence, "server-spans", "durations", "query-logs")
    assert [line.split()[:2] for line in told.splitlines() if line[0] in "✓✗"] == [
        ["✓", "server-spans"],
        ["✗", "durations"],
        ["✗", "query-logs"],
    ]
    assert told.count("why") == told.count("see ") == 1
    assert "No log record arrived at all." in told


def test_an_exception_that_was_printed_stands_beside_what_is_missing(tmp_path: Path) -> None:
    right = replace(flask_products(tmp_path), raised="KeyError: 'lamps'")
    assert "KeyError" not in printed(right, "query-logs")
    assert "raised    KeyError: 'lamps' ends the last traceback" in printed(replace(right, logs=()), "query-logs")


def test_an_address_stays_whole_in_a_narrow_window(tmp_path: Path) -> None:
    told = printed(replace(flask_products(tmp_path), logs=()), "query-logs", width=40)
    (step,) = FLASK.chosen("query-logs")
    assert step.lessons["nothing"].see in told


def test_a_repair_says_what_it_was_measured_by(tmp_path: Path) -> None:
    told = printed(flask_products(tmp_path), "index", "query", "cache")
    assert "SEARCH reviews USING INDEX reviews_by_product" in told
    assert "GET /products?category=lamps: 1 statement, 2.0 ms of 4.0 ms" in told
    assert "the first time 1 statement, again 0" in told


def test_the_longest_trace_is_shown_to_whoever_looks_for_the_slow_query(tmp_path: Path) -> None:
    evidence = flask_products(tmp_path)
    slow = spans_changed(lambda span: span.name == "GET /products", having(duration_s=0.6))(evidence)
    assert slowest(slow).plain.splitlines()[0] == "   600.0 ms GET /products"
    assert "   2.0 ms   SELECT products.id" in printed(replace(slow, answer={}), "slow-query", width=80)


def test_without_a_trace_there_is_nothing_to_look_at(tmp_path: Path) -> None:
    nowhere = replace(flask_products(tmp_path), spans=(), answer={})
    assert "No trace has arrived" in printed(nowhere, "slow-query")
