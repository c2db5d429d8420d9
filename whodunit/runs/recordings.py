"""The recordings that a checkout keeps, one of each case; `python -m whodunit.runs.recordings CASE…` adds some.

A later version has to judge them as this one does, and a run that is recorded again has to agree.
"""

import hashlib
import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from whodunit.errors import LabError, WrongUseError, report
from whodunit.home import Home
from whodunit.incident import catalogue
from whodunit.incident.applicable import applicable
from whodunit.incident.loader import Case, in_file_names
from whodunit.incident.negative_controls import negative_controls
from whodunit.lab.wanted import Kind
from whodunit.runs.compacting import compact
from whodunit.runs.recorded_run import KEPT, RESULT_FILE, RecordedRun, newest, read
from whodunit.runs.rejudging import Verdict, decisions, rejudged
from whodunit.runs.walkthrough import without_queries

VERDICTS_FILE = "verdicts.json"
LARGEST_BYTES = 2_000_000


@dataclass(frozen=True)
class Recording:
    """A case as it was recorded: the run, the verdicts of its telemetry, and the digest of the case then."""

    run: RecordedRun
    verdicts: Sequence[Verdict]
    digest: str

    def differences(self, verdicts: Sequence[Verdict]) -> Iterator[str]:
        """The checks on which `verdicts` differ from those that were recorded."""
        ours, theirs = (
            {(each.phase, each.check): each.passed for each in found} for found in (self.verdicts, verdicts)
        )
        for phase, check in sorted(ours.keys() | theirs.keys()):
            was, now = ours.get((phase, check)), theirs.get((phase, check))
            if was != now:
                yield f"{phase}/{check}: {_word(was)} when it was recorded, {_word(now)} now"


def kept(case: Case) -> Recording:
    """The recording of a case; raises WrongUseError when there is none."""
    folder = _folder(case)
    run = read(folder)
    document = json.loads((folder / VERDICTS_FILE).read_text(encoding="utf-8"))
    return Recording(run, [Verdict(**each) for each in document["verdicts"]], document["digest"])


def is_kept(case: Case) -> bool:
    """True if there is a recording of the case."""
    return (_folder(case) / VERDICTS_FILE).is_file()


def size(case: Case) -> int:
    """Size of the case's recording in bytes."""
    return _size(_folder(case))


def judged(case: Case, run: RecordedRun) -> list[Verdict]:
    """The verdicts of a run's telemetry on its case."""
    return rejudged(run, case.scenario, negative_controls(case, Kind.LITE))


def digest(case: Case) -> str:
    """A digest that changes with what lite mode, which recordings are of, shows of the case, and with no other."""
    shown = applicable(case.scenario, Kind.LITE).scenario
    stated = shown.model_dump(mode="json", exclude_defaults=True, exclude={"proved_on"})
    return hashlib.sha256(json.dumps(stated, sort_keys=True).encode()).hexdigest()


def take_over(run: RecordedRun, root: Path = KEPT) -> None:
    """Keep a run in place of the former recording of its case.

    Raises WrongUseError for a run that failed, that its own telemetry contradicts, or that is too large; the former
    recording is still there then.
    """
    case = catalogue.find(run.name)
    again = f"Record it again: make recordings CASES={case.name}"
    if not run.result["passed"]:
        raise WrongUseError(f"{run.folder} did not pass.", again)
    root.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=root, prefix=".") as folder:
        verdicts = _write(run, case, Path(folder))
        then = Recording(run, decisions(run, verdicts), "")
        if wrong := list(then.differences(verdicts)):
            raise WrongUseError("\n".join([f"{run.folder}: its telemetry contradicts its result.", *wrong]), again)
        if (taken := _size(Path(folder))) > LARGEST_BYTES:
            raise WrongUseError(f"{case.name} takes {taken:,} bytes.", f"At most {LARGEST_BYTES:,} are kept.")
        target = root / in_file_names(case.name)
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(folder, target)


def _write(run: RecordedRun, case: Case, folder: Path) -> list[Verdict]:
    rewritten = compact(run.folder, folder)
    result = json.dumps(without_queries(run.result), indent=1) + "\n"
    (folder / RESULT_FILE).write_text(rewritten(result), encoding="utf-8")
    verdicts = judged(case, read(folder))
    document = {"digest": digest(case), "verdicts": [asdict(each) for each in verdicts]}
    (folder / VERDICTS_FILE).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return verdicts


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())


def _folder(case: Case) -> Path:
    return KEPT / in_file_names(case.name)


def _word(passed: bool | None) -> str:
    return {None: "not asked", True: "passed", False: "failed"}[passed]


def main(names: Sequence[str]) -> int:
    """Take over the newest run of each case; exit code of the first that cannot be."""
    try:
        for case in map(catalogue.find, names):
            take_over(newest(Home.locate(), case.name))
            sys.stdout.write(f"{case.name}: {size(case) / 1e6:.2f} MB\n")
    except LabError as error:
        report(error)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
