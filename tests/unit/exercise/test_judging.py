"""A right solution passes every step; each wrong one gets the message that is meant for it."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.exercise import inventory
from tests.unit.exercise.right import Spoil, flask_products, having, propagate, said, spans_changed, without
from whodunit.errors import LabError
from whodunit.exercise.catalogue import exercises
from whodunit.exercise.checking import judged
from whodunit.exercise.evidence import Evidence, Series, Span, SpanId
from whodunit.exercise.judging.judges import JUDGES, MEASURES
from whodunit.exercise.judging.repairs import reads_all

EXERCISES = {each.name: each for each in exercises()}
RIGHT: dict[str, Callable[[Path], Evidence]] = {
    "flask-products": flask_products,
    "propagate": lambda _: propagate(),
    inventory.NAME: lambda _: inventory.instrumented(),
}
ALONE = "e" * 32


def server(span: Span) -> bool:
    return span.kind == "server"


def statement(span: Span) -> bool:
    return "db.query.text" in span.attributes


def producer(span: Span) -> bool:
    return span.kind == "producer"


def pallet(span: Span) -> bool:
    return span.kind == "consumer"


def reserving(span: Span) -> bool:
    return span.name == "reserve stock"


def of_order_2(span: Span) -> bool:
    return span.attributes.get("order.id") == "2"


def nothing(evidence: Evidence) -> Evidence:
    return Evidence(evidence.visits, database=evidence.database, right_answer=evidence.right_answer)


def renamed(old: str, new: str) -> Callable[[Span], Span]:
    def change(span: Span) -> Span:
        return replace(without(old)(span), attributes={**without(old)(span).attributes, new: span.attributes[old]})

    return change


def asking(text: str) -> Spoil:
    return spans_changed(statement, said(db__query__text=text))


def measuring(**changes: object) -> Spoil:
    def spoil(evidence: Evidence) -> Evidence:
        return replace(evidence, series=tuple(replace(each, **changes) for each in evidence.series))  # type: ignore[arg-type]

    return spoil


def labelled(change: Callable[[dict[str, str]], dict[str, str]]) -> Spoil:
    def spoil(evidence: Evidence) -> Evidence:
        series = tuple(replace(each, attributes=change(dict(each.attributes))) for each in evidence.series)
        return replace(evidence, series=series)

    return spoil


def less(name: str) -> Spoil:
    return labelled(lambda attributes: {key: value for key, value in attributes.items() if key != name})


def logging_(first: int = 0, last: int = 2, **changes: object) -> Spoil:
    def spoil(evidence: Evidence) -> Evidence:
        lines = tuple(replace(each, **changes) for each in evidence.logs[first:last])  # type: ignore[arg-type]
        return replace(evidence, logs=lines)

    return spoil


def both_after(evidence: Evidence) -> Evidence:
    short = spans_changed(statement, having(duration_s=0.0003))(evidence)
    return logging_(time_us=1500)(short)


def delivering(place: int, signal: str, *backends: str) -> Spoil:
    def spoil(evidence: Evidence) -> Evidence:
        deliveries = list(evidence.deliveries)
        arrived = {**deliveries[place].arrived, signal: frozenset(backends)}
        deliveries[place] = replace(deliveries[place], arrived=arrived)
        return replace(evidence, deliveries=tuple(deliveries))

    return spoil


def failing(place: int) -> Spoil:
    def spoil(evidence: Evidence) -> Evidence:
        deliveries = list(evidence.deliveries)
        failed = LabError("KeyError: 'OTEL_EXPORTER_OTLP_ENDPOINT'", "Run it by hand.")
        deliveries[place] = replace(deliveries[place], failed=failed)
        return replace(evidence, deliveries=tuple(deliveries))

    return spoil


def visiting(place: int, **changes: object) -> Spoil:
    def spoil(evidence: Evidence) -> Evidence:
        visits = list(evidence.visits)
        visits[place] = replace(visits[place], **changes)  # type: ignore[arg-type]
        return replace(evidence, visits=tuple(visits))

    return spoil


def hurried(evidence: Evidence) -> Evidence:
    slow = spans_changed(server, having(duration_s=0.15))(evidence)
    return spans_changed(statement, having(duration_s=0.00003))(slow)


def page_of(place: int, other: int) -> Spoil:
    return lambda evidence: visiting(place, body=evidence.visits[other].body)(evidence)


def asked_again(evidence: Evidence) -> Evidence:
    span = next(span for span in evidence.spans if statement(span))
    again = SpanId(evidence.visits[1].trace_id, "b")
    return replace(evidence, spans=(*evidence.spans, replace(span, id=again, parent_id=f"{1:016x}")))


def one_for_each_product(evidence: Evidence) -> Evidence:
    span = next(span for span in evidence.spans if statement(span))
    more = tuple(replace(span, id=SpanId(span.id.trace_id, f"c{each}")) for each in range(24))
    return replace(evidence, spans=evidence.spans + more)


def viewed(evidence: Evidence) -> Evidence:
    """A statement that reads all reviews, and names a view of them."""
    assert evidence.database
    with closing(sqlite3.connect(evidence.database)) as connection, connection:
        connection.execute("CREATE VIEW rated AS SELECT product_id, avg(stars) AS stars FROM reviews WHERE stars = 4")
    return asking("SELECT * FROM rated")(evidence)


def keeping_elsewhere(evidence: Evidence) -> Evidence:
    """An application that does not ask DATABASE where to keep its data."""
    assert evidence.database
    evidence.database.unlink()
    return evidence


def without_reviews(evidence: Evidence) -> Evidence:
    assert evidence.database
    with closing(sqlite3.connect(evidence.database)) as connection, connection:
        connection.execute("DROP TABLE reviews")
    return evidence


def answering(**answers: str) -> Spoil:
    return lambda evidence: replace(evidence, answer={**evidence.answer, **answers})


def in_trace(of: int) -> Spoil:
    return lambda evidence: spans_changed(pallet, having(id=SpanId(evidence.visits[of].trace_id, "f"), parent_id="12"))(
        evidence
    )


def linked_to(number: int) -> Spoil:
    def spoil(evidence: Evidence) -> Evidence:
        links = tuple(SpanId(visit.trace_id, f"{order}{number}") for order, visit in enumerate(evidence.visits, 1))
        return spans_changed(pallet, having(links=links))(evidence)

    return spoil


def for_each_parcel(evidence: Evidence) -> Evidence:
    """A consumer's span for each message, in place of one for the pallet."""
    (one,) = (span for span in evidence.spans if pallet(span))
    each = tuple(replace(one, id=SpanId(ALONE, f"d{place}"), links=(to,)) for place, to in enumerate(one.links))
    return replace(evidence, spans=(*(span for span in evidence.spans if not pallet(span)), *each))


def around_receive(evidence: Evidence) -> Evidence:
    """One more consumer's span, of no message, as the last wait for messages leaves it."""
    (one,) = (span for span in evidence.spans if pallet(span))
    empty = said(messaging__batch__message_count="0")(replace(one, id=SpanId(ALONE, "d"), links=()))
    return replace(evidence, spans=(*evidence.spans, empty))


def lines_alone(body: str) -> Spoil:
    def spoil(evidence: Evidence) -> Evidence:
        lines = (replace(each, within=SpanId("", "")) if each.body == body else each for each in evidence.logs)
        return replace(evidence, logs=tuple(lines))

    return spoil


BACKWARDS = (
    '<li data-product="8" data-stars="0.0" data-reviews="0"><li data-product="7" data-stars="3.5" data-reviews="2">'
)
OLD_ROUTE = "/products/7"
WRONG: list[tuple[str, str, str, Spoil]] = [
    ("flask-products", "server-spans", "nothing", nothing),
    ("flask-products", "server-spans", "answer", visiting(3, status=500)),
    ("flask-products", "server-spans", "kind", spans_changed(server, having(kind="internal"))),
    ("flask-products", "server-spans", "context", visiting(2, trace_id=ALONE)),
    ("flask-products", "server-spans", "twice", lambda evidence: replace(evidence, spans=evidence.spans * 2)),
    (
        "flask-products",
        "server-spans",
        "old-names",
        spans_changed(server, renamed("http.response.status_code", "http.status_code")),
    ),
    ("flask-products", "server-spans", "route", spans_changed(server, without("http.route"))),
    (
        "flask-products",
        "server-spans",
        "route",
        spans_changed(lambda span: span.name.endswith("_id>"), said(http__route=OLD_ROUTE)),
    ),
    ("flask-products", "server-spans", "status-code", spans_changed(server, said(http__response__status_code="200"))),
    ("flask-products", "server-spans", "name", spans_changed(server, having(name="product_list"))),
    ("flask-products", "server-spans", "error", spans_changed(server, having(status="error"))),
    ("flask-products", "database-spans", "nothing", spans_changed(statement, lambda _: None)),
    ("flask-products", "database-spans", "own-trace", spans_changed(statement, having(parent_id=""))),
    ("flask-products", "database-spans", "each", asking("SELECT avg(stars) FROM reviews WHERE product_id = ?")),
    (
        "flask-products",
        "database-spans",
        "each",
        spans_changed(lambda span: span.id.span_id == f"a{3:015x}", lambda _: None),
    ),
    (
        "flask-products",
        "database-spans",
        "each",
        spans_changed(statement, lambda span: replace(without("db.query.text")(span), name="connect")),
    ),
    ("flask-products", "database-spans", "kind", spans_changed(statement, having(kind="internal"))),
    (
        "flask-products",
        "database-spans",
        "old-names",
        spans_changed(statement, renamed("db.query.text", "db.statement")),
    ),
    ("flask-products", "database-spans", "text", spans_changed(statement, without("db.query.text"))),
    ("flask-products", "database-spans", "system", spans_changed(statement, without("db.system.name"))),
    ("flask-products", "database-spans", "value", asking("SELECT id FROM products WHERE category = 'lamps'")),
    ("flask-products", "database-spans", "value", asking("SELECT id FROM products WHERE id = 7")),
    ("flask-products", "database-spans", "duration", hurried),
    ("flask-products", "durations", "nothing", nothing),
    ("flask-products", "durations", "old-name", measuring(name="http.server.duration", unit="ms")),
    ("flask-products", "durations", "type", measuring(type="sum")),
    ("flask-products", "durations", "unit", measuring(unit="ms")),
    ("flask-products", "durations", "method", less("http.request.method")),
    ("flask-products", "durations", "route", less("http.route")),
    ("flask-products", "durations", "status-code", less("http.response.status_code")),
    ("flask-products", "durations", "unbounded", labelled(lambda each: each | {"url.path": OLD_ROUTE})),
    ("flask-products", "durations", "unbounded", labelled(lambda each: each | {"page": OLD_ROUTE})),
    ("flask-products", "durations", "unbounded", labelled(lambda each: each | {"category": "lamps"})),
    ("flask-products", "durations", "unbounded", labelled(lambda each: each | {"http.route": OLD_ROUTE})),
    ("flask-products", "durations", "buckets", measuring(bounds=(0.0, 5.0, 10.0, 25.0, 50.0))),
    ("flask-products", "durations", "buckets", measuring(bounds=(0.01, 0.02, 0.03, 0.4))),
    ("flask-products", "durations", "count", measuring(count=0)),
    ("flask-products", "query-logs", "nothing", nothing),
    ("flask-products", "query-logs", "not-joined", logging_(within=SpanId("", ""))),
    ("flask-products", "query-logs", "each", logging_()),
    ("flask-products", "query-logs", "beginning", logging_(first=1)),
    ("flask-products", "query-logs", "beginning", both_after),
    ("flask-products", "query-logs", "parameters", logging_(attributes={"rows": "2"})),
    ("flask-products", "query-logs", "end", logging_(last=1)),
    ("flask-products", "query-logs", "rows", logging_(attributes={"category": "lamps"})),
    (
        "flask-products",
        "query-logs",
        "rows",
        logging_(last=4, attributes={"category": "lamps", "id": "7", "rows": "2"}),
    ),
    ("flask-products", "exporters", "lost", delivering(0, "metrics")),
    ("flask-products", "exporters", "elsewhere", delivering(0, "logs", "A")),
    ("flask-products", "exporters", "elsewhere", delivering(1, "spans", "A", "B")),
    ("flask-products", "exporters", "of-one-signal", delivering(1, "spans")),
    ("flask-products", "exporters", "of-one-signal", failing(1)),
    ("flask-products", "slow-query", "no-answer", lambda evidence: replace(evidence, answer={})),
    ("flask-products", "slow-query", "route", answering(route="/")),
    ("flask-products", "slow-query", "table", answering(table="products")),
    ("flask-products", "slow-query", "executions", answering(executions="25")),
    ("flask-products", "index", "no-statement", nothing),
    ("flask-products", "index", "scan", asking("SELECT avg(stars) FROM reviews WHERE stars = ?")),
    ("flask-products", "index", "scan", asking("SELECT count(*) FROM products JOIN reviews AS r ON r.stars = name")),
    ("flask-products", "index", "scan", viewed),
    ("flask-products", "index", "scan", keeping_elsewhere),
    ("flask-products", "index", "scan", asking("SELECT 1; SELECT avg(stars) FROM reviews WHERE product_id = ?")),
    ("flask-products", "index", "second-start", lambda evidence: replace(evidence, second_start="It ended at once.")),
    ("flask-products", "query", "no-statement", nothing),
    ("flask-products", "query", "many", one_for_each_product),
    ("flask-products", "query", "wrong-page", visiting(2, body="")),
    ("flask-products", "query", "wrong-page", visiting(2, body=BACKWARDS)),
    ("flask-products", "query", "wrong-page", without_reviews),
    ("flask-products", "cache", "no-statement", nothing),
    ("flask-products", "cache", "asked-again", asked_again),
    ("flask-products", "cache", "wrong-list", page_of(2, other=0)),
    ("flask-products", "cache", "stale", page_of(6, other=0)),
    ("propagate", "thread", "nothing", spans_changed(reserving, having(name="reserve"))),
    ("propagate", "thread", "own-trace", spans_changed(of_order_2, having(id=SpanId(ALONE, "1"), parent_id=""))),
    (
        "propagate",
        "thread",
        "linked",
        spans_changed(of_order_2, having(id=SpanId(ALONE, "1"), parent_id="", links=(SpanId(ALONE, "0"),))),
    ),
    ("propagate", "thread", "other-request", spans_changed(of_order_2, having(id=SpanId(f"{1:032x}", "21")))),
    ("propagate", "thread", "not-below", spans_changed(reserving, having(parent_id="caller"))),
    ("propagate", "thread", "waited", spans_changed(server, having(duration_s=0.26))),
    ("propagate", "thread", "hurried", spans_changed(reserving, having(duration_s=0.001))),
    ("propagate", "queue", "nothing", spans_changed(producer, lambda _: None)),
    ("propagate", "queue", "own-trace", spans_changed(producer, having(parent_id=""))),
    ("propagate", "queue", "attributes", spans_changed(producer, without("messaging.destination.name"))),
    ("propagate", "queue", "attributes", spans_changed(producer, said(messaging__operation__type="publish"))),
    ("propagate", "links", "attributes", spans_changed(pallet, said(messaging__operation__type="banana"))),
    ("propagate", "links", "attributes", spans_changed(pallet, said(messaging__destination__name="parcels of 1"))),
    ("propagate", "links", "nothing", spans_changed(pallet, lambda _: None)),
    ("propagate", "links", "kind", spans_changed(pallet, having(kind="internal"))),
    ("propagate", "links", "several", for_each_parcel),
    ("propagate", "links", "parent", in_trace(0)),
    ("propagate", "links", "links", spans_changed(pallet, having(links=()))),
    ("propagate", "links", "wrong-span", linked_to(0)),
    ("propagate", "links", "wrong-span", spans_changed(producer, having(kind="client"))),
    ("propagate", "links", "beside", spans_changed(pallet, lambda span: replace(span, local_links=span.links[:1]))),
    ("propagate", "links", "count", spans_changed(pallet, having(types={}))),
    ("propagate", "links", "count", spans_changed(pallet, without("messaging.batch.message_count"))),
    ("propagate", "joined-logs", "thread", lines_alone("Goods are reserved.")),
    ("propagate", "joined-logs", "depot", lines_alone("A pallet leaves.")),
    *((inventory.NAME, *wrong) for wrong in inventory.WRONG),
]


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_solution_passes_every_step(name: str, tmp_path: Path) -> None:
    evidence = RIGHT[name](tmp_path)
    found = [judged(step, evidence) for step in EXERCISES[name].file.steps]
    assert [(each.step.name, each.findings) for each in found if each.findings] == []
    assert all(each.measured for each in found if each.step.name in MEASURES)


@pytest.mark.parametrize(("name", "step", "lesson", "spoil"), WRONG, ids=[f"{s}-{w}" for _, s, w, _ in WRONG])
def test_a_wrong_one_gets_its_message(name: str, step: str, lesson: str, spoil: Spoil, tmp_path: Path) -> None:
    (wanted,) = EXERCISES[name].chosen(step)
    verdict = judged(wanted, spoil(RIGHT[name](tmp_path)))
    assert wanted.lessons[lesson] in [each.lesson for each in verdict.findings]


def test_every_lesson_is_given_to_somebody() -> None:
    written = {
        (name, step.name, each) for name in RIGHT for step in EXERCISES[name].file.steps for each in step.lessons
    }
    assert written == {(name, step, lesson) for name, step, lesson, _ in WRONG}


def test_every_judge_has_its_step() -> None:
    assert set(JUDGES) == {step.name for each in EXERCISES.values() for step in each.file.steps}


def test_a_mistake_in_every_request_is_told_once(tmp_path: Path) -> None:
    (step,) = EXERCISES["flask-products"].chosen("server-spans")
    spoilt = spans_changed(server, without("http.route"))(flask_products(tmp_path))
    assert [each.missing[:47] for each in judged(step, spoilt).findings] == [
        "The span of GET /products?category=lamps has no"
    ]


def test_one_request_that_outlasts_the_thread_is_no_proof_that_it_waited(tmp_path: Path) -> None:
    (step,) = EXERCISES["propagate"].chosen("thread")
    slow = spans_changed(lambda span: server(span) and span.start_us == 1, having(duration_s=0.6))
    assert judged(step, slow(RIGHT["propagate"](tmp_path))).findings == ()


@pytest.mark.parametrize("step", ["thread", "queue", "links"])
@pytest.mark.parametrize("body", ["Internal Server Error", '{"detail": "no"}', "[]"], ids=["text", "no-order", "list"])
def test_a_request_that_was_answered_without_an_order_is_named_with_its_status(
    step: str, body: str, tmp_path: Path
) -> None:
    refused = replace(visiting(1, status=500, body=body)(RIGHT["propagate"](tmp_path)), raised="KeyError: 'lamp'")
    spoil = spans_changed(lambda span: span.id.trace_id == f"{2:032x}" and not server(span), lambda _: None)
    without_link = spans_changed(pallet, lambda span: replace(span, links=(span.links[0], span.links[2])))
    (wanted,) = EXERCISES["propagate"].chosen(step)
    verdict = judged(wanted, without_link(spoil(refused)))
    assert [each.missing for each in verdict.findings if "? (POST /orders was answered with 500)" in each.missing]
    assert verdict.raised == "KeyError: 'lamp'"


def test_a_span_of_no_message_is_told_apart_from_a_wrong_count(tmp_path: Path) -> None:
    (step,) = EXERCISES["propagate"].chosen("links")
    (finding,) = judged(step, around_receive(RIGHT["propagate"](tmp_path))).findings
    assert finding.missing == (
        "2 spans of kind consumer for one pallet; links of each: 3, 0. "
        "That without links is of no pallet: it waited for messages, and none came."
    )


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (spans_changed(pallet, having(links=())), "0 links for 3 orders; either no traceparent is in the headers"),
        (spans_changed(producer, having(kind="client")), "see the step queue."),
    ],
    ids=["no-links", "no-producer"],
)
def test_links_that_lack_what_another_place_should_give_say_so(spoil: Spoil, told: str, tmp_path: Path) -> None:
    (step,) = EXERCISES["propagate"].chosen("links")
    (finding,) = judged(step, spoil(RIGHT["propagate"](tmp_path))).findings
    assert told in finding.missing


def test_a_parameter_may_be_written_as_other_frameworks_do(tmp_path: Path) -> None:
    (step,) = EXERCISES["flask-products"].chosen("server-spans")

    def as_in_fastapi(span: Span) -> Span:
        route = span.attributes["http.route"].replace("<int:product_id>", "{id}")
        return replace(said(http__route=route)(span), name=f"{span.name.split()[0]} {route}")

    assert judged(step, spans_changed(server, as_in_fastapi)(flask_products(tmp_path))).findings == ()


def test_a_list_that_needs_no_reviews_reads_none_of_them_in_full(tmp_path: Path) -> None:
    (step,) = EXERCISES["flask-products"].chosen("index")
    verdict = judged(step, asking("SELECT id, name FROM products WHERE category = ?")(flask_products(tmp_path)))
    assert (verdict.findings, verdict.measured) == ((), "plan: no statement reads reviews")


@pytest.mark.parametrize(
    ("line", "statement", "all_of_them"),
    [
        ("SCAN reviews", "FROM reviews", True),
        ("SCAN r USING COVERING INDEX by_stars", "FROM reviews AS r", True),
        ("SCAN TABLE reviews", "FROM reviews", True),
        ("SCAN TABLE reviews AS r USING COVERING INDEX by_stars", "FROM reviews r", True),
        ("SEARCH TABLE reviews USING INDEX by_product (product_id=?)", "FROM reviews", False),
        ("SCAN TABLE products", "FROM products JOIN reviews USING (product_id)", False),
        ("SCAN products USING INDEX by_name", "FROM products JOIN reviews USING (product_id)", False),
    ],
)
def test_a_plan_is_read_as_sqlite_words_it_and_as_before_3_36(line: str, statement: str, *, all_of_them: bool) -> None:
    assert reads_all(line, statement) is all_of_them


def test_few_bounds_are_enough_where_they_tell_durations_apart(tmp_path: Path) -> None:
    (step,) = EXERCISES["flask-products"].chosen("durations")
    assert judged(step, measuring(bounds=(0.001, 0.01, 0.1, 1.0, 10.0))(flask_products(tmp_path))).findings == ()


def test_series_of_other_metrics_do_not_matter(tmp_path: Path) -> None:
    (step,) = EXERCISES["flask-products"].chosen("durations")
    evidence = flask_products(tmp_path)
    more = Series("db.client.operation.duration", "s", "histogram", {})
    assert judged(step, replace(evidence, series=(*evidence.series, more))).findings == ()
