"""Reads `scenarios/matrix.yaml`: incidents that share symptoms, the reason, and the checks that tell them apart."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import Field

from whodunit.incident.evidence import AnyCheck
from whodunit.incident.loader import Case
from whodunit.runs.matrix import Explanation, Match
from whodunit.strict_yaml import reader
from whodunit.strict_yaml.problems import refused
from whodunit.strict_yaml.quantities import Strict

GUIDE = "docs/adding-a-scenario.md"


class Sharing(Strict):
    """Incidents that have symptoms in common: every two of them may."""

    told_apart_by: dict[str, list[str]] = Field(
        min_length=2,
        description="By incident: its checks of which at least one does not hold in a run of any of the others",
    )
    because: str = Field(min_length=20, description="Why they share symptoms")


class SharedSymptoms(Strict):
    """The whole file."""

    schema_version: Literal[1]
    shared: list[Sharing]

    def explain(self, ran: str, evidence: str, found: Mapping[tuple[str, str], Match]) -> Explanation | None:
        """The explanation of symptoms of `evidence` in a run of `ran`, by the matches `found`; None without one.

        Either a check of `evidence` must not hold in this run, or one of `ran` must not in the other's: one of them may
        show all symptoms of the other, and more.
        """
        for sharing in self.shared:
            if {ran, evidence} <= set(sharing.told_apart_by):
                for run, incident in ((ran, evidence), (evidence, ran)):
                    match = found.get((run, incident))
                    for check in sharing.told_apart_by[incident]:
                        if match and check in match.differences:
                            return Explanation(sharing.because, incident, check)
        return None


def bundled(cases: Sequence[Case]) -> SharedSymptoms:
    """The file that comes with the program."""
    return read(Path(str(files("scenarios"))) / "matrix.yaml", cases)


def read(path: Path, cases: Sequence[Case]) -> SharedSymptoms:
    """The file at `path`; raises ScenarioFileError when it names what `cases` do not have."""
    found = reader.read(path, SharedSymptoms, GUIDE)
    known = {case.name: {check.id for check in evidence_of(case)} for case in cases}
    wrong = [each for each in _named(found) if each[1] not in known.get(each[0], ())]
    if wrong:
        lines = [f"{path}: {name}: it has no check {check!r} under expect, tells or quiet" for name, check in wrong]
        raise refused(path, "\n".join(lines), GUIDE)
    return found


def evidence_of(case: Case) -> Sequence[AnyCheck]:
    """The evidence of an incident: its symptoms, the marks of its cause, and what stays healthy."""
    return [*case.scenario.expect.checks, *case.scenario.tells.checks, *case.scenario.quiet.checks]


def _named(found: SharedSymptoms) -> Sequence[tuple[str, str]]:
    listed: Sequence[Mapping[str, list[str]]] = [each.told_apart_by for each in found.shared]
    return [(name, check) for names in listed for name, checks in names.items() for check in checks]
