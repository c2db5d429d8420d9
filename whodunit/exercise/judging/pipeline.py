"""What comes out of a Collector: a field masked, a metric dropped, whole traces sampled, and all of it twice."""

from collections.abc import Callable, Iterator

from whodunit.exercise.evidence import Evidence
from whodunit.exercise.judging.missing import Judge, Missing, first_of_each
from whodunit.exercise.piping.known import BASIC, EMAIL, METRICS, NOISY, PLAN, SLOW_S, Sent
from whodunit.exercise.piping.piped import Arrived, Piped

ORDINARY_PERCENT = (3, 30)
"""The share of ordinary traces that passes for one in ten: chance decides on each."""

Of = Callable[[Piped], Iterator[Missing]]


def _of(judge: Of) -> Judge:
    def judged(evidence: Evidence) -> Iterator[Missing]:
        if evidence.piped:
            yield from first_of_each(judge(evidence.piped))

    return judged


def _backends(piped: Piped) -> list[tuple[str, Arrived]]:
    """Those that got anything: the second one may come later."""
    backends = [("the backend", piped.first), ("the second backend", piped.second)]
    return [(name, arrived) for name, arrived in backends if arrived.spans or arrived.logs or arrived.series]


def _mask(piped: Piped) -> Iterator[Missing]:
    for signal, there in (("spans", piped.first.spans), ("logs", piped.first.logs)):
        if not there:
            yield Missing("nothing", f"No {signal} come out: whether {EMAIL} is masked cannot be seen.")
    emails = {sent.email for sent in piped.known.traces}
    for name, arrived in _backends(piped):
        yield from _clear(name, arrived, emails)
    if any(line.attributes.get(PLAN) != BASIC for line in piped.first.logs):
        yield Missing("too-much", f"Log records come without {PLAN} as it was.")
    if any(span.attributes.get(PLAN) != BASIC for span in piped.first.spans if span.kind == "server"):
        yield Missing("too-much", f"Server spans come without {PLAN} as it was.")


def _clear(name: str, arrived: Arrived, emails: set[str]) -> Iterator[Missing]:
    for span in sorted(arrived.spans, key=lambda each: each.attributes.get(EMAIL, "")):
        if emails & set(span.attributes.values()):
            yield Missing("span", f"A span {span.name!r} comes to {name} with {EMAIL}={span.attributes.get(EMAIL)}.")
    for line in sorted(arrived.logs, key=lambda each: each.body):
        if emails & set(line.attributes.values()):
            yield Missing("log", f"A log record comes to {name} with {EMAIL}={line.attributes.get(EMAIL)}.")
        if any(line.tells(email) for email in emails if email not in line.attributes.values()) or "@" in line.body:
            yield Missing("text", f"A log record comes to {name} with the text {line.body!r}.")


def _drop(piped: Piped) -> Iterator[Missing]:
    for name, arrived in _backends(piped):
        if series := arrived.series.get(NOISY):
            yield Missing("there", f"{NOISY} comes to {name} with {series} series.")
    for metric in METRICS:
        if metric != NOISY and metric not in piped.first.series:
            yield Missing("too-much", f"{metric} does not come.")


def _sample(piped: Piped) -> Iterator[Missing]:
    come = piped.first.by_trace
    if not come:
        yield Missing("nothing", "No span comes out within 40 s.")
        return
    traces = piped.known.traces
    ordinary = [sent for sent in traces if not sent.is_wanted]
    for lesson, called, wanted in (
        ("failed", "in which a span failed", [sent for sent in traces if sent.failed]),
        ("slow", f"that took {SLOW_S:g} s", [sent for sent in traces if sent.slow]),
    ):
        if lost := [sent for sent in wanted if sent.trace_id not in come]:
            yield Missing(lesson, f"{len(lost)} of {len(wanted)} traces {called} do not come.")
    torn = [sent for sent in traces if 0 < len(come.get(sent.trace_id, ())) < sent.spans]
    if torn:
        one = torn[0]
        told = f"of {one.trace_id} {len(come[one.trace_id])} of {one.spans} spans"
        yield Missing("torn", f"{len(torn)} traces come in part: {told}.")
    yield from _rest(ordinary, sum(sent.trace_id in come for sent in ordinary))


def _rest(ordinary: list[Sent], come: int) -> Iterator[Missing]:
    least, most = (round(len(ordinary) * percent / 100) for percent in ORDINARY_PERCENT)
    told = f"{come} of {len(ordinary)} traces come in which all is well"
    if come > most:
        yield Missing("all", f"{told}; one in ten would be some {len(ordinary) // 10}.")
    elif come < least:
        yield Missing("none", f"{told}; one in ten would be some {len(ordinary) // 10}.")


def _second(piped: Piped) -> Iterator[Missing]:
    first, second = piped.first, piped.second
    signals = (
        ("spans", {span.id for span in first.spans}, {span.id for span in second.spans}),
        ("logs", {line.within for line in first.logs}, {line.within for line in second.logs}),
        ("metrics", set(first.series), set(second.series)),
    )
    if not (second.spans or second.logs or second.series):
        yield Missing("nothing", "Nothing comes to the second backend.")
        return
    for signal, here, there in signals:
        if here != there:
            told = f"{len(here)} {signal} come to the backend, {len(there)} to the second"
            yield Missing("differs", f"{told}{'' if len(here) != len(there) else ', and not the same'}.")
    if not (first.spans or first.logs or first.series):
        yield Missing("moved", "Nothing comes to the first backend any more.")


mask = _of(_mask)
"""Lessons: nothing, span, log, text, too-much."""

drop = _of(_drop)
"""Lessons: there, too-much."""

sample = _of(_sample)
"""Lessons: nothing, failed, slow, torn, all, none."""

second = _of(_second)
"""Lessons: nothing, differs, moved."""


def saved(evidence: Evidence) -> str:
    """What sampling saves, and what it loses: numbers that are counted from spans."""
    piped = evidence.piped
    if not piped or not piped.first.spans:
        return ""
    before, now = piped.before, piped.first
    failed, traces = sum(sent.failed for sent in piped.known.traces), len(piped.known.traces)
    share_now = sum(_failed(piped, trace_id) for trace_id in now.by_trace) / len(now.by_trace)
    return (
        f"{len(before.spans)} spans in {_kb(before.span_bytes)} become {len(now.spans)} in {_kb(now.span_bytes)}. "
        f"Counted from what is kept, {share_now:.0%} of all requests fail; {failed / traces:.0%} did"
    )


def _failed(piped: Piped, trace_id: str) -> bool:
    return any(sent.failed for sent in piped.known.traces if sent.trace_id == trace_id)


def _kb(size: int) -> str:
    return f"{size / 1000:.1f} kB"
