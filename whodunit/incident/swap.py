"""A scenario with another one's cause: proof that its evidence tells the two apart, since it must not pass."""

from pathlib import Path

from ruamel.yaml import YAML

from whodunit.incident.loader import SCENARIO_FILE, Case, in_file_names
from whodunit.reading import read_text


def with_faults_of(case: Case, other: Case, into: Path) -> Path:
    """Writes the scenario `case` with the faults of `other` into a folder below `into`; returns the folder."""
    yaml = YAML()
    document = yaml.load(read_text(case.folder / SCENARIO_FILE))
    broken = document["variants"][case.variant] if case.variant else document
    broken["faults"] = [fault.model_dump(exclude={"lasts"}) for fault in other.scenario.faults]
    if case.variant:
        document["variants"] = {case.variant: broken}
    folder = into / f"{in_file_names(case.name)}-by-{in_file_names(other.name)}"
    folder.mkdir(parents=True)
    with (folder / SCENARIO_FILE).open("w", encoding="utf-8") as file:
        yaml.dump(document, file)
    return folder
