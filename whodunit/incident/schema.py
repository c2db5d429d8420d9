"""The JSON schemas of `scenario.yaml` and of a cause's file, for editors: made from the models, compared by a test."""

import json
import sys
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel

from whodunit.incident.model import Cause, Scenario

MODELS: Mapping[str, type[BaseModel]] = {"scenario.schema.json": Scenario, "cause.schema.json": Cause}


def schemas() -> dict[Path, str]:
    """The text of each committed file, sorted so that differences are small."""
    folder = Path(str(files("scenarios")))
    return {folder / name: _rendered(model) for name, model in MODELS.items()}


def _rendered(model: type[BaseModel]) -> str:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | model.model_json_schema()
    return json.dumps(schema, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    for file, text in schemas().items():
        file.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{file}\n")
