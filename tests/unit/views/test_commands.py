import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from tests.unit.telemetry.duck_store import DuckStore, at
from tests.unit.views.busy_shop import checkout, fill
from whodunit.errors import WrongUseError
from whodunit.telemetry.questions import Window
from whodunit.telemetry.store.adapter import StoreTelemetry
from whodunit.views.commands import register
from whodunit.views.desk import Desk
from whodunit.views.not_shown import nothing
from whodunit.views.windows import Period

Run = Callable[..., str]

VIEWS = [
    ("traces", "--service", "payment", "--name", "connect", "--min", "1s", "--where", "db.system.name=sqlite"),
    ("trace", "c0ffee05"),
    ("logs", "--service", "payment", "--severity", "error", "--contains", "database", "--trace", "c0ffee"),
    ("metrics",),
    ("metrics", "shop.payment.duration", "--by", "shop.outcome", "--service", "payment"),
    ("metrics", "shop.order.results", "--by", "shop.outcome", "--where", "shop.outcome=completed"),
    ("metrics", "shop.order.in_processing", "--max"),
    ("metrics", "shop.payment.duration", "--heatmap", "--plot", "--service", "payment"),
    ("map",),
]


@pytest.fixture
def shop(store: DuckStore) -> DuckStore:
    fill(store, minutes=1, dry_from_s=5)
    return store


@pytest.mark.parametrize("view", VIEWS, ids=" ".join)
def test_every_view_draws_says_json_and_names_its_query(shop: DuckStore, run: Run, view: tuple[str, ...]) -> None:
    assert "No " not in run(*view)
    document: dict[str, Any] = json.loads(run(*view, "--json"))
    (rows,) = (value for value in document.values() if isinstance(value, list) and value)
    query = run(*view, "--query")
    assert query.strip() == document["query"]
    assert json.loads(run("sql", "-", "--json", text=query))["rows"]
    assert rows


@pytest.mark.parametrize("view", VIEWS, ids=" ".join)
def test_every_view_can_be_written_where_not_every_character_can(
    shop: DuckStore, run: Run, view: tuple[str, ...]
) -> None:
    shop.log("Müller 名 😀", "order", 55, trace_id="f" * 32)
    shop.log("Database unreachable: 名", "payment", 55, "ERROR", trace_id="c0ffee05".ljust(32, "0"))
    plain, document = run(*view).split("\n"), json.loads(run(*view, "--json"))
    for charset in ("cp1252", "latin-1", "ascii"):
        written = run(*view, charset=charset).split("\n")
        assert [len(line) for line in written] == [len(line) for line in plain], charset
        assert json.loads(run(*view, "--json", charset=charset)) == document, charset


STEERING = "\x1b[2J\x1b[H\x1b]0;title\x07\x9b31m\u202egnilleps\u2066\x7f\r\b"


@pytest.fixture
def hostile(store: DuckStore) -> DuckStore:
    """Everything that a sender writes steers the terminal, begins a line of its own, and is Rich's markup."""
    evil = f"{STEERING}\nFORGED \u2028FORGED [/] [bold"
    store.span(f"name{evil}", f"service{evil}", 1, 0.1, span_id="a" * 16)
    fields = {"status": "error", "status_message": f"message{evil}", "attributes": {"service.peer.name": f"peer{evil}"}}
    event = {"name": f"event{evil}", "time": "never", "attributes": {f"key{evil}": f"value{evil}"}}
    store.span("call", f"service{evil}", 2, 0.1, parent_span_id="a" * 16, kind="client", events=[event], **fields)
    store.log(f"body{evil}", f"service{evil}", 3, trace_id=f"{1:032x}", span_id="a" * 16)
    store.gauge(
        f"metric{STEERING}\nFORGED [/]", f"service{evil}", 4, 1.0, unit=f"unit{evil}", attributes={f"key{evil}": "x"}
    )
    store.gauge("level", f"service{evil}", 4, 1.0, attributes={"key": f"value{evil}"})
    return store


@pytest.mark.parametrize(
    "view",
    [
        ("traces",),
        ("trace", "000000", "--logs"),
        ("logs",),
        ("metrics",),
        ("metrics", "level", "--by", "key", "--by", "service"),
        ("map",),
        ("logs", "--service", "nobody"),
        ("sql", 'select name as "[bold]n" from spans'),
        ("sql", "select * from logs"),
    ],
    ids=" ".join,
)
def test_what_a_sender_writes_steers_no_terminal_and_forges_no_line(
    hostile: DuckStore, run: Run, view: tuple[str, ...]
) -> None:
    output = run(*view)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202e\u2066]", output)
    if view[0] != "sql":
        assert not [line for line in output.splitlines() if line.startswith("FORGED")]
    document = run(*view, "--json")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2066]", document)
    assert json.loads(document)


def test_what_is_no_number_is_null_in_json(store: DuckStore, run: Run) -> None:
    store.gauge("level", "order", 4, float("nan"))
    (series,) = json.loads(run("metrics", "level", "--json"))["series"]
    assert set(series["values"]) == {None}
    assert "its points hold no number" in run("metrics", "level")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (("--last", "20s"), (at(40), at(60))),
        (("--from", "-50s"), (at(10), at(60))),
        (("--from", "-50s", "--until", "-20s"), (at(10), at(40))),
        (("--from", "-50s", "--last", "10s"), (at(10), at(20))),
        (("--until", "-30s", "--last", "10s"), (at(20), at(30))),
        (("--until", "2026-11-21T12:00:30Z", "--last", "10s"), (at(20), at(30))),
        (("--around", "-30s", "--last", "10s"), (at(20), at(40))),
        (("--around", "-2m"), (at(-120), at(0))),
    ],
    ids=str,
)
def test_a_view_shows_the_time_that_is_typed(
    store: DuckStore, run: Run, typed: tuple[str, ...], shown: tuple[datetime, datetime]
) -> None:
    for time_s in range(-200, 60, 5):
        store.span("buy", "frontend", time_s, 0.1, trace_id=f"{time_s + 200:032x}")
    starts = [
        datetime.fromisoformat(each["start"])
        for each in json.loads(run("traces", "--limit", "100", "--json", *typed))["traces"]
    ]
    first, end = shown
    assert (min(starts), max(starts)) == (first, end - timedelta(seconds=5))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("--around", "-1m", "--from", "-2m"), "--around has a beginning and an end of its own."),
        (("--from", "-2m", "--until", "-1m", "--last", "5s"), "--from, --until and --last are one too many."),
        (("--from", "-1m", "--until", "-2m"), "The window --from -1m ends before it begins."),
        (("--from", "noonish"), "'noonish' is not a moment."),
    ],
    ids=str,
)
@pytest.mark.parametrize("view", [("traces",), ("logs",), ("metrics",), ("map",), ("forecast", "x", "--limit", "1")])
def test_a_time_that_cannot_be_is_said(run: Run, view: tuple[str, ...], typed: tuple[str, ...], said: str) -> None:
    with pytest.raises(WrongUseError, match=re.escape(said)):
        run(*view, *typed)


def test_lines_that_come_have_no_end(run: Run) -> None:
    with pytest.raises(WrongUseError, match="--follow shows lines as they come, from now on"):
        run("logs", "--follow", "--until", "-1m")


def test_the_slowest_come_first_when_they_are_asked_for(store: DuckStore, run: Run) -> None:
    for number, took_s in enumerate([1.0, 9.0, 3.0]):
        store.span("buy", "frontend", number, took_s, trace_id=f"{number:08x}".ljust(32, "0"))
    slowest = run("traces", "--sort", "slowest", "--limit", "2")
    assert slowest.index("00000001") < slowest.index("00000002")
    assert ("1 faster trace left out" in slowest, "00000000" in slowest) == (True, False)


def test_a_view_without_rows_says_what_to_try(shop: DuckStore, run: Run) -> None:
    assert "There are: frontend, inventory, order, payment, product-catalog." in run("logs", "--service", "pay")
    assert "Look further back" in run("traces", "--status", "ok")
    assert json.loads(run("traces", "--status", "ok", "--json"))["traces"] == []
    assert "for one span" not in run("traces", "--status", "ok")
    assert "All conditions must hold for one span." in run("traces", "--status", "error", "--where", "no=such")


def test_the_slowest_of_all_that_were_found_is_proposed(store: DuckStore, run: Run) -> None:
    for number, (took_s, status) in enumerate([(30.0, "unset"), (9.0, "error"), (3.0, "error"), (1.0, "unset")]):
        store.span("buy", "load-generator", number, took_s, status=status, trace_id=f"{number:08x}".ljust(32, "0"))
    assert "Open the slowest with an error: whodunit trace 00000001" in run("traces", "--limit", "2")
    assert "Open the slowest: whodunit trace 00000000" in run("traces", "--status", "unset", "--limit", "1")


def test_a_trace_without_its_root_is_marked_and_not_proposed(store: DuckStore, run: Run) -> None:
    store.span("buy", "load-generator", 1, 1.0, trace_id="a" * 32)
    assert "fragment" not in run("traces")
    store.span("POST /orders", "order", 2, 9.0, trace_id="b" * 32, parent_span_id="c" * 16)
    shown = run("traces")
    assert "order fragment POST /orders" in shown
    assert "A fragment lacks its first span, which has not ended or was lost." in shown
    assert "Open the slowest: whodunit trace aaaaaaaa" in shown


@pytest.mark.parametrize("view", [("traces",), ("logs",), ("metrics",), ("map",)], ids=" ".join)
def test_an_empty_store_says_how_to_fill_it(run: Run, view: tuple[str, ...]) -> None:
    assert "whodunit up" in run(*view).replace("\n", " ")


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("traces", "--min", "1"), "--last 15m"),
        (("traces", "--where", "key"), "--where key=value"),
        (("logs", "--severity", "loud"), "trace, debug, info, warn, error, fatal"),
        (("trace", "ffffffff"), "whodunit traces"),
        (("trace", "abc"), "whodunit traces"),
        (("trace", "c0ffee"), "whodunit traces"),
        (("metrics", "payment.duration"), "Did you mean: shop.payment.duration"),
        (("metrics", "zzz"), "whodunit metrics"),
        (("metrics", "shop.payment.duration", "--increase"), "It has: --p 95, --mean"),
        (("metrics", "shop.order.in_processing", "--mean"), "It has: its value, without an option, --max"),
        (("metrics", "shop.payment.duration", "--p", "95", "--mean"), "Choose one of"),
        (("metrics", "shop.order.in_processing", "--heatmap"), "Leave out --heatmap."),
        (("metrics", "--heatmap"), "Name a histogram: whodunit metrics"),
        (("metrics", "shop.payment.duration", "--heatmap", "--mean"), "Leave out one of the two."),
        (("metrics", "shop.payment.duration", "--heatmap", "--by", "service"), "Leave out --by"),
        (("metrics", "shop.payment.duration", "--by", "colour"), "It has: service, service.version, shop.outcome"),
        (("metrics", "shop.payment.duration", "--last", "1s"), "Look further back"),
        (("sql", "select * from nope"), "describe spans"),
    ],
)
def test_wrong_use_says_what_would_be_right(shop: DuckStore, run: Run, arguments: tuple[str, ...], hint: str) -> None:
    with pytest.raises(WrongUseError) as caught:
        run(*arguments)
    assert hint in caught.value.hint


def test_the_log_lines_of_a_query_tell_what_was_asked_and_how_much_came(store: DuckStore, run: Run) -> None:
    asked = {"shop.query.parameters": "product=7"}
    answered = asked | {"db.response.returned_rows": "1", "shop.query.duration": "0.0214"}
    store.log("Query of reviews started.", "product-catalog", 1.0, attributes=asked)
    store.log("Query of reviews ended.", "product-catalog", 2.0, attributes=answered)
    lines = run("logs", "--service", "product-catalog").splitlines()[-2:]
    assert lines[0].endswith("Query of reviews started. · product=7")
    assert lines[1].endswith("Query of reviews ended. · product=7 · 1 row · 21.4ms")


def test_the_log_lines_of_a_query_without_parameters_end_in_no_separator(store: DuckStore, run: Run) -> None:
    store.log("Query of reviews started.", "product-catalog", 1.0, attributes={"shop.query.parameters": ""})
    assert run("logs").rstrip("\n").endswith("Query of reviews started.")


def test_log_lines_name_the_release_of_a_service_that_had_several(store: DuckStore, run: Run) -> None:
    for second, release in enumerate(("0.1.0", "0.2.0")):
        store.log("Ready.", "payment", second, release=release)
    store.log("Ready.", "order", 2, release="0.1.0")
    told = [line.split("INFO")[1].split() for line in run("logs").splitlines()]
    assert told == [["payment", "0.1.0", "Ready."], ["payment", "0.2.0", "Ready."], ["order", "Ready."]]
    assert [line.split()[2:] for line in run("logs", "--service", "order").splitlines()] == [["order", "Ready."]]


STACK = """\
Traceback (most recent call last):
  File "/usr/lib/python3.11/asyncio/timeouts.py", line 115, in __aexit__
    raise TimeoutError from exc_val
TimeoutError

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "site-packages/starlette/routing.py", line 683, in __call__
    await self.middleware_stack(scope, receive, send)
  File "/shop/services/order/endpoints.py", line 75, in place
    return await orders.place(order)
           ^^^^^^^^^^^^^^^^^^^^^^^^^
  File "/shop/services/order/service.py", line 32, in place
    raise Unreachable
services.order.errors.Unreachable: payment
"""


def test_a_stack_trace_is_told_by_the_frames_of_the_product(store: DuckStore, run: Run) -> None:
    store.log("Unhandled.", "order", 1, "ERROR", attributes={"exception.stacktrace": STACK})
    store.log("Ready.", "order", 2)
    assert [line.removeprefix("    ") for line in run("logs", "--stack").splitlines()[1:-1]] == [
        "TimeoutError",
        "  1 frame of libraries left out; --json has them",
        "services.order.errors.Unreachable: payment",
        "  services/order/service.py:32 place",
        "    raise Unreachable",
        "  services/order/endpoints.py:75 place",
        "    return await orders.place(order)",
        "  1 frame of libraries left out; --json has them",
    ]
    assert len(run("logs").splitlines()) == 2


def test_the_most_frequent_messages_are_counted_when_lines_are_left_out(store: DuckStore, run: Run) -> None:
    for second in range(9):
        store.log("Too slow." if second < 6 else "Retrying.", "order", second, "WARN" if second < 6 else "INFO")
    store.log("Once.", "order", 10)
    assert run("logs", "--limit", "9").splitlines()[-3:] == [
        "The most frequent of 10 lines:",
        "     6 × WARN order Too slow.",
        "     3 × INFO order Retrying.",
    ]
    assert "most frequent" not in run("logs", "--limit", "10")


def test_the_log_lines_of_a_process_tell_why_it_ends_and_how_the_one_before_it_ended(
    store: DuckStore, run: Run
) -> None:
    why = {"shop.lifecycle.ended_by": "another release was deployed: 0.1.0 → 0.2.0", "process.exit.code": "75"}
    store.log("The service ends.", "payment", 1.0, attributes=why)
    store.log("The service starts again.", "payment", 2.0, attributes={"shop.lifecycle.ended_by": "killed by SIGKILL"})
    lines = run("logs", "--service", "payment").splitlines()[-2:]
    assert lines[0].endswith("The service ends. · another release was deployed: 0.1.0 → 0.2.0 · exit code 75")
    assert lines[1].endswith("The service starts again. · killed by SIGKILL")


def test_log_lines_carry_the_beginning_of_the_trace_id(store: DuckStore, run: Run) -> None:
    checkout(store, 5, 1.0, dry=False)
    line = run("logs").strip()
    assert line.endswith("INFO  order c0ffee05 Order completed.")
    assert run("logs", "--trace", "c0ffee05").strip() == line


def test_a_log_line_in_a_pipe_is_one_line_and_not_markup(store: DuckStore, run: Run) -> None:
    store.log("[bold]" + "x" * 300, "order", 1.0, attributes={"exception.type": "a.B", "exception.message": "c\nd"})
    assert run("logs").strip().endswith("[bold]" + "x" * 300 + " · B: c")


def test_the_newest_lines_are_shown_and_the_rest_counted(store: DuckStore, run: Run) -> None:
    for second in range(5):
        store.log(f"line {second}", "order", second)
    first, *lines = run("logs", "--limit", "2").splitlines()
    assert first.startswith("3 older lines")
    assert [line[-6:] for line in lines] == ["line 3", "line 4"]


def test_lines_that_are_not_severe_enough_are_counted(store: DuckStore, run: Run) -> None:
    store.log("The pool reached its size, waiting.", "order", 1)
    store.log("Too slow.", "order", 2, "WARN")
    assert run("logs", "--severity", "warn").endswith(
        "1 less severe line left out; without --severity they are shown\n"
    )
    assert "2 less severe lines left out" in run("logs", "--severity", "error")
    assert json.loads(run("logs", "--severity", "warn", "--json"))["less_severe"] == 1
    assert "less severe" not in run("logs")


def test_a_trace_with_its_logs_names_both_queries(shop: DuckStore, run: Run) -> None:
    document = json.loads(run("trace", "c0ffee05", "--logs", "--json"))
    assert {record["trace_id"] for record in document["logs"]} == {document["trace_id"]}
    assert document["query"].count("\nFROM ") == 2


def test_sql_prints_what_fits_as_a_table_and_else_row_by_row(shop: DuckStore, run: Run) -> None:
    table = run(
        "sql", "select service, count(*) as n from spans where name = 'POST /reservations' group by all"
    ).splitlines()
    assert [line.split() for line in table[:2]] == [["service", "n"], ["inventory", "30"]]
    blocks = run("sql", "select * from logs limit 2")
    assert "── row 2 ──" in blocks
    assert blocks.strip().endswith("2 rows")


def test_a_statement_is_read_from_what_an_editor_saved(run: Run) -> None:
    assert "1 row" in run("sql", "-", text="select 1\r\n".encode("utf-16"))


def test_what_a_limit_leaves_out_is_told(shop: DuckStore, run: Run) -> None:
    assert "28 older traces left out; --limit takes more" in run("traces", "--limit", "2")
    document = json.loads(run("traces", "--limit", "2", "--json"))
    assert (document["count"], document["is_lower_bound"], len(document["traces"])) == (30, False, 2)
    assert "left out" not in run("traces", "--limit", "30")


def test_what_the_store_leaves_out_is_told(store: DuckStore, run: Run) -> None:
    for number in range(12):
        store.span("call", "order", number, 0.1)
        store.log("A line of the trace.", "order", number, trace_id=f"{1:032x}")
        store.gauge("level", "order", number, 1.0, attributes={"key": str(number)})
    store.most_rows = 10
    assert "2 later spans left out\n2 older log lines left out" in run("trace", "000000", "--logs")
    assert "10 of 12 spans" in run("trace", "000000")
    document = json.loads(run("trace", "000000", "--logs", "--json"))
    assert (document["count"], document["log_count"]) == (12, 12)
    assert json.loads(run("logs", "--json"))["count"] == 12
    with pytest.raises(WrongUseError, match="longer than the store gives"):
        run("metrics", "level", "--by", "key")


@pytest.fixture
def fast_clock(store: DuckStore) -> DuckStore:
    """A sender whose clock is an hour ahead; the time is a minute past noon."""
    store.span("call", "fast", 3_600, 0.1, trace_id="a" * 32)
    store.log("From a fast clock.", "fast", 3_600)
    for second in (30, 3_600):
        store.gauge("level", "fast", second, 1.0)
    store.gauge("ahead", "fast", 3_600, 1.0)
    return store


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (("traces",), "Later than now: 1 span, such as at 2026-11-21"),
        (("logs",), "Later than now: 1 log line, such as at 2026-11-21"),
        (("map",), "Later than now: 1 span, such as at 2026-11-21"),
        (("metrics",), "Later than now: 2 metrics with points. A sender's clock is ahead."),
        (("metrics", "level"), "Later than now: 1 point. A sender's clock is ahead."),
    ],
    ids=lambda view: " ".join(view) if isinstance(view, tuple) else "",
)
def test_what_comes_after_now_is_told(fast_clock: DuckStore, run: Run, view: tuple[str, ...], said: str) -> None:
    assert said in run(*view)
    assert json.loads(run(*view, "--json"))["later"] in {1, 2}


def test_what_somebody_else_sends_from_ahead_is_not_told(fast_clock: DuckStore, run: Run) -> None:
    for view in ("traces", "logs", "metrics"):
        assert "Later than now" not in run(view, "--service", "order")


def test_a_plot_tells_the_line_by_which_its_number_is_cited(store: DuckStore, run: Run) -> None:
    fill(store, minutes=1, dry_from_s=5)
    drawn = run("metrics", "shop.payment.duration", "--service", "payment", "--p", "99")
    assert "to cite it, in a window after the onset: metric shop.payment.duration{service=payment} p99 " in drawn
    assert "to cite it" not in run("metrics", "shop.payment.duration", "--last", "5s")


def test_what_is_cited_as_something_else_than_it_shows_is_told(store: DuckStore, run: Run) -> None:
    fill(store, minutes=1, dry_from_s=5)
    assert "to cite it as a rate, in a window after the onset: metric shop.order.results rate " in run(
        "metrics", "shop.order.results", "--increase"
    )
    assert "to cite it, in a window after the onset: metric shop.order.results rate " in run(
        "metrics", "shop.order.results"
    )


def test_a_metric_has_a_line_for_each_release(store: DuckStore, run: Run) -> None:
    for second, release in ((10, "0.1.0"), (20, "0.1.0"), (20, "0.2.0")):
        store.histogram("shop.payment.duration", "payment", second, [0, 2], [0.5], release=release)
    document = json.loads(run("metrics", "shop.payment.duration", "--count", "--by", "service.version", "--json"))
    found = {line["attributes"]["service.version"]: sum(filter(None, line["values"])) for line in document["series"]}
    assert found == {"0.1.0": 4, "0.2.0": 2}


@pytest.mark.parametrize(("last", "steps"), [("35s", 3), ("10s", 1), ("1h", 60)])
def test_equal_steps_fill_the_window_of_a_plot(store: DuckStore, run: Run, last: str, steps: int) -> None:
    for second in range(25, 60):
        store.counter("shop.order.results", "order", second, 2)
    (series,) = json.loads(run("metrics", "shop.order.results", "--last", last, "--json"))["series"]
    assert len(series["values"]) == steps
    if steps == 3:
        assert series["values"] == pytest.approx([2, 2, 2], rel=0.1)


def test_a_metric_that_is_ahead_alone_is_not_looked_for_further_back(fast_clock: DuckStore, run: Run) -> None:
    with pytest.raises(WrongUseError, match="later than now") as caught:
        run("metrics", "ahead")
    assert "clock" in caught.value.hint


def test_a_replay_is_looked_at_as_a_whole_and_an_empty_view_of_it_says_what_it_covers(shop: DuckStore) -> None:
    recorded = Window(at(0), at(60))
    shown = Desk(StoreTelemetry(shop), shop, lambda: at(60), recorded=recorded)
    assert (shown.window(Period()), shown.window(Period("5s"))) == (recorded, Window(at(55), at(60)))
    assert nothing(shown, "calls", Period()).plain.startswith("No calls in the recording. The recording covers ")
    said = nothing(shown, "calls", Period("5s")).plain
    assert said.startswith("No calls in the last 5s. The recording covers ")
    assert "--last 60s" in said
    assert "load start" not in said


def test_the_map_looks_back_a_minute_at_a_shop_and_at_all_of_a_replay(store: DuckStore) -> None:
    app = typer.Typer()
    register(app)
    store.span("GET /", "frontend", 5, 0.1, kind="server")
    shop = Desk(StoreTelemetry(store), store, lambda: at(90))
    for desk, found in ((shop, False), (replace(shop, recorded=Window(at(0), at(90))), True)):
        output = CliRunner().invoke(app, ["map"], obj=desk, catch_exceptions=False).output
        assert ("└ frontend" in output) is found
        assert ("in the last 1m" in output) is not found


def test_a_window_without_length_is_empty(shop: DuckStore, run: Run) -> None:
    for view in ("traces", "logs", "metrics", "map"):
        assert " in the last 0s. " in run(view, "--last", "0s").replace("\n", " ")


def test_an_empty_view_tells_that_the_store_cannot_write(store: DuckStore) -> None:
    desk = Desk(StoreTelemetry(store), store, lambda: at(60))
    assert "Nothing has reported yet" in nothing(desk, "traces", Period("5m")).plain
    said = nothing(replace(desk, write_error=lambda: "No space left on device"), "traces", Period("5m")).plain
    assert said.endswith("The store could not write, so what is missing here may be unwritten: No space left on device")
