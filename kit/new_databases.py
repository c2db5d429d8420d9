"""Makes the databases of several services in one process, which ends then: none of them keeps what that took.

A service that finds its database made does not run Alembic: 4 MB that it would keep, beside 7 MB of modules.
"""

import asyncio
from collections.abc import Mapping
from importlib import import_module

from pydantic import Field

from kit import logs, migrations
from kit.settings import ServiceSettings, load


class Settings(ServiceSettings):
    """Whose databases, and where."""

    databases: dict[str, str] = Field(repr=False, description="Address of each database, by its service")


async def make(databases: Mapping[str, str]) -> None:
    """Bring the databases of the services of these names up to date, one after the other."""
    for name, url in databases.items():
        seed = import_module(f"services.{name.replace('-', '_')}.seed").seed
        await migrations.upgrade(name, url, seed)


def main() -> None:
    """Make them, and end."""
    settings = load(Settings)
    logs.configure(settings.log_level)
    asyncio.run(make(settings.databases))


if __name__ == "__main__":
    main()
