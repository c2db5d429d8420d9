"""The cause, as far as it is known: proven, consistent with what was seen, or unknown; and what was ruled out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from whodunit.blocks import Block, Heading, Table
from whodunit.incident.truth import Reason
from whodunit.incident.wording import flowing
from whodunit.report.evidence import Docket, Evidence, clock
from whodunit.report.seen import Seen
from whodunit.report.subject import Known, Moment, Shown, Subject

PROVEN, CONSISTENT, UNKNOWN = "proven", "consistent", "unknown"
SHORTLY = timedelta(seconds=30)
"""What was switched so shortly before the first deviation is suspected."""


@dataclass(frozen=True)
class Verdict:
    """How sure the cause is, what it is, why no surer, and the evidence that decides it."""

    status: str
    said: str
    why: str
    evidence: Sequence[Evidence] = ()

    def marks(self, docket: Docket) -> str:
        """The marks of its evidence."""
        return " ".join(dict.fromkeys(map(docket.cite, self.evidence)))


def verdict(subject: Subject, seen: Seen) -> Verdict:
    """The cause of the subject; while it is sealed, unknown."""
    if subject.sealed:
        return Verdict(UNKNOWN, "a mystery runs", "its cause is for its players to find")
    if subject.path:
        why = "the mystery's plan, sealed until it was revealed, names it; what this run showed of it stands below"
        return Verdict(PROVEN, _named(subject), why, _deciding(subject))
    if subject.known:
        return _of_case(subject, subject.known)
    if suspect := _suspect(subject, seen):
        why = "it was switched shortly before the first deviation; whether anything else explains it was not examined"
        return Verdict(CONSISTENT, suspect.what, why, [suspect.evidence] if suspect.evidence else [])
    return Verdict(UNKNOWN, "no case and no record says what was done", "what telemetry shows of it stands above")


def _deciding(subject: Subject) -> list[Evidence]:
    """The last symptom with a trace, which shows most of the way, and what contradicts each other cause."""
    if subject.known is None:
        return []
    traced = [each for each in subject.known.symptoms if each.evidence.trace_id]
    shown = [*traced[-1:], *(other.against[0] for other in subject.known.others if other.against)]
    return [each.evidence for each in shown]


def _of_case(subject: Subject, known: Known) -> Verdict:
    evidence = _deciding(subject)
    missing = [each.title for each in known.symptoms if not each.held]
    standing = [other.name for other in known.others if not other.against]
    if missing:
        return Verdict(UNKNOWN, _named(subject), f"of its evidence this was not seen: {', '.join(missing)}", evidence)
    if standing:
        return Verdict(CONSISTENT, _named(subject), f"nothing here contradicts {', '.join(standing)}", evidence)
    if subject.recovered is None:
        unseen = "that it ended when the cause was taken away was not seen"
        return Verdict(CONSISTENT, _named(subject), unseen, evidence)
    why = (
        "all of its evidence was seen, every other cause of these symptoms is contradicted, "
        "and it ended when the cause was taken away"
    )
    return Verdict(PROVEN, _named(subject), why, evidence)


def _named(subject: Subject) -> str:
    if subject.known is None:
        return ""
    truth = subject.known.truth
    return "; and ".join(map(_told, truth.components or ["nobody"], truth.reasons))


def _told(component: str, reason: Reason) -> str:
    meaning = reason.meaning.rstrip(".")
    return f"{component}, {reason.value} ({meaning[:1].lower()}{meaning[1:]})"


def _suspect(subject: Subject, seen: Seen) -> Moment | None:
    """The last thing that was switched on shortly before the first failure or the onset."""
    first = seen.failures.spans[0].start if seen.failures.spans else subject.trouble.start
    on = [each for each in subject.switched if "put in force" in each.what]
    found = [each for each in on if each.time <= first <= each.time + SHORTLY]
    return found[-1] if found else None


def cause(subject: Subject, found: Verdict, docket: Docket) -> Iterator[Block]:
    """The section, with what was ruled out."""
    yield Heading("Cause")
    yield f"**{found.status}**: {found.said}. Why: {found.why}. {found.marks(docket)}".rstrip()
    if subject.sealed:
        return
    marks = " ".join(docket.cite(each.evidence) for each in subject.switched if each.evidence)
    if marks:
        switched = "; ".join(f"{each.what} at {clock(each.time)}" for each in subject.switched)
        yield f"What was switched, by the lab's own record: {switched}. {marks}"
    if known := subject.known:
        yield flowing(known.truth.explanation)
        yield from _chain(known)
        if known.symptoms:
            yield "Its evidence, as the run decided it:"
            yield _table(known.symptoms, docket)
        yield from ruled_out(subject, known, docket)


def _chain(known: Known) -> Iterator[Block]:
    if known.truth.propagation:
        steps = [(step.source, step.target, step.effect) for step in known.truth.propagation]
        yield "How the case explains what others had of it:"
        yield Table(("from", "to", "effect"), steps)


def _table(shown: Sequence[Shown], docket: Docket) -> Table:
    rows = [(each.title, each.evidence.value, docket.cite(each.evidence)) for each in shown]
    return Table(("what", "observed", ""), rows)


def ruled_out(subject: Subject, known: Known, docket: Docket) -> Iterator[Block]:
    """The other causes of the same symptoms, and what contradicts each; what stayed healthy."""
    yield Heading("Ruled out")
    rows = [
        (other.name, each.title, each.evidence.value, docket.cite(each.evidence))
        for other in known.others
        for each in other.against
    ]
    for sibling in (subject.path or {}).get("siblings", ()):
        here, there = (f"{pair['before']} → {pair['during']}" for pair in (sibling["here"], sibling["there"]))
        told = f"{here}; in a recorded run of {sibling['case']} {there}"
        evidence = Evidence(f"What tells it from {sibling['case']}", sibling["number"], None, told)
        rows.append((sibling["case"], sibling["number"], told, docket.cite(evidence)))
    if rows:
        yield "Other causes of the same symptoms, each with a check that holds where it is at work, and did not here:"
        yield Table(("ruled out", "the check", "what was observed here", ""), rows)
    if known.healthy:
        yield "Suspects that were healthy all the while:"
        yield _table(known.healthy, docket)
