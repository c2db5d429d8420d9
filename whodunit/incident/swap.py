"""A scenario with another one's cause: proof that its evidence tells the two apart, since it must not pass."""

from pathlib import Path

from ruamel.yaml import YAML

from whodunit.incident.loader import Case, in_file_names
from whodunit.incident.model import Trigger
from whodunit.reading import read_text


def with_faults_of(case: Case, other: Case, into: Path) -> Path:
    """A folder below `into` with the scenario `case`, but with what breaks in `other`; returns it."""
    folder = into / f"{in_file_names(case.name)}-by-{in_file_names(other.name)}"
    for file in case.files:
        copy = folder / file.relative_to(case.folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    breaks = other.scenario
    keys: dict[str, object] = {
        "trigger": str(breaks.trigger),
        "before": [fault.model_dump(exclude={"lasts"}) for fault in breaks.before],
        "faults": [fault.model_dump(exclude={"lasts"}) for fault in breaks.faults],
    }
    if breaks.trigger is Trigger.LOAD:
        keys["load"] = breaks.load.model_dump(exclude_defaults=True)
    *face, broken = (folder / file.relative_to(case.folder) for file in case.files)
    _change(broken, **keys)
    for file in face:
        _change(file, causes=[case.cause])
    return folder


def _change(file: Path, **keys: object) -> None:
    yaml = YAML()
    document = yaml.load(read_text(file))
    document.update(keys)
    with file.open("w", encoding="utf-8") as text:
        yaml.dump(document, text)
