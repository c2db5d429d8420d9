"""Log lines of the shop's inventory: what it refuses, what fails, each once; and no secret, there or elsewhere."""

from collections.abc import Iterator, Mapping

from whodunit.counted import counted
from whodunit.exercise.evidence import Evidence, LogLine, Visit
from whodunit.exercise.judging.missing import Missing

LATE = "Inventory reservation refused: the order's deadline passed while it waited for payment."
AWAY = "The database cannot be used now."
ORDER, LATE_BY = "shop.order.id", "shop.inventory.late_by"
DEADLINE = "x-deadline-ms"
MORE_THAN_LATE_S = 5.0
"""So much later than it was sent a refusal may come on a machine that is busy."""


def refusal(evidence: Evidence) -> Iterator[Missing]:
    """Lessons: nothing, line, body, twice, not-joined, severity, order, late-by."""
    if not evidence.logs:
        yield Missing("nothing", "No log record arrived at all.")
        return
    visit = next(each for each in evidence.visits if int(each.request.headers.get(DEADLINE, 1)) <= 0)
    lines = [line for line in evidence.logs if line.body == LATE]
    if not lines:
        yield _without_line(evidence)
    elif len(lines) > 1:
        yield Missing("twice", f"One refusal is told by {len(lines)} records: {LATE!r}")
    elif visit.trace_id != lines[0].within.trace_id:
        yield Missing("not-joined", f"{LATE!r} is not in the trace of its request.")
    else:
        yield from _of_refusal(lines[0], visit)


def once(evidence: Evidence) -> Iterator[Missing]:
    """Lessons: nothing, line, not-joined, type, twice, expected, status."""
    visit = next(each for each in evidence.visits if each.request.while_locked)
    yield from _expected(evidence)
    records = [line for line in evidence.logs if _is_error(line) and not _within_expected(evidence, line)]
    told = len(records) + len(_exceptions(evidence, visit))
    if not told:
        answered = f"{visit} was answered with {visit.status}, the database being locked"
        yield Missing("nothing", f"{answered}: nothing says why.")
    elif told > 1:
        bodies = ", ".join(repr(line.body[:60]) for line in records)
        events = f"exception events of spans: {len(_exceptions(evidence, visit))}"
        yield Missing("twice", f"One failure is recorded {counted(told, 'time')}: log records {bodies}; {events}.")
    elif not any((line.body, line.severity) == (AWAY, "ERROR") for line in records):
        seen = f"here it is {records[0].severity} {records[0].body[:80]!r}" if records else "here is an event of a span"
        yield Missing("line", f"The registry has the line {AWAY!r} of severity ERROR; {seen}.")
    else:
        yield from _of_failure(evidence, records[0], visit)


def secrets(evidence: Evidence) -> Iterator[Missing]:
    """Lessons: nothing, span, log, metric."""
    if not evidence.spans and not evidence.logs and not evidence.series:
        yield Missing("nothing", "Nothing arrived that could be searched.")
    told = [value for visit in evidence.visits for value in _secrets(visit)]
    for span in evidence.spans:
        if where := _found(told, {"its name": span.name, **span.attributes}, *span.events):
            yield Missing("span", f"The span {span.name.partition('?')[0]!r} has a secret in {where}.")
            break
    for line in evidence.logs:
        if where := _found(told, {"its text": line.body, **line.attributes}):
            yield Missing("log", f"A log record has a secret in {where}: {_hidden(told, line.body)}")
            break
    for series in evidence.series:
        if where := _found(told, series.attributes):
            yield Missing("metric", f"{series.name} has a secret in {where}.")
            break


def _without_line(evidence: Evidence) -> Missing:
    begins, _, _ = LATE.partition(":")
    if near := next((line.body for line in evidence.logs if begins in line.body or LATE[:-1] in line.body), None):
        return Missing("body", f"A record says {near!r}; the registry has {LATE!r}.")
    return Missing("line", f"{counted(len(evidence.logs), 'log record')} arrived without this one: {LATE!r}")


def _of_refusal(line: LogLine, visit: Visit) -> Iterator[Missing]:
    if line.severity != "WARN":
        yield Missing("severity", f"The refusal's severity is {line.severity}; the registry has WARN.")
    order_id = visit.request.body["order_id"]
    if line.attributes.get(ORDER) != order_id:
        yield Missing("order", f"{ORDER} of the refusal: {line.attributes.get(ORDER, 'none')}; it was {order_id}.")
    late_by_s = -int(visit.request.headers[DEADLINE]) / 1000
    if not late_by_s <= _number(line.attributes.get(LATE_BY, "")) < late_by_s + MORE_THAN_LATE_S:
        seen = line.attributes.get(LATE_BY, "none")
        yield Missing("late-by", f"{LATE_BY} of the refusal: {seen}; it came {late_by_s:g} s too late.")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return -1.0


def _of_failure(evidence: Evidence, line: LogLine, visit: Visit) -> Iterator[Missing]:
    if line.within.trace_id != visit.trace_id:
        yield Missing("not-joined", f"{AWAY!r} is not in the trace of the request that failed.")
    if not {"exception.type", "error.type"} & line.attributes.keys():
        yield Missing("type", f"{AWAY!r} has neither exception.type nor error.type.")
    if not any(span.status == "error" for span in evidence.servers(visit)):
        yield Missing("status", f"{visit} was answered with {visit.status}, and its server span has no error.")


def _expected(evidence: Evidence) -> Iterator[Missing]:
    """A refusal that is told as if something had failed."""
    for visit in evidence.visits:
        if visit.status < 400 or visit.request.while_locked:
            continue
        failed = [span.name for span in evidence.trace(visit) if span.status == "error" and visit.status < 500]
        failed += [repr(line.body[:60]) for line in evidence.logs if _is_error(line) and _is_of(line, visit)]
        failed += [f"an exception event of {name}" for name in _exceptions(evidence, visit)]
        if failed:
            yield Missing("expected", f"{visit} was refused with {visit.status}, and told as an error: {failed[0]}.")
            return


def _is_error(line: LogLine) -> bool:
    return line.severity in ("ERROR", "FATAL") or "exception.type" in line.attributes


def _is_of(line: LogLine, visit: Visit) -> bool:
    return line.within.trace_id == visit.trace_id


def _within_expected(evidence: Evidence, line: LogLine) -> bool:
    return any(_is_of(line, visit) for visit in evidence.visits if not visit.request.while_locked)


def _exceptions(evidence: Evidence, visit: Visit) -> list[str]:
    """The spans of a request that have an exception among their events, once for each."""
    return [span.name for span in evidence.trace(visit) for event in span.events if event["event.name"] == "exception"]


def _secrets(visit: Visit) -> Iterator[str]:
    """What of a request nobody but its receiver may know."""
    for pair in visit.request.path.partition("?")[2].split("&"):
        if pair.startswith("token="):
            yield pair.removeprefix("token=")
    yield from visit.request.headers.get("authorization", "").split()[1:]


def _found(secrets_: list[str], *places: Mapping[str, str]) -> str:
    """The name of the first place that holds one of them; empty when none does."""
    named = (name for place in places for name, value in place.items() if any(each in value for each in secrets_))
    return next(named, "")


def _hidden(secrets_: list[str], text: str) -> str:
    for each in secrets_:
        text = text.replace(each, "…")
    return text
