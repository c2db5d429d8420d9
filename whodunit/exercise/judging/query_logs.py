"""A log line when a query begins and one when it ended, in the trace of the request."""

from collections.abc import Iterator

from whodunit.exercise.evidence import Evidence, LogLine, Visit
from whodunit.exercise.judging.database_spans import statements, values
from whodunit.exercise.judging.missing import Missing

TOLERANCE_US = 1000


def judge(evidence: Evidence) -> Iterator[Missing]:
    """Lessons: nothing, not-joined, beginning, parameters, end, rows."""
    visit = evidence.visits[0]
    if not evidence.logs:
        yield Missing("nothing", "No log record arrived at all.")
        return
    lines = [line for line in evidence.logs if line.within.trace_id == visit.trace_id]
    if not lines:
        yield Missing("not-joined", f"{len(evidence.logs)} log records arrived, none in the trace of {visit}.")
        return
    yield from _of_visit(evidence, visit, lines)


def _of_visit(evidence: Evidence, visit: Visit, lines: list[LogLine]) -> Iterator[Missing]:
    spans, value = statements(evidence, visit), values(visit)[-1]
    begins_us = spans[0].start_us if spans else lines[0].time_us
    ends_us = spans[0].end_us if spans else lines[-1].time_us
    before = [line for line in lines if line.time_us <= begins_us + TOLERANCE_US]
    after = [line for line in lines if line.time_us >= ends_us - TOLERANCE_US and line is not lines[0]]
    if not before:
        yield Missing("beginning", f"The first line in the trace of {visit} comes after its statement has begun.")
    elif not any(line.tells(value) for line in before):
        yield Missing("parameters", f"No line before the statement of {visit} tells {value!r}: {_shown(before)}")
    rows = visit.body.count("data-product=")
    if not after:
        yield Missing("end", f"No line in the trace of {visit} comes after its statement.")
    elif not any(line.tells(str(rows)) for line in after):
        yield Missing("rows", f"{visit} shows {rows} products; no line afterwards tells {rows}: {_shown(after)}")


def _shown(lines: list[LogLine]) -> str:
    attributes = " ".join(f"{name}={value}" for name, value in lines[0].attributes.items() if "." not in name)
    return f"{lines[0].body} {attributes}".strip()
