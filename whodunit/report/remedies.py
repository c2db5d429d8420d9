"""Mitigation and recovery, what was lost, and what to do now, soon and later."""

from collections.abc import Iterator, Sequence

from whodunit.blocks import Block, Heading, Items, Table
from whodunit.durations import format_duration
from whodunit.faults.catalogue import Action, read
from whodunit.incident.phases import Remedy
from whodunit.report.cause import UNKNOWN, Verdict
from whodunit.report.detection import Step
from whodunit.report.evidence import Docket, clock, clocked
from whodunit.report.seen import Seen
from whodunit.report.subject import Subject

NOW, SOON, LATER = "now", "soon", "later"
AT_ONCE = frozenset(
    {
        Action.RESTART,
        Action.ROLL_BACK,
        Action.FEATURE_OFF,
        Action.STOP_JOB,
        Action.DRAIN_INSTANCE,
        Action.LARGER_POOL,
        Action.MORE_CORES,
        Action.LARGER_VOLUME,
        Action.RESTORE_INDEX,
        Action.REPAIR_DATA,
    }
)
"""What somebody on call can do without a new release."""

FORESIGHT = frozenset({Action.FEATURE_NOTICE})
"""What neither ends nor eases it, but has it seen sooner the next time."""

EFFECTS = {"repairs": "ends “{}”", "hides": "hides “{}”, and leaves the cause"}
"""What comes of a remedy, by the symptom that shows it."""


def recovery(subject: Subject, docket: Docket) -> Iterator[Block]:
    """Mitigation and recovery."""
    onset = subject.trouble.start
    yield Heading("Mitigation and recovery")
    rows = [(clock(each.time), each.what, each.outcome) for each in subject.tried]
    if rows:
        yield Table(("time (UTC)", "what was done", "what came of it"), rows)
    else:
        yield "Nothing was tried against the symptoms while it lasted, as far as is known."
    if subject.recovered is None:
        yield "Recovery: not seen within the time reported."
        return
    took = format_duration((subject.recovered.time - onset).total_seconds())
    yield f"All was well again at {clock(subject.recovered.time)}, {took} after the onset:"
    yield Table(
        ("what", "observed", ""),
        [(each.title, each.evidence.value, docket.cite(each.evidence)) for each in subject.recovered.checks],
    )


def losses(subject: Subject, seen: Seen, docket: Docket) -> Iterator[Block]:
    """RPO and RTO."""
    yield Heading("What was lost (RPO, RTO)")
    onset, recovered = subject.trouble.start, subject.recovered
    rto = (
        format_duration((recovered.time - onset).total_seconds()) if recovered else "not over within the time reported"
    )
    yield Items(
        [_orders_lost(subject), _telemetry_lost(seen, docket), f"RTO, from the onset until all was well: {rto}."]
    )


def _orders_lost(subject: Subject) -> str:
    if subject.audit is None:
        return "RPO of orders, money and stock: unknown, no audit was kept."
    lost = subject.audit["lost"] + subject.audit["stock_difference"]
    if not lost:
        return "RPO of orders, money and stock: nothing was lost, by the audit under Impact."
    window = clocked(subject.trouble)
    return f"RPO of orders, money and stock: **data was lost**, by the audit under Impact; look for it in {window}."


def _telemetry_lost(seen: Seen, docket: Docket) -> str:
    dropped = seen.dropped
    said = (
        f"{dropped.value:g} items were dropped by their senders"
        if dropped.value
        else "no sender says that it dropped any"
    )
    return f"RPO of telemetry: {said}. {docket.cite(dropped.evidence)}"


def recommendations(subject: Subject, found: Verdict, steps: Sequence[Step]) -> Iterator[Block]:
    """From the case's remedies, and from how it was detected."""
    yield Heading("Recommendations")
    rows = [*(_of_remedies(subject) if found.status != UNKNOWN else ()), *_of_detection(subject, steps)]
    order = [NOW, SOON, LATER]
    if subject.known is None:
        yield "The cause is not known, so no remedy is. The runbooks of the alerts say what can be tried:"
        rows += [(NOW, f"docs/runbooks/{each.name}.md", "") for each in subject.alerts]
    yield Table(("when", "what", "what it does"), sorted(rows, key=lambda row: order.index(row[0])))
    if useless := [each.title for each in _remedies(subject) if each.effect == "nothing"]:
        yield f"Not worth trying, it changes nothing: {'; '.join(useless)}."


def _remedies(subject: Subject) -> Sequence[Remedy]:
    return subject.known.case.scenario.remedies if subject.known else ()


def _of_remedies(subject: Subject) -> Iterator[tuple[str, str, str]]:
    flags = read().flags
    titles = {each.id: each.title for each in subject.known.case.scenario.expect.checks} if subject.known else {}
    for remedy in _remedies(subject):
        entry = flags[remedy.flag]
        action = entry.action or Action.FEATURE_OFF
        if remedy.effect == "nothing":
            continue
        if entry.action is None:
            yield NOW, f"Switch {remedy.flag} off ({entry.service})", EFFECTS["repairs"].format(titles[remedy.symptom])
            yield LATER, remedy.title, "it cannot go on for long again"
        elif action in FORESIGHT:
            yield LATER, f"{remedy.title} ({entry.service})", "it is seen sooner"
        else:
            does = EFFECTS[remedy.effect].format(titles[remedy.symptom])
            yield NOW if action in AT_ONCE else SOON, f"{remedy.title} ({entry.service})", does


def _of_detection(subject: Subject, steps: Sequence[Step]) -> Iterator[tuple[str, str, str]]:
    fired = [alert.fired for alert in subject.alerts]
    customer = next((step.time for step in steps if step.name == "first customer"), None)
    if customer and not fired:
        yield LATER, "An alert for what customers had of it: none fired", "it is seen sooner"
    elif customer and min(fired) > customer:
        late = format_duration((min(fired) - customer).total_seconds())
        yield (
            LATER,
            f"Be told sooner: the first alert fired {late} after the first customer met it",
            "it is seen sooner",
        )
