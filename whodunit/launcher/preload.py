"""Imports that the zygote makes before it forks: each module is paid for once, in time and in memory."""

import gc
import ssl
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from whodunit.pages import release_code
from whodunit.topology import JOBS, NODES, SERVICES

LIBRARIES = (
    "aiosqlite",
    "anyio._backends._asyncio",
    "fastapi.telemetry._runtime",
    "httpcore",
    "sqlalchemy.dialects.sqlite.aiosqlite",
    "uvicorn.lifespan.on",
    "uvicorn.loops.auto",
    "uvicorn.loops.uvloop",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
)
"""Modules that those who use them import late, by name."""

KIT = ("kit.server", "kit.migrations")

MIGRATIONS = ("alembic.command", "alembic.config", "mako.ext.pygmentplugin")
"""Needed only where a database has yet to be made: 0.3 s, and 20 MB in each node that imports it by itself."""


def shop_modules() -> tuple[str, ...]:
    """The modules that the ten services need, once their databases are made."""
    services = (f"{service.package}.main" for service in (*SERVICES, NODES[0]))
    jobs = (job.target.partition(":")[0] for job in JOBS)
    return (*LIBRARIES, *KIT, *services, *jobs)


def migrations_of_nodes(data_dir: Path) -> tuple[str, ...]:
    """`MIGRATIONS` while `data_dir` lacks the database of a node: each of them makes its own."""
    complete = all((data_dir / node.database_file).exists() for node in NODES)
    return () if complete else MIGRATIONS


def node_modules() -> tuple[str, ...]:
    """The modules that nodes of histories need where they run without the shop, on PostgreSQL."""
    return (
        *LIBRARIES,
        "sqlalchemy.dialects.postgresql.asyncpg",
        "asyncpg",
        *KIT,
        *MIGRATIONS,
        f"{NODES[0].package}.main",
    )


def preload(modules: Sequence[str]) -> list[str]:
    """Import `modules`; returns what went wrong. A program that needs a broken module reports it itself."""
    problems = [problem for problem in map(_import, modules) if problem]
    settle()
    return problems


def settle() -> None:
    """Hide all objects so far from the garbage collector: its marks would copy every shared page.

    OpenSSL sets itself up with the first context, which every HTTP client has: 3.6 MB, shared when done here.
    Pages of code that only importing ran are released.
    """
    ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    gc.collect()
    gc.freeze()
    release_code()


def _import(module: str) -> str | None:
    try:
        import_module(module)
    except Exception as error:  # noqa: BLE001 - whatever a module does when imported
        return f"{module}: {error!r}"
    return None
