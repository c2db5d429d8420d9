"""The folder of a measurement: `report.json`, the report as Markdown and HTML, its plots."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from whodunit.blocks import Picture, html, markdown
from whodunit.errors import WrongUseError
from whodunit.home import Home, unwritable
from whodunit.limit.document import VERSION
from whodunit.limit.report import TITLE, blocks

FILE = "report.json"

Json = dict[str, Any]


def write(home: Home, found: Json) -> Path:
    """Write a measurement; returns its folder. Raises LabError when the disk refuses."""
    folder = home.limits_dir / f"{datetime.fromisoformat(found['started']):%Y%m%dT%H%M%SZ}"
    parts = list(blocks(found))
    texts = {FILE: json.dumps(found, indent=2) + "\n", "report.md": markdown(TITLE, parts)}
    texts["report.html"] = html(TITLE, parts)
    texts |= {part.file: part.svg for part in parts if isinstance(part, Picture)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise unwritable(home, error) from error
    return folder


def read(path: Path) -> Json:
    """A measurement, by its folder or its `report.json`; raises WrongUseError."""
    file = path / FILE if path.is_dir() else path
    hint = "Name two folders that whodunit load limit has written."
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        version = found["version"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WrongUseError(f"{path} holds no measurement of a load limit.", hint) from error
    if version != VERSION:
        raise WrongUseError(f"{path} was written by another version.", "Measure it again: whodunit load limit")
    return dict(found)
