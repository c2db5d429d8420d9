"""What changed at the onset, by the comparison of the two windows, those nearest to a cause first."""

from collections.abc import Iterator

from whodunit.blocks import Block, Heading, Table
from whodunit.compare.findings import Comparison, Finding
from whodunit.report.evidence import Docket, Evidence, clock
from whodunit.report.subject import Subject
from whodunit.views.units import percent, with_unit

MOST_SHOWN = 12


def changes(subject: Subject, found: Comparison, docket: Docket) -> Iterator[Block]:
    """The section."""
    yield Heading("What changed")
    refused = f"; {len(found.refused)} series were too short to be judged" if found.refused else ""
    some = "" if found.is_all else " Not all spans and lines could be asked for: some were left out."
    yield (
        f"{found.asked} series of the trouble were compared with the time before it{refused}.{some} "
        f"{len(found.findings)} changed, the {min(MOST_SHOWN, len(found.findings))} nearest to a cause first:"
    )
    yield Table(
        ("where", "what", "before", "then", "effect", "q", "first seen (UTC)", ""),
        [
            (
                each.component,
                f"{each.kind}: {each.name}",
                said(each, each.before),
                said(each, each.after),
                f"{each.effect:+.2f}",
                "" if each.q is None else f"{each.q:.2g}",
                clock(each.first_seen) if each.first_seen else "",
                docket.cite(evidence_of(subject, found, each)),
            )
            for each in found.findings[:MOST_SHOWN]
        ],
    )


def first_of(subject: Subject, found: Comparison) -> Finding | None:
    """The change of the component nearest to a cause that was seen first, at or after the onset."""
    onset = subject.trouble.start
    nearest = [each for each in found.findings if each.component in found.components[:1]]
    late = [(each.first_seen, each) for each in nearest if each.first_seen and each.first_seen >= onset]
    return min(late, key=lambda each: (each[0], each[1].name), default=(onset, None))[1]


def evidence_of(subject: Subject, found: Comparison, each: Finding) -> Evidence:
    """The evidence of one change; a trace, if it can be cited by one."""
    value = f"{said(each, each.before)} → {said(each, each.after)}"
    cited, _, rest = each.evidence_id.partition(" ")
    trace_id = rest.split(" ")[0] if cited in {"span", "log"} else ""
    asked = f"Before the onset, and since: {named(each)}"
    return Evidence(asked, found.query, subject.trouble, value, trace_id)


def named(each: Finding) -> str:
    """A change in a few words."""
    return each.name if each.component in each.name else f"{each.component} {each.name}"


def said(each: Finding, value: float | str | None) -> str:
    """A number or a text of a change."""
    if value is None:
        return "none"
    if isinstance(value, str):
        return value
    is_share = each.unit == "1" and "fail" in each.name
    return percent(value) if is_share else with_unit(value, each.unit)
