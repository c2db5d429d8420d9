"""`whodunit map`."""

import typer

from whodunit.telemetry.questions import SpanQuery
from whodunit.views.desk import desk
from whodunit.views.nothing import nothing
from whodunit.views.options import AsJson, AsQuery, Last, StoreUrl, seconds
from whodunit.views.output import Style, emit
from whodunit.views.service_map import service_map


def map_(
    context: typer.Context,
    last: Last = "1m",
    as_json: AsJson = False,
    as_query: AsQuery = False,
    store: StoreUrl = None,
) -> None:
    """Show who calls whom: calls per second, errors and p95 of each edge, as the caller saw them."""
    with desk(context, store) as at:
        found = at.telemetry.service_map(at.last(seconds(last)))
        later = at.later_spans(SpanQuery())
        emit(
            Style(as_json, as_query),
            found.query,
            {"edges": found.edges, "later": later.count},
            lambda _: later.told_after(service_map(found.edges) if found.edges else nothing(at, "calls", last)),
        )
