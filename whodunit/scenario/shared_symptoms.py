"""What `scenarios/matrix.yaml` may say: which incidents share symptoms, why, and what tells them apart."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import Field

from whodunit.scenario import strict_yaml
from whodunit.scenario.evidence import AnyCheck
from whodunit.scenario.likeness import Likeness
from whodunit.scenario.loader import Case
from whodunit.scenario.problems import refused
from whodunit.scenario.quantities import Strict

GUIDE = "docs/adding-a-scenario.md"


class Sharing(Strict):
    """Incidents that have symptoms in common: every two of them may."""

    told_apart_by: dict[str, list[str]] = Field(
        min_length=2,
        description="By incident: its checks of which at least one does not hold in a run of any of the others",
    )
    because: str = Field(min_length=20, description="Why they share symptoms")

    def signals(self, ran: str, evidence: str) -> Sequence[str]:
        """What tells a run of `ran` from `evidence`; nothing when the two are not among the incidents."""
        return self.told_apart_by[evidence] if {ran, evidence} <= set(self.told_apart_by) else ()


class SharedSymptoms(Strict):
    """The whole file."""

    schema_version: Literal[1]
    shared: list[Sharing]

    def explain(self, ran: str, evidence: str, likeness: Likeness) -> tuple[str, str] | None:
        """Why a run of `ran` shows symptoms of `evidence`, and the check that tells them apart in that run."""
        for sharing in self.shared:
            for signal in sharing.signals(ran, evidence):
                if signal in likeness.differences:
                    return sharing.because, signal
        return None


def bundled(cases: Sequence[Case]) -> SharedSymptoms:
    """The file that comes with the program."""
    return read(Path(str(files("scenarios"))) / "matrix.yaml", cases)


def read(path: Path, cases: Sequence[Case]) -> SharedSymptoms:
    """The file at `path`; raises ScenarioFileError when it names what `cases` do not have."""
    found = strict_yaml.read(path, SharedSymptoms, GUIDE)
    known = {case.name: {check.id for check in evidence_of(case)} for case in cases}
    wrong = [each for each in _named(found) if each[1] not in known.get(each[0], ())]
    if wrong:
        lines = [f"{path}: {name}: it has no check {check!r} under expect or quiet" for name, check in wrong]
        raise refused(path, "\n".join(lines), GUIDE)
    return found


def evidence_of(case: Case) -> Sequence[AnyCheck]:
    """What shows the face of an incident: its symptoms, and what stays healthy."""
    return [*case.scenario.expect.checks, *case.scenario.quiet.checks]


def _named(found: SharedSymptoms) -> Sequence[tuple[str, str]]:
    listed: Sequence[Mapping[str, list[str]]] = [each.told_apart_by for each in found.shared]
    return [(name, check) for names in listed for name, checks in names.items() for check in checks]
