"""The budget of connections: the table in docs/postgresql.md, the settings, the roles' limits and the server agree."""

import re
from importlib import import_module
from pathlib import Path

from kit.canary import CANARY
from kit.settings import DatabaseSettings
from services.database.app import MORE_CONNECTIONS as MORE_FOR_DATABASE
from services.payment.app import MORE_CONNECTIONS as MORE_FOR_PAYMENT
from whodunit.faults.catalogue import read
from whodunit.topology import JOBS, NODES, SERVICES

CHECKOUT = Path(__file__).parents[3]
KEPT_FOR_THE_SUPERUSER = 3
FOR_THE_START = 1
MONITOR = "monitor"
WITHOUT_ROWS = {"history-us-2", "history-eu-2"}
"""Nodes that stand by, with an empty file each."""
BY_REMEDY = {"payment": MORE_FOR_PAYMENT, "database": MORE_FOR_DATABASE}


def table() -> dict[str, list[int]]:
    """The numbers beside each role; the last one is its limit."""
    text = (CHECKOUT / "docs" / "postgresql.md").read_text()
    rows = re.findall(r"^\| (\w+) ((?:\| +\d* *)+)\|$", text, re.MULTILINE)
    return {role: [int(cell) for cell in re.findall(r"\d+", cells)] for role, cells in rows}


def settings() -> dict[str, list[int]]:
    """The same from the code."""
    flags, found = read().flags, {}
    for service in (*SERVICES, *NODES):
        if service.owns_database and service.name not in WITHOUT_ROWS:
            module = import_module(f"{service.package}.settings")
            defaults: DatabaseSettings = module.Settings.model_construct()
            remedy = BY_REMEDY.get(service.name, 0)
            parts = [defaults.database_pool_size, defaults.database_max_overflow, remedy, FOR_THE_START]
            deployment = flags.get(f"{service.name}-deployment")
            parts.append(sum(parts) if deployment and CANARY in deployment.variants else 0)
            parts.append(sum(job.owner == service.name for job in JOBS))
            found[service.name.replace("-", "_")] = [*parts, sum(parts)]
    return found


def test_the_table_says_what_the_settings_say() -> None:
    assert {role: numbers for role, numbers in table().items() if role != MONITOR} == settings()


def test_the_roles_have_the_limits_of_the_table() -> None:
    script = (CHECKOUT / "postgres" / "init.sh").read_text()
    limits = {role: int(limit) for role, limit in re.findall(r"\b(\w+):(\d+)", script)}
    assert limits == {role: numbers[-1] for role, numbers in table().items()}


def test_the_limits_fit_into_the_server() -> None:
    compose = (CHECKOUT / "docker-compose.yml").read_text()
    found = re.search(r"max_connections=(\d+)", compose)
    assert found
    assert sum(numbers[-1] for numbers in table().values()) + KEPT_FOR_THE_SUPERUSER <= int(found[1])
