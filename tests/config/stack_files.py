"""docker-compose.yml and the programs' configuration, as they stand in the repository."""

from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.stack.harness import compose

ROOT = Path(__file__).parents[2]
COMPOSE_FILE = ROOT / "docker-compose.yml"
ENV_FILE = ROOT / ".env"

Json = dict[str, Any]


@cache
def yaml(path: Path) -> Json:
    """A YAML file with its anchors merged."""
    loaded: Json = YAML(typ="safe", pure=True).load(path)
    return loaded


def services() -> dict[str, Json]:
    """The containers, before any variable is replaced."""
    found: dict[str, Json] = yaml(COMPOSE_FILE)["services"]
    return found


@cache
def containers(**others: str) -> dict[str, compose.Container]:
    """The containers, with `.env` and other values."""
    read = compose.read(COMPOSE_FILE, compose.variables(ENV_FILE, **others))
    return {each.name: each for each in read}
