"""`whodunit exercise check` on applications that run: as they begin, solved, and solved wrongly."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from whodunit.errors import LabError
from whodunit.exercise import folder
from whodunit.exercise.catalogue import Exercise, exercise
from whodunit.exercise.checking import check
from whodunit.exercise.handin import Done, as_text, hand_in
from whodunit.gradebook.exercises import marked
from whodunit.gradebook.rubric import rubric

pytestmark = pytest.mark.process

NOT_DONE = 1
WITHIN_S = 600.0

BEGINNING = {
    "flask-products": {
        "server-spans": "No span arrived at all.",
        "database-spans": "No span has a statement (db.query.text).",
        "durations": "There is no metric http.server.request.duration; metrics that arrived: none at all.",
        "query-logs": "No log record arrived at all.",
        "exporters": "OTEL_EXPORTER_OTLP_ENDPOINT: spans should come to backend B, and did not come.",
        "slow-query": "There is no answer.yaml with route, table, executions, or it is empty.",
        "index": "No span has a statement that reads anything: nothing has a plan.",
        "query": "GET /products?category=lamps has no span of a statement: there is nothing to count.",
        "cache": "GET /products?category=lamps has no span of a statement, the first time either.",
    },
    "propagate": {
        "thread": "'reserve stock' of order 1 is alone in a trace of its own.",
        "queue": "No span is of kind producer: nothing tells that a message was sent.",
        "links": "No span is of kind consumer: nothing tells that a pallet was loaded.",
        "joined-logs": "Lines 'Goods are reserved.' are not in the trace of their request.",
    },
    "instrument-inventory": {
        "context": "No span arrived at all.",
        "names": "No span arrived at all.",
        "reservations": "There is no metric shop.inventory.reservations; metrics that arrived: none at all.",
        "objective": "There is no metric http.server.request.duration; metrics that arrived: none at all.",
        "cardinality": "No metric arrived at all.",
        "refusal": "No log record arrived at all.",
        "once": "POST /reservations was answered with 503, the database being locked: nothing says why.",
        "secrets": "Nothing arrived that could be searched.",
        "cost": "No span arrived at all: what costs nothing tells nothing.",
    },
    "alert-it": {
        "fires": "In checkout-hangs-held five orders or more hung from 1:25 to 1:35; nothing fires: "
        "ServiceBusy gets to 0.074 at 0:50.",
        "silent": "In all-quiet nothing is wrong, and ServiceBusy fires at 0:10 with 0.112 of user.",
        "symptom": "ServiceBusy asks for process_cpu_utilization_ratio, which no customer sees.",
        "calm": "ServiceBusy has no `for`.",
        "says": "ServiceBusy has no annotation summary.",
    },
}


def begun(exercise_: Exercise, folder: Path, *, solved: bool) -> Path:
    shutil.copytree(exercise_.app, folder)
    if solved:
        shutil.copytree(exercise_.solution, folder, dirs_exist_ok=True)
    return folder


def told(of: Exercise, folder: Path, step: str | None = None) -> dict[str, str]:
    """The first thing that is missing in each step."""
    judged, _ = check(of, folder, of.chosen(step), lambda _: None)
    return {each.step.name: each.findings[0].missing for each in judged if each.findings}


@pytest.mark.parametrize("name", BEGINNING)
def test_the_beginning_fails_each_step_with_its_message(name: str, tmp_path: Path) -> None:
    it = exercise(name)
    assert told(it, begun(it, tmp_path / name, solved=False)) == BEGINNING[name]


@pytest.mark.parametrize("name", BEGINNING)
def test_the_solution_passes(name: str, tmp_path: Path) -> None:
    it = exercise(name)
    assert told(it, begun(it, tmp_path / name, solved=True)) == {}


def test_a_verdict_that_was_made_up_is_found_out_by_running_the_code(tmp_path: Path) -> None:
    it = exercise("propagate").of("ada")
    folder.begin(it, tmp_path / "mine", solved=False, student="ada")
    handed_in = hand_in(it, tmp_path / "mine", lambda _: None)
    assert [each.step for each in handed_in.steps if each.missing] == [*BEGINNING["propagate"]]
    assert {each.spans > 0 for each in handed_in.requests} == {True}
    made_up = handed_in.model_copy(
        update={"steps": tuple(Done(step=each.step, missing=()) for each in handed_in.steps)}
    )
    weights = rubric(None).exercise
    assert marked("ada.json", as_text(made_up), weights, again=False).score == 100
    again = marked("ada.json", as_text(made_up), weights, again=True)
    assert (again.student, again.score) == ("ada", 0)
    assert again.notes == (f"the file says otherwise of {', '.join(BEGINNING['propagate'])}",)


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


@dataclass(frozen=True)
class Mistake:
    """A change of a solution, the step that is judged, and a part of what it is to say."""

    exercise: str
    file: str
    old: str
    new: str
    step: str
    message: str


def alert(expr: str, step: str, message: str) -> Mistake:
    return Mistake("alert-it", "alerts.yml", "shop:orders_stuck:sum >= 5", expr, step, message)


WRONG = {
    "one endpoint for all signals": Mistake(
        "flask-products",
        "telemetry.py",
        "OTLPSpanExporter()",
        "OTLPSpanExporter(__import__('os').environ.get('OTEL_EXPORTER_OTLP_ENDPOINT', 'http://127.0.0.1:9'))",
        "exporters",
        "spans should come to backend B, and did not come.",
    ),
    "an endpoint that has to be set": Mistake(
        "flask-products",
        "telemetry.py",
        "OTLPSpanExporter()",
        "OTLPSpanExporter(__import__('os').environ['OTEL_EXPORTER_OTLP_ENDPOINT'] + '/v1/traces')",
        "exporters",
        "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT alone: The application ended at once: KeyError: ",
    ),
    "an exporter that nobody shuts down": Mistake(
        "flask-products",
        "telemetry.py",
        "TracerProvider()",
        "TracerProvider(shutdown_on_exit=False)",
        "exporters",
        "spans should come to backend B, and did not come.",
    ),
    "a cache that is told of nothing": Mistake(
        "flask-products", "products.py", "self._lists = {}  # a", "pass  # a", "cache", "after a review was written"
    ),
    "one list for all categories": Mistake(
        "flask-products",
        "products.py",
        "if category in lists:\n            return lists[category]",
        "for kept in lists.values():\n            return kept",
        "cache",
        "GET /products?category=chairs: product 1 is not in this list",
    ),
    "an index for the first start only": Mistake(
        "flask-products",
        "schema.sql",
        "CREATE INDEX IF NOT EXISTS",
        "CREATE INDEX",
        "index",
        "OperationalError: index reviews_by_product already exists",
    ),
    "a list without what nobody reviewed": Mistake(
        "flask-products",
        "products.py",
        "LEFT JOIN",
        "JOIN",
        "query",
        "GET /products?category=chairs: product 48 is 0.0 stars of 0 reviews, and shown as not in this list.",
    ),
    "a thread that is given nothing to do": Mistake(
        "propagate",
        "stock.py",
        "copy_context().run, self._reserve, order",
        "copy_context().run(self._reserve, order)",
        "thread",
        "before its request was answered.",
    ),
    "the request's context in the message": Mistake(
        "propagate",
        "parcels.py",
        "attributes=sending):\n            headers: dict[str, str] = {}\n",
        "attributes=sending):\n            pass\n        headers: dict[str, str] = {}\n        if True:\n",
        "links",
        "Links lead to 'POST /orders'",
    ),
    "a child of the first order": Mistake(
        "propagate",
        "parcels.py",
        "context=context.Context()",
        "context=propagate.extract(messages[0]['headers'])",
        "links",
        "is in the trace of order 1; the pallet is of all.",
    ),
    "a context that nobody takes out of the request": Mistake(
        "instrument-inventory",
        "telemetry.py",
        "    LoggingInstrumentor().instrument()\n",
        "    LoggingInstrumentor().instrument()\n    from opentelemetry import baggage, propagate\n"
        "    propagate.set_global_textmap(baggage.propagation.W3CBaggagePropagator())\n",
        "context",
        "POST /reservations was sent in trace ",
    ),
    "an order that asks again is counted again": Mistake(
        "instrument-inventory",
        "stock.py",
        "                return state\n            for",
        '                self._reservations.add("reserved")\n                return state\n            for',
        "reservations",
        "shop.inventory.reservations has 2 reserved; it was 1.",
    ),
    "a failure told by the log and by the span": Mistake(
        "instrument-inventory",
        "app.py",
        "        return _problem(HTTPStatus.SERVICE_UNAVAILABLE",
        "        trace.get_current_span().record_exception(error)\n"
        "        return _problem(HTTPStatus.SERVICE_UNAVAILABLE",
        "once",
        "One failure is recorded 2 times",
    ),
    "an access log with whole addresses": Mistake(
        "instrument-inventory",
        "telemetry.py",
        '    logging.getLogger("uvicorn.access").setLevel(logging.WARNING)\n',
        "",
        "secrets",
        "A log record has a secret in its text: 127.0.0.1:",
    ),
    "an alert on the cause of last month": alert(
        'sum(increase(db_client_connection_timeouts_total{service_name="payment"}[30s])) > 3',
        "fires",
        "In checkout-hangs-gateway-slow five orders or more hung from 0:30 to 0:45; nothing fires: "
        "the expression has no result.",
    ),
    "an alert on how long orders take that have ended": alert(
        "histogram_quantile(0.5, sum by (le) (rate(shop_order_duration_seconds_bucket[30s]))) > 10",
        "fires",
        "nothing fires: OrdersHang gets to 8.976 at 1:40.",
    ),
    "an alert on failed orders, which declined cards are too": alert(
        'sum(rate(shop_order_results_total{shop_outcome="failed"}[20s])) > 0',
        "silent",
        "In checkout-hangs-held nothing is wrong until 0:30, and OrdersHang fires at 0:25, 0:30 with ",
    ),
    "an alert on how much work there is": alert(
        "sum(shop_order_in_processing) > 4", "silent", "In campaign nothing is wrong, and OrdersHang fires at "
    ),
    "an alert for each route": alert(
        'histogram_quantile(0.9, rate(http_server_request_duration_seconds_bucket{service_name="frontend"}[20s])) > 1',
        "calm",
        "times over in checkout-hangs-held: for ",
    ),
    "contexts that came out of no message": Mistake(
        "propagate",
        "parcels.py",
        "trace.get_current_span(propagate.extract(headers)).get_span_context()",
        "trace.SpanContext(*(int(each, 16) for each in headers['traceparent'].split('-')[1:3]), is_remote=False)",
        "links",
        "The context of 3 links came out of no message (is_remote is false).",
    ),
    "a count that is text": Mistake(
        "propagate",
        "parcels.py",
        ": len(messages)",
        ": str(len(messages))",
        "links",
        "messaging.batch.message_count of 'process parcels' is the text '3', and no number.",
    ),
    "an alert that waits for too long": Mistake(
        "alert-it",
        "alerts.yml",
        "for: 10s",
        "for: 1m",
        "fires",
        "nothing fires: OrdersHang holds from 1:25 to 1:35, for 10 s, and has `for: 60s`.",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_solution_gets_the_message_that_is_meant_for_it(name: str, tmp_path: Path) -> None:
    mistake = WRONG[name]
    it = exercise(mistake.exercise)
    folder = begun(it, tmp_path / "app", solved=True)
    change(folder / mistake.file, mistake.old, mistake.new)
    assert mistake.message in told(it, folder, mistake.step).get(mistake.step, "nothing")


@pytest.mark.parametrize(("solved", "runs"), [(True, ["B", "A"]), (False, ["B"])], ids=["solved", "beginning"])
def test_exporters_alone_are_run_for_what_they_judge_until_one_way_fails(
    runs: list[str], tmp_path: Path, *, solved: bool
) -> None:
    it, doing = exercise("flask-products"), list[str]()
    (verdict,), _ = check(it, begun(it, tmp_path / "app", solved=solved), it.chosen("exporters"), doing.append)
    assert doing == [f"running it: spans to {backend}, metrics to B, logs to B" for backend in runs]
    assert (not verdict.findings) is solved


def test_exporters_alone_tell_what_was_printed_beside_what_did_not_come(tmp_path: Path) -> None:
    it = exercise("flask-products")
    folder = begun(it, tmp_path / "app", solved=False)
    change(folder / "main.py", "def main()", "__import__('threading').Thread(target=9).start()\n\n\ndef main()")
    (verdict,), _ = check(it, folder, it.chosen("exporters"), lambda _: None)
    assert verdict.raised == "TypeError: 'int' object is not callable"


@pytest.mark.parametrize(
    ("file", "old", "new", "step", "raised"),
    [
        ("parcels.py", ".get_span_context())", ")", "links", "AttributeError: "),
        (
            "stock.py",
            "time.sleep(",
            "time.rest(",
            "joined-logs",
            "AttributeError: module 'time' has no attribute 'rest'",
        ),
    ],
    ids=["thread", "pool"],
)
def test_an_exception_where_nobody_waits_is_told_beside_what_it_leaves_out(
    file: str, old: str, new: str, step: str, raised: str, tmp_path: Path
) -> None:
    it = exercise("propagate")
    folder = begun(it, tmp_path / "app", solved=True)
    change(folder / file, old, new)
    (verdict,), _ = check(it, folder, it.chosen(step), lambda _: None)
    assert verdict.raised.startswith(raised)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda main: main.write_text("import nothing_of_this_name\n"), "No module named 'nothing_of_this_name'"),
        (lambda main: main.write_text("raise SystemExit('I will not')\n"), "I will not"),
        (lambda main: main.unlink(), "main.py"),
        (lambda main: main.write_text(""), "came to its end without listening on the port of PORT"),
    ],
    ids=["import", "exit", "no-file", "empty"],
)
@pytest.mark.parametrize(("name", "step"), [("propagate", None), ("flask-products", "exporters")], ids=str)
def test_an_application_that_does_not_run_is_told_by_its_last_words(
    spoil: Callable[[Path], object], message: str, name: str, step: str | None, tmp_path: Path
) -> None:
    it = exercise(name)
    folder = begun(it, tmp_path / "app", solved=False)
    spoil(folder / "main.py")
    with pytest.raises(LabError) as error:
        told(it, folder, step)
    assert message in error.value.message
    assert sys.executable in error.value.hint


def test_without_the_extra_the_hint_names_it(tmp_path: Path) -> None:
    it = exercise("propagate")
    folder = begun(it, tmp_path / "app", solved=False)
    (folder / "main.py").write_text("import opentelemetry.instrumentation.of_nothing\n")
    with pytest.raises(LabError) as error:
        told(it, folder)
    assert f'{sys.executable} -m pip install "whodunit[exercises]"' in error.value.hint


@pytest.fixture
def interrupts_ignored() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interrupts_ignored")
def test_an_application_ends_also_where_a_shell_has_it_ignore_interrupts(tmp_path: Path) -> None:
    it = exercise("propagate")
    assert told(it, begun(it, tmp_path / "app", solved=True)) == {}


def test_an_exception_that_the_check_gives_rise_to_is_no_reason_for_anything(tmp_path: Path) -> None:
    it = exercise("instrument-inventory")
    folder = begun(it, tmp_path / "app", solved=True)
    change(folder / "app.py", "[item.product_id for item in body.items]", "str(body.items[0].product_id)")
    (verdict,), evidence = check(it, folder, it.chosen("names"), lambda _: None)
    assert [each.missing for each in verdict.findings] == [
        "POST /reservations reserves the products 113, 187; its server span has shop.product.ids 113, which is no list."
    ]
    told_of = [line.attributes["exception.message"] for line in evidence.logs if "exception.message" in line.attributes]
    assert any("database is locked" in message for message in told_of)
    assert verdict.raised == ""


def test_an_exception_in_each_request_keeps_none_of_them_from_being_made(tmp_path: Path) -> None:
    it = exercise("propagate")
    folder = begun(it, tmp_path / "app", solved=True)
    change(folder / "app.py", "        order = next(numbers)\n", "        order = next(numbers)\n        {}[order]\n")
    verdicts, _ = check(it, folder, it.chosen("links"), lambda _: None)
    assert [each.raised for each in verdicts] == ["KeyError: 3"]


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="a wait is not woken there, by Ctrl-C neither")
def test_an_application_ends_also_while_its_main_thread_waits(tmp_path: Path) -> None:
    it = exercise("propagate")
    folder = begun(it, tmp_path / "app", solved=True)
    serving, main = "uvicorn.run(create_app(), port=PORT, log_config=None)", folder / "main.py"
    beside = f"threading.Thread(target=lambda: {serving}, daemon=True).start()"
    change(main, serving, f"{beside}\n    threading.Event().wait()")
    change(main, "import os\n", "import os\nimport threading\n")
    assert told(it, folder) == {}


def test_as_people_type_it(tmp_path: Path) -> None:
    def typed(*words: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "whodunit.entry.cli", "exercise", *words]
        paths = os.pathsep.join([str(Path.cwd()), os.environ.get("PYTHONPATH", "")])
        environment = os.environ | {"PYTHONPATH": paths, "OTEL_SDK_DISABLED": "true"}
        pipe = subprocess.PIPE
        with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=pipe, stderr=pipe, text=True) as process:
            out, err = process.communicate(timeout=WITHIN_S)
        return subprocess.CompletedProcess(command, process.returncode, out, err)

    assert "whodunit exercise check propagate" in typed("start", "propagate").stdout
    checked = typed("check", "propagate", "--json")
    assert checked.returncode == NOT_DONE, checked.stderr
    steps = {each["step"]: each for each in json.loads(checked.stdout)}
    assert steps["thread"]["findings"][0]["missing"] == BEGINNING["propagate"]["thread"]
    assert steps["thread"]["findings"][0]["see"].startswith("https://")
    shutil.copytree(exercise("propagate").solution, tmp_path / "propagate", dirs_exist_ok=True)
    done = typed("check", "propagate", "links", "--folder", "propagate")
    following = "whodunit exercise check --folder propagate propagate joined-logs"
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == f"links is done. Next: joined-logs. Check it alone: {following}"
