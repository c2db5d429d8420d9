"""Findings of the lab about an answer: the evidence that it cites, held against recorded runs, and who suffered."""

from whodunit.strict_yaml.quantities import Strict
from whodunit.telemetry.citation import Citation

Number = float | None


class Pair(Strict):
    """The numbers before the onset and during the trouble; None where there was nothing to measure."""

    before: Number
    during: Number


class Elsewhere(Strict):
    """What is most like a piece of evidence in the recording of a case; `holds` if both numbers are alike."""

    case: str
    pair: Pair
    holds: bool


class Finding(Strict):
    """One piece of evidence: `problem` says why it is none, `here` what it shows in this run, in `unit`."""

    citation: Citation
    problem: str = ""
    unit: str = ""
    here: Pair | None = None
    again: Elsewhere | None = None
    """In another run of the true cause."""
    siblings: tuple[Elsewhere, ...] = ()

    @property
    def excludes(self) -> frozenset[str]:
        """The siblings that it would not convict; none if it does not hold in another run of the true cause."""
        if self.again is None or not self.again.holds:
            return frozenset()
        return frozenset(each.case for each in self.siblings if not each.holds)


class Facts(Strict):
    """The cited evidence; the siblings that it was held against; and the services that suffered in this run."""

    evidence: tuple[Finding, ...] = ()
    siblings: tuple[str, ...] = ()
    suffering: list[str] | None = None
    """The services whose telemetry shows the trouble; None if it was not looked up."""

    @property
    def excluded(self) -> frozenset[str]:
        """The siblings that the evidence excludes, all of it together."""
        return frozenset().union(*(finding.excludes for finding in self.evidence))
