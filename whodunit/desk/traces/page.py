"""Traces: a search with its dots over time, one trace as a waterfall, and one span of it with all that it says."""

from dataclasses import replace
from functools import partial

from whodunit.desk import conditions
from whodunit.desk.asked import Answer, Asked, command, option
from whodunit.desk.mystery.notebook import pins_of, titled
from whodunit.desk.pool import together
from whodunit.desk.traces import dots, fall
from whodunit.desk.traces.compared import earlier
from whodunit.durations import format_duration
from whodunit.errors import WrongUseError
from whodunit.telemetry.answers import Span
from whodunit.telemetry.citation import evidence_of_span
from whodunit.telemetry.questions import SpanQuery
from whodunit.telemetry.trace_tree import unique
from whodunit.views import one_trace
from whodunit.views.desk import of_several_releases
from whodunit.views.stack_trace import in_short
from whodunit.views.trace_table import SHORT_ID

USUAL, MOST = 100, 500
MOST_ROWS = 400
STATUS = ("error", "ok", "unset")
SORTS = ("newest", "slowest")
PEER = "service.peer.name"


def page(asked: Asked) -> Answer:
    """The traces that hold one span with all of the asked properties; raises WrongUseError."""
    query, sort, limit = _query(asked), asked.choice("sort", SORTS, SORTS[0]), asked.number("limit", USUAL, MOST)
    search = partial(asked.telemetry.traces, query, asked.times.window, limit)
    by_duration = sort == "slowest"
    found, services = together(partial(search, slowest=by_duration), asked.telemetry.service_names)
    others = search(slowest=not by_duration).traces if found.count > len(found.traces) else ()
    drawn = {trace.trace_id: trace for trace in (*found.traces, *others)}
    shown = {
        "found": found,
        "services": services,
        "dots": dots.drawing(list(drawn.values()), asked.times.window),
        "longest_s": max((trace.duration_s for trace in found.traces), default=0.0),
        "statuses": STATUS,
        "sorts": SORTS,
        "sort": sort,
        "limit": limit,
        "short": SHORT_ID,
        "chosen": asked.one("with"),
        "earlier": earlier(asked.times.window),
        "several": sum(map(bool, map(asked.one, ("service", "name", "peer", "min", "max", "status", "where")))) > 1,
    }
    return Answer("traces/page.html", "Traces", _command(asked, limit), found.query, shown)


def one(asked: Asked) -> Answer:
    """One trace; its id may be abbreviated. Raises WrongUseError."""
    found = one_trace.trace(asked.telemetry, asked.below["trace"])
    spans = unique(found.sample)
    logs, several = together(
        partial(one_trace.logs_of, asked.telemetry, spans),
        partial(of_several_releases, asked.telemetry, one_trace.deployment_time(spans)),
    )
    everything = asked.choice("all", ("yes",)) == "yes"
    drawn = fall.drawing(spans, logs.sample, several, everything=everything)
    shown = {
        "trace_id": spans[0].trace_id,
        "drawing": replace(drawn, rows=drawn.rows[:MOST_ROWS]),
        "rows_left_out": max(0, len(drawn.rows) - MOST_ROWS),
        "spans_left_out": found.count - len(found.sample),
        "lines": logs.count,
        "everything": everything,
        "link": found.link,
    }
    typed = command("trace", spans[0].trace_id[:SHORT_ID], "--logs", "--all" if everything else None)
    told = ";\n\n".join(query for query in (found.query, logs.query) if query)
    return Answer("traces/one.html", f"Trace {spans[0].trace_id[:SHORT_ID]}", typed, told, shown)


def span(asked: Asked) -> Answer:
    """All that one span says, as a piece of its trace's page; raises WrongUseError."""
    spans = one_trace.trace(asked.telemetry, asked.below["trace"]).sample
    found = next((each for each in spans if each.span_id == asked.below["span"]), None)
    if found is None:
        raise WrongUseError("This span is not in the trace.", "The trace's page has those that are.")
    place = replace(asked.place, root="../")  # it stands on the page of its trace, and links lead from there
    title = titled(found.service, found.name, format_duration(found.duration_s), "failed" * (found.status == "error"))
    pin = {"pins": pins_of(asked), "evidence": evidence_of_span(found), "pin_title": title}
    return Answer("traces/span.html", "Span", "", "", {"span": found, "stacks": _stacks(found), "place": place, **pin})


def _stacks(found: Span) -> list[str]:
    """The stack traces of its exceptions, in short."""
    stacks = []
    for event in found.events:
        attributes = event.get("attributes")
        text = attributes.get("exception.stacktrace") if isinstance(attributes, dict) else None
        stacks += ["\n".join(in_short(str(text)))] if text else []
    return stacks


def _query(asked: Asked) -> SpanQuery:
    where = conditions.read(asked.several("where"))
    if peer := asked.one("peer"):
        where[PEER] = peer
    return SpanQuery(
        service=asked.one("service") or None,
        name=asked.one("name") or None,
        status=asked.choice("status", STATUS) or None,
        where=where,
        longer_than_s=conditions.seconds("min", asked.one("min")),
        shorter_than_s=conditions.seconds("max", asked.one("max")),
    )


def _command(asked: Asked, limit: int) -> str:
    where = [*asked.several("where"), *([f"{PEER}={asked.one('peer')}"] if asked.one("peer") else [])]
    options = [word for name in ("service", "name", "min", "max", "status") for word in option(name, asked.one(name))]
    attributes = [word for pair in where for word in ("--where", pair)]
    sort = option("sort", asked.one("sort"))
    return command("traces", *options, *attributes, *sort, *asked.times.options, "--limit", str(limit))
