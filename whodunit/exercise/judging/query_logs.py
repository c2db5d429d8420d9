"""A log line when a query begins and one when it ended, in the trace of the request."""

from collections.abc import Iterator

from whodunit.counted import counted
from whodunit.exercise.evidence import Evidence, LogLine, Visit
from whodunit.exercise.judging.database_spans import statements, values
from whodunit.exercise.judging.missing import Missing, first_of_each

TOLERANCE_US = 1000


def judge(evidence: Evidence) -> Iterator[Missing]:
    """Lessons: nothing, not-joined, each, beginning, parameters, end, rows."""
    if not evidence.logs:
        yield Missing("nothing", "No log record arrived at all.")
        return
    first = {visit.request.route: visit for visit in reversed(evidence.visits) if visit.status == 200}
    if not any(_lines(evidence, visit) for visit in first.values()):
        seen = f"{len(evidence.logs)} log records arrived"
        yield Missing("not-joined", f"{seen}, none in the trace of {evidence.visits[0]}.")
        return
    yield from first_of_each(each for visit in reversed(first.values()) for each in _of_visit(evidence, visit))


def _lines(evidence: Evidence, visit: Visit) -> list[LogLine]:
    return [line for line in evidence.logs if line.within.trace_id == visit.trace_id]


def _of_visit(evidence: Evidence, visit: Visit) -> Iterator[Missing]:
    lines = _lines(evidence, visit)
    if not lines:
        yield Missing("each", f"No line is in the trace of {visit}, which executes a query, too.")
        return
    spans, value = statements(evidence, visit), values(visit)[-1]
    begins_us = spans[0].start_us if spans else lines[0].time_us
    ends_us = spans[0].end_us if spans else lines[-1].time_us
    before = [line for line in lines if line.time_us <= min(begins_us + TOLERANCE_US, ends_us)]
    after = [line for line in lines if line.time_us >= ends_us - TOLERANCE_US and line is not lines[0]]
    if not before:
        yield Missing("beginning", f"The first line in the trace of {visit} comes after its statement has begun.")
    elif not any(line.tells(value) for line in before):
        yield Missing("parameters", f"No line before the statement of {visit} tells {value!r}: {_shown(before)}")
    rows = visit.body.count("data-product=")
    if not after:
        yield Missing("end", f"No line in the trace of {visit} comes after its statement.")
    elif not any(line.tells(str(rows)) for line in after):
        yield Missing(
            "rows", f"{visit} shows {counted(rows, 'product')}; no line afterwards tells {rows}: {_shown(after)}"
        )


def _shown(lines: list[LogLine]) -> str:
    attributes = " ".join(f"{name}={value}" for name, value in lines[0].attributes.items() if "." not in name)
    return f"{lines[0].body} {attributes}".strip()
