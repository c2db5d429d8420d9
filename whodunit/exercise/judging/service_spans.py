"""Spans of the shop's inventory: in the trace of the order that asks, and with the names of the shop's registry."""

import json
from collections.abc import Iterator
from dataclasses import replace

from whodunit.exercise.evidence import Evidence, Span, Visit
from whodunit.exercise.judging import server_spans
from whodunit.exercise.judging.database_spans import OLD_SYSTEM, OLD_TEXT, SYSTEM, TEXT, statements
from whodunit.exercise.judging.missing import Missing, first_of_each
from whodunit.telemetry import vocabulary

PRODUCTS, LIST = "shop.product.ids", "array"
OF_CONTEXT = {"nothing", "answer", "kind", "context", "twice"}
OF_NAMES = {"nothing", "old-names", "route", "status-code", "name", "error"}
"""What the judge of server spans finds, by the step that teaches it."""

PROBES = {"/readyz", "/healthz"}


def context(evidence: Evidence) -> Iterator[Missing]:
    """Lessons: nothing, answer, kind, context, twice, parent, statements, own-trace."""
    asked = without_probes(evidence)
    yield from (each for each in server_spans.judge(asked) if each.lesson in OF_CONTEXT)
    yield from first_of_each(each for visit in asked.visits for each in _below_caller(asked, visit))


def names(evidence: Evidence) -> Iterator[Missing]:
    """Lessons: nothing, old-names, route, status-code, name, error, system, products, undeclared."""
    asked = without_probes(evidence)
    found = [each for each in server_spans.judge(asked) if each.lesson in OF_NAMES]
    yield from found
    if not any(each.lesson == "nothing" for each in found):
        yield from first_of_each(each for visit in asked.visits for each in _names(asked, visit))


def without_probes(evidence: Evidence) -> Evidence:
    """The evidence of what order asks for."""
    return replace(evidence, visits=tuple(each for each in evidence.visits if each.request.route not in PROBES))


def _below_caller(evidence: Evidence, visit: Visit) -> Iterator[Missing]:
    servers = evidence.servers(visit)
    if not servers:
        return
    if servers[0].parent_id != visit.caller:
        seen = f"has the parent {servers[0].parent_id}" if servers[0].parent_id else "has no parent"
        yield Missing("parent", f"{visit} came from span {visit.caller} of order, and its server span {seen}.")
    below = {span.id for span in evidence.below(servers[0])}
    if _is_answered_alone(visit) or any(span.id in below for span in statements(evidence, visit)):
        return
    if any(TEXT in span.attributes or OLD_TEXT in span.attributes for span in evidence.spans):
        yield Missing("own-trace", f"There are spans of statements, and none is below the server span of {visit}.")
    else:
        yield Missing("statements", f"{visit} asks the database, and no span has a statement ({TEXT}).")


def _is_answered_alone(visit: Visit) -> bool:
    """True if the database is not asked: the caller has stopped waiting."""
    return visit.status == 504


def _names(evidence: Evidence, visit: Visit) -> Iterator[Missing]:
    for span in evidence.trace(visit):
        yield from _of_span(span, visit)
    servers = evidence.servers(visit)
    ids = [str(item["product_id"]) for item in visit.request.body.get("items", ())]
    if servers and ids and not {*ids} <= {*_products(servers[0])}:
        told = servers[0].attributes.get(PRODUCTS)
        what = "" if told is None or servers[0].types.get(PRODUCTS) == LIST else ", which is no list"
        seen = f"no {PRODUCTS}" if told is None else f"{PRODUCTS} {told}{what}"
        yield Missing("products", f"{visit} reserves the products {', '.join(ids)}; its server span has {seen}.")


def _products(span: Span) -> list[str]:
    """The products of a list; none of a text, whatever it says."""
    return list(map(str, json.loads(span.attributes[PRODUCTS]))) if span.types.get(PRODUCTS) == LIST else []


def _of_span(span: Span, visit: Visit) -> Iterator[Missing]:
    if OLD_TEXT in span.attributes:
        yield Missing("old-names", f"The span {span.name!r} has {OLD_TEXT} (now {TEXT}).")
    elif TEXT in span.attributes and SYSTEM not in span.attributes:
        seen = f"{OLD_SYSTEM} (now {SYSTEM})" if OLD_SYSTEM in span.attributes else f"no {SYSTEM}"
        yield Missing("system", f"The span {span.name!r} of {visit} has {seen}.")
    for name in span.attributes:
        if not _is_declared(name):
            yield Missing("undeclared", f"The span {span.name!r} has {name}; docs/telemetry.yaml has no such name.")


def _is_declared(name: str) -> bool:
    """True for names of the registry, and for those that libraries have from the semantic conventions."""
    is_ours = "." not in name or name.startswith("shop.")
    return not is_ours or name in vocabulary.ATTRIBUTES
