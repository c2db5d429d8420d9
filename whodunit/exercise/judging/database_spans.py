"""The statements of a request as spans below its server span."""

import re
from collections.abc import Iterator

from whodunit.exercise.evidence import Evidence, Span, Visit
from whodunit.exercise.judging.missing import Missing, first_of_each

TEXT, OLD_TEXT = "db.query.text", "db.statement"
SYSTEM, OLD_SYSTEM = "db.system.name", "db.system"
READS = re.compile(r"\bproducts\b", re.IGNORECASE)
SLOW_S = 0.05
TOO_SHORT_S = 0.000_15
"""A span that has nothing within it takes 30 µs, a statement over the smallest of the tables' parts a millisecond."""


def judge(evidence: Evidence) -> Iterator[Missing]:
    """Lessons: nothing, own-trace, each, kind, old-names, text, system, value, duration."""
    spans = [span for span in evidence.spans if _is_of_database(span)]
    if not spans:
        yield Missing("nothing", f"No span has a statement ({TEXT}).")
        return
    first = {visit.request.path: visit for visit in reversed(evidence.visits) if visit.status == 200}
    yield from first_of_each(each for visit in first.values() for each in _of_visit(evidence, visit))


def statements(evidence: Evidence, visit: Visit) -> list[Span]:
    """The statements of a request by their start."""
    return [span for span in evidence.trace(visit) if _is_of_database(span) and text(span)]


def text(span: Span) -> str:
    """The statement of a span."""
    return span.attributes.get(TEXT) or span.attributes.get(OLD_TEXT, "")


def _is_of_database(span: Span) -> bool:
    return bool({TEXT, OLD_TEXT, SYSTEM, OLD_SYSTEM} & set(span.attributes))


def _of_visit(evidence: Evidence, visit: Visit) -> Iterator[Missing]:
    below = _below(evidence, visit)
    if not below:
        yield _none_below(evidence, visit)
        return
    for span in below:
        yield from _of_span(span, visit)
    if all(text(span) or _is_of_connection(span) for span in below) and not any(READS.search(text(s)) for s in below):
        yield Missing("each", f"{visit} reads products, and no span has that statement.")
    server, longest_s = evidence.servers(visit)[0], max(span.duration_s for span in below)
    if server.duration_s > SLOW_S and longest_s < TOO_SHORT_S:
        took, told = f"{server.duration_s * 1000:.0f} ms", f"{longest_s * 1000:.2f} ms"
        yield Missing("duration", f"{visit} took {took}, and no statement's span more than {told}.")


def _below(evidence: Evidence, visit: Visit) -> list[Span]:
    return [span for server in evidence.servers(visit) for span in evidence.below(server) if _is_of_database(span)]


def _none_below(evidence: Evidence, visit: Visit) -> Missing:
    placed = {span.id for each in evidence.visits for span in _below(evidence, each)}
    if any(_is_of_database(span) and span.id not in placed for span in evidence.spans):
        return Missing("own-trace", f"There are spans of statements, and none is below the server span of {visit}.")
    return Missing("each", f"{visit} has no span of a statement; other requests have.")


def _of_span(span: Span, visit: Visit) -> Iterator[Missing]:
    if span.kind != "client":
        yield Missing("kind", f"The span {span.name!r} of {visit} is of kind {span.kind}.")
    if OLD_TEXT in span.attributes:
        yield Missing("old-names", f"The span {span.name!r} has {OLD_TEXT} (now {TEXT}).")
    elif TEXT not in span.attributes:
        if not _is_of_connection(span):
            yield Missing("text", f"The span {span.name!r} of {visit} has no {TEXT}.")
        return
    if SYSTEM not in span.attributes:
        yield Missing("system", f"The span {span.name!r} of {visit} has no {SYSTEM}, which would be sqlite.")
    if value := next((each for each in values(visit) if f"'{each}'" in text(span) or f"= {each}" in text(span)), None):
        yield Missing("value", f"A statement of {visit} has the value {value} in it: {text(span)[:80]}")


def _is_of_connection(span: Span) -> bool:
    return any(word in span.name.lower() for word in ("connect", "begin", "commit", "rollback"))


def values(visit: Visit) -> list[str]:
    """The parameters in the path of a request: after the signs of equality, and in the places of its route."""
    path, _, query = visit.request.path.partition("?")
    pairs = zip(path.split("/"), visit.request.route.split("/"), strict=False)
    in_path = [value for value, place in pairs if value != place]
    return in_path + [pair.partition("=")[2] for pair in query.split("&") if pair]
