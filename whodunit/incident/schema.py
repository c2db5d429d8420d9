"""The JSON schema of `scenario.yaml`, for editors: made from the model, committed, compared by a test."""

import json
import sys
from importlib.resources import files
from pathlib import Path

from whodunit.incident.model import Scenario


def schema_file() -> Path:
    """The path of the committed schema."""
    return Path(str(files("scenarios"))) / "scenario.schema.json"


def rendered() -> str:
    """The schema as text, sorted so that differences are small."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | Scenario.model_json_schema()
    return json.dumps(schema, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    schema_file().write_text(rendered(), encoding="utf-8")
    sys.stdout.write(f"{schema_file()}\n")
