"""Writes prometheus/rules/*.yml from objectives/objectives.yaml: `python -m whodunit.alerts.generate`."""

import sys
from collections.abc import Callable, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from whodunit.alerts import alerting, loading, recording
from whodunit.alerts.objectives import Objectives

FOLDER = Path("prometheus") / "rules"
HEADER = "# Generated from objectives/objectives.yaml; change it there: python -m whodunit.alerts.generate\n"

FILES: Mapping[str, Callable[[Objectives], list[dict[str, Any]]]] = {
    "recording.yml": recording.groups,
    "alerts.yml": alerting.groups,
}


def rendered(objectives: Objectives) -> dict[str, str]:
    """The text of each file, by its name."""
    return {name: HEADER + _text({"groups": groups(objectives)}) for name, groups in FILES.items()}


def _text(document: Any) -> str:
    yaml = YAML()
    yaml.width = 1000  # expressions of one line stay on it
    yaml.indent(mapping=2, sequence=4, offset=2)
    text = StringIO()
    yaml.dump(_readable(document), text)
    return text.getvalue()


def _readable(node: Any) -> Any:
    """Expressions of several lines stand as they are."""
    if isinstance(node, dict):
        return {key: _readable(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_readable(value) for value in node]
    return LiteralScalarString(node) if isinstance(node, str) and "\n" in node else node


def main() -> None:
    """Generate the files in place, from the repository's root."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in rendered(loading.bundled()).items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        sys.stdout.write(f"{FOLDER / name}\n")


if __name__ == "__main__":
    main()
