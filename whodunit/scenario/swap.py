"""A scenario with another one's cause: proof that its evidence tells the two apart, since it must not pass."""

from pathlib import Path

from ruamel.yaml import YAML

from whodunit.scenario.loader import SCENARIO_FILE, Case


def with_faults_of(case: Case, other: Case, into: Path) -> Path:
    """A folder below `into` with the scenario `case`, but with what breaks in `other`; returns it."""
    yaml = YAML()
    document = yaml.load((case.folder / SCENARIO_FILE).read_text(encoding="utf-8"))
    document["faults"] = [fault.model_dump(exclude={"lasts"}) for fault in other.scenario.faults]
    folder = into / f"{case.slug}-by-{other.slug}"
    folder.mkdir(parents=True)
    with (folder / SCENARIO_FILE).open("w", encoding="utf-8") as file:
        yaml.dump(document, file)
    return folder
