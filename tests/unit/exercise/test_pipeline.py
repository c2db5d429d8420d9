"""What comes out of a Collector, judged: right configurations pass, each wrong one gets its message."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from whodunit.errors import LabError
from whodunit.exercise.catalogue import exercise
from whodunit.exercise.checking import Verdict, judged
from whodunit.exercise.evidence import Evidence, LogLine, Span, SpanId
from whodunit.exercise.piping.collector import program
from whodunit.exercise.piping.known import EMAIL, METRICS, NOISY, Json, Known, Sent
from whodunit.exercise.piping.piped import Arrived, Piped

COLLECTOR = exercise("collector")
KNOWN = Known(10**18)
KINDS = {2: "server", 3: "client"}

Spoil = Callable[[Piped], Piped]


def attributes(of: Json) -> dict[str, str]:
    return {each["key"]: each["value"]["stringValue"] for each in of.get("attributes", ())}


def items(path: str, *within: str) -> list[Json]:
    documents = [document for to, document in KNOWN.requests() if to == path]
    for key in within:
        documents = [each for document in documents for each in document[key]]
    return documents


def span(of: Json) -> Span:
    seconds = (int(of["endTimeUnixNano"]) - int(of["startTimeUnixNano"])) / 1e9
    place = SpanId(of["traceId"], of["spanId"])
    return Span(place, of.get("parentSpanId", ""), of["name"], KINDS[of["kind"]], 0, seconds, "unset", attributes(of))


def line(of: Json) -> LogLine:
    return LogLine(0, of["body"]["stringValue"], SpanId(of["traceId"], of["spanId"]), attributes(of))


def as_sent() -> Arrived:
    spans = tuple(map(span, items("/v1/traces", "resourceSpans", "scopeSpans", "spans")))
    logs = tuple(map(line, items("/v1/logs", "resourceLogs", "scopeLogs", "logRecords")))
    return Arrived(spans, logs, dict.fromkeys(METRICS, 1) | {NOISY: 50}, 21_000)


def hidden(of: Span | LogLine) -> dict[str, str]:
    return {name: "****" if name == EMAIL else value for name, value in of.attributes.items()}


def kept(sent: Sequence[Sent]) -> set[str]:
    ordinary = [each.trace_id for each in sent if not each.is_wanted]
    return {each.trace_id for each in sent if each.is_wanted} | set(ordinary[::10])


def right() -> Piped:
    before, come = as_sent(), kept(KNOWN.traces)
    spans = tuple(replace(each, attributes=hidden(each)) for each in before.spans if each.id.trace_id in come)
    logs = tuple(replace(each, attributes=hidden(each), body="A receipt is sent to ****.") for each in before.logs)
    series = {name: count for name, count in before.series.items() if name != NOISY}
    after = Arrived(spans, logs, series, 3_000)
    return Piped(KNOWN, before, after, after)


def at_both(change: Callable[[Arrived], Arrived]) -> Spoil:
    return lambda piped: replace(piped, first=change(piped.first), second=change(piped.second))


def spans(change: Callable[[Span], Span | None]) -> Spoil:
    def spoil(arrived: Arrived) -> Arrived:
        changed = [change(each) for each in arrived.spans]
        return replace(arrived, spans=tuple(each for each in changed if each))

    return at_both(spoil)


def without(wanted: Callable[[Sent], bool]) -> Spoil:
    ids = {sent.trace_id for sent in KNOWN.traces if wanted(sent)}
    return spans(lambda each: None if each.id.trace_id in ids else each)


def unmasked(piped: Piped) -> Piped:
    return spans(lambda each: replace(each, attributes={EMAIL: "customer7@example.org"}))(piped)


def log_lines(**changes: object) -> Spoil:
    return at_both(lambda arrived: replace(arrived, logs=tuple(replace(each, **changes) for each in arrived.logs)))  # type: ignore[arg-type]


WRONG: list[tuple[str, str, Spoil, str]] = [
    ("mask", "nothing", at_both(lambda arrived: replace(arrived, logs=())), "No logs come out"),
    ("mask", "span", unmasked, "comes to the backend with customer.email=customer7@example.org."),
    (
        "mask",
        "span",
        lambda piped: replace(piped, second=unmasked(piped).second),
        "A span 'GET /cart' comes to the second backend with",
    ),
    ("mask", "log", log_lines(attributes={EMAIL: "customer0@example.org"}), "A log record comes to the backend with"),
    ("mask", "text", log_lines(body="A receipt is sent to customer0@example.org."), "with the text 'A receipt"),
    ("mask", "too-much", log_lines(attributes={}), "Log records come without customer.plan as it was."),
    ("mask", "too-much", log_lines(attributes={"customer.plan": "19f0"}), "without customer.plan as it was."),
    ("drop", "there", at_both(lambda arrived: replace(arrived, series={NOISY: 50})), "to the backend with 50 series"),
    ("drop", "too-much", at_both(lambda arrived: replace(arrived, series={})), "active_requests does not come."),
    ("sample", "nothing", at_both(lambda arrived: replace(arrived, spans=())), "No span comes out within 40 s."),
    ("sample", "failed", without(lambda sent: sent.failed), "6 of 6 traces in which a span failed do not come."),
    ("sample", "slow", without(lambda sent: sent.slow), "5 of 5 traces that took 1.6 s do not come."),
    ("sample", "torn", spans(lambda each: each if each.parent_id else None), "traces come in part: of "),
    ("sample", "all", lambda piped: replace(piped, first=piped.before), "289 of 289 traces come in which all is well"),
    ("sample", "none", without(lambda sent: not sent.is_wanted), "0 of 289 traces come in which all is well"),
    ("second", "nothing", lambda piped: replace(piped, second=Arrived()), "Nothing comes to the second backend."),
    (
        "second",
        "differs",
        lambda piped: replace(piped, second=replace(piped.second, logs=())),
        "40 logs come to the backend, 0 to the second.",
    ),
    ("second", "moved", lambda piped: replace(piped, first=Arrived()), "Nothing comes to the first backend any more."),
]


def verdict(step: str, piped: Piped) -> Verdict:
    (wanted,) = COLLECTOR.chosen(step)
    return judged(wanted, Evidence((), piped=piped))


def test_a_right_configuration_passes_every_step() -> None:
    found = {step.name: verdict(step.name, right()).findings for step in COLLECTOR.file.steps}
    assert {step: findings for step, findings in found.items() if findings} == {}


def test_what_sampling_saves_and_loses_is_measured() -> None:
    told = "1200 spans in 21.0 kB become 160 in 3.0 kB. Counted from what is kept, 15% of all requests fail; 2% did"
    assert verdict("sample", right()).measured == told


@pytest.mark.parametrize(("step", "lesson", "spoil", "message"), WRONG, ids=[f"{s}-{w}" for s, w, _, _ in WRONG])
def test_a_wrong_one_gets_its_message(step: str, lesson: str, spoil: Spoil, message: str) -> None:
    (wanted,) = COLLECTOR.chosen(step)
    found = verdict(step, spoil(right())).findings
    assert wanted.lessons[lesson] in [each.lesson for each in found if message in each.missing], found


def test_every_lesson_is_given_to_somebody() -> None:
    written = {(step.name, lesson) for step in COLLECTOR.file.steps for lesson in step.lessons}
    assert written == {(step, lesson) for step, lesson, _, _ in WRONG}


def test_without_a_collector_the_hint_says_how_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(LabError) as error:
        program()
    assert "https://github.com/open-telemetry/opentelemetry-collector-releases/releases" in error.value.hint
