"""A server span for each request, named by its route."""

from collections.abc import Iterator

from whodunit.exercise.evidence import Evidence, Span, Visit
from whodunit.exercise.judging.missing import Missing, first_of_each

METHOD, ROUTE, STATUS = "http.request.method", "http.route", "http.response.status_code"
OLD_NAMES = {"http.method": METHOD, "http.status_code": STATUS, "http.target": "url.path"}


def judge(evidence: Evidence) -> Iterator[Missing]:
    """Lessons: nothing, answer, kind, context, twice, old-names, route, status-code, name, error."""
    if not evidence.spans:
        yield Missing("nothing", "No span arrived at all.")
        return
    if not any(span.kind == "server" for span in evidence.spans):
        kinds = ", ".join(sorted({span.kind for span in evidence.spans}))
        yield Missing("kind", f"{len(evidence.spans)} spans arrived, and none is of kind server; they are: {kinds}.")
        return
    yield from first_of_each(each for visit in evidence.visits for each in _of_visit(evidence, visit))


def _of_visit(evidence: Evidence, visit: Visit) -> Iterator[Missing]:
    if visit.status != visit.request.status:
        yield Missing("answer", f"{visit} was answered with {visit.status}; it was {visit.request.status}.")
    servers = evidence.servers(visit)
    if not servers:
        yield Missing("context", f"{visit} was sent in trace {visit.trace_id}, and no server span is in it.")
    if len(servers) > 1:
        yield Missing("twice", f"{visit} has {len(servers)} server spans.")
    if servers:
        yield from _of_span(servers[0], visit)


def _of_span(span: Span, visit: Visit) -> Iterator[Missing]:
    old = [f"{name} (now {OLD_NAMES[name]})" for name in span.attributes if name in OLD_NAMES]
    if old:
        yield Missing("old-names", f"The span of {visit} has {', '.join(old)}.")
    route = span.attributes.get(ROUTE)
    if route is None or not _is_template(route, visit):
        seen = f"{ROUTE} {route}" if route else f"no {ROUTE}"
        yield Missing("route", f"The span of {visit} has {seen}; a route names a parameter, not its value.")
    if span.attributes.get(STATUS) != str(visit.status):
        seen = span.attributes.get(STATUS, "none")
        yield Missing("status-code", f"{visit} was answered with {visit.status}; {STATUS} of its span: {seen}.")
    if span.name != f"{visit.request.method} {route or visit.request.route}":
        yield Missing("name", f"The span of {visit} is named {span.name!r}; method and route make its name.")
    if visit.status < 500 and span.status == "error":
        yield Missing("error", f"{visit} was answered with {visit.status}, and its span has the status error.")


def _is_template(route: str, visit: Visit) -> bool:
    """True if the route is written for any value; frameworks differ in how (`<int:id>`, `{id}`, `:id`)."""
    plain = "/".join("*" if part[:1] in ("<", "{", ":") else part for part in visit.request.route.split("/"))
    return "/".join("*" if part[:1] in ("<", "{", ":") else part for part in route.split("/")) == plain
