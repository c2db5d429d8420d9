"""How much may be lost, and for how long: `objectives/recovery.yaml`."""

from importlib.resources import as_file, files
from typing import Literal

from whodunit.strict_yaml import reader
from whodunit.strict_yaml.quantities import Duration, Strict

GUIDE = "docs/drill.md"


class Recovery(Strict):
    """Objectives in seconds, known as RPO and RTO."""

    schema_version: Literal[1]
    lost_data: Duration
    recovery: Duration


def bundled() -> Recovery:
    """The objectives of this release."""
    with as_file(files("objectives").joinpath("recovery.yaml")) as path:
        return reader.read(path, Recovery, GUIDE)
