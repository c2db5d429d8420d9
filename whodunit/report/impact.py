"""Impact: what customers had of it, orders, money, and the time outside of each objective."""

from collections.abc import Iterator

from whodunit.blocks import Block, Heading, Items, Table
from whodunit.counted import counted
from whodunit.durations import format_duration
from whodunit.report.calls import Call
from whodunit.report.evidence import Docket, Evidence
from whodunit.report.seen import Counted, Seen
from whodunit.report.subject import Subject
from whodunit.topology import LOAD_GENERATOR
from whodunit.views.units import percent

AUDIT = "whodunit audit"


def impact(subject: Subject, seen: Seen, docket: Docket) -> Iterator[Block]:
    """The section."""
    yield Heading("Impact")
    yield Items([*_visitors(seen, docket), *_orders(seen, docket), _money(subject, docket)])
    yield Table(
        ("objective", "target", "bad", "of", "outside", "minutes", ""),
        [
            (
                each.slo.title,
                f"{100 * each.slo.target:g} %",
                f"{each.bad:g}",
                f"{each.total:g}",
                format_duration(each.seconds),
                f"{each.seconds / 60:.1f}",
                docket.cite(each.evidence),
            )
            for each in seen.objectives
        ],
    )


def visitors(seen: Seen) -> Call | None:
    """The calls of customers."""
    of_visitors = (edge for edge in seen.calls.edges if edge.caller == LOAD_GENERATOR)
    return next((edge for edge in of_visitors if edge.callee.startswith("frontend")), None)


def _visitors(seen: Seen, docket: Docket) -> Iterator[str]:
    if edge := visitors(seen):
        failed = round(edge.calls * edge.error_ratio)
        slow = f", p95 {_duration(edge.p95_before_s)} before and {_duration(edge.p95_s)} then"
        marks = f"{docket.cite(seen.calls.during)} {docket.cite(seen.calls.before)}"
        yield (
            f"Visitors: {failed} of {edge.calls:g} requests failed ({percent(edge.error_ratio)}; before: "
            f"{percent(edge.error_ratio_before)}){slow}. {marks}"
        )


def _orders(seen: Seen, docket: Docket) -> Iterator[str]:
    yield (
        f"Orders that ended: {_said(seen.orders)} {docket.cite(seen.orders.evidence)}; before: "
        f"{_said(seen.orders_before)} {docket.cite(seen.orders_before.evidence)}."
    )
    if seen.stuck.value:
        yield f"Orders left in processing: {seen.stuck.value:g} at most. {docket.cite(seen.stuck.evidence)}"


def _said(found: Counted) -> str:
    return ", ".join(f"{count:g} {name}" for name, count in found.outcomes.items()) or "none"


def _money(subject: Subject, docket: Docket) -> str:
    if subject.audit is None:
        return f"Money and stock: unknown, no audit was kept (`{AUDIT}` asks the books of a shop that is up)."
    audit = subject.audit
    value = ", ".join(
        f"{name} {audit[name]}" for name in ("orders", "lost", "double_charged", "stock_difference", "stuck")
    )
    held = "every promise was kept" if audit["held"] else "**not every promise was kept**"
    mark = docket.cite(Evidence("The books of order, gateway and inventory, all orders", AUDIT, None, value))
    return (
        f"Money and stock: {held}. Of {counted(audit['orders'], 'order')} in the books, {audit['lost']} with money "
        f"that is not where it should be, {audit['double_charged']} charged twice, {audit['stuck']} stuck; "
        f"{audit['stock_difference']} pieces of stock unaccounted for. {mark}"
    )


def _duration(seconds: float | None) -> str:
    return "nothing" if seconds is None else format_duration(seconds)
