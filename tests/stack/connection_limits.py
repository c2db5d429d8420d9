"""Connections to PostgreSQL: what `postgres/init.sh` grants each service, and what the server needs for all of them."""

import re
from collections.abc import Mapping

from manifests.description import ROOT

SERVICES = re.compile(r"^for each in (.+); do$", re.MULTILINE)
MONITOR = re.compile(r"^role monitor:(\d+)$", re.MULTILINE)
KEPT_FOR_THE_SUPERUSER = 3


def limits(instances: int) -> Mapping[str, int]:
    """Connections that the role of each service may have, by the role, where there are so many instances."""
    given = (each.split(":") for each in _found(SERVICES).split())
    return {role: instances * int(limit) for role, limit in given}


def max_connections(instances: int) -> int:
    """What the server has to allow, so that all roles may have theirs at once."""
    return sum(limits(instances).values()) + int(_found(MONITOR)) + KEPT_FOR_THE_SUPERUSER


def _found(pattern: re.Pattern[str]) -> str:
    found = pattern.search((ROOT / "postgres" / "init.sh").read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"postgres/init.sh has no line {pattern.pattern}: change it here, too.")
    return found[1]
