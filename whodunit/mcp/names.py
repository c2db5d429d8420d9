"""The names of telemetry, and the runbooks: pages of the project's documentation, where they are at hand."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

DOCS = Path(__file__).parents[2] / "docs"
"""Beside the program in a checkout and in its container; a wheel has no documentation."""

REGISTRY = DOCS / "telemetry.yaml"
RUNBOOKS = DOCS / "runbooks"


@cache
def briefs() -> Mapping[str, str]:
    """Metrics of the shop's own, each with what it counts or measures; empty without the documentation."""
    if not REGISTRY.is_file():
        return {}
    registry: Any = YAML(typ="safe", pure=True).load(REGISTRY.read_text("utf-8"))
    return {each["name"]: each["brief"] for each in registry["metrics"] if "brief" in each}


def runbooks() -> Mapping[str, Path]:
    """The page of each alert that has one, by the alert's name."""
    return {page.stem: page for page in sorted(RUNBOOKS.glob("*.md"))}
