"""Where a test keeps its data: every test that touches a database runs on SQLite and on PostgreSQL."""

from collections.abc import Callable

DatabaseUrl = Callable[[str], str]
"""The URL of an empty database for a service, named as the service; the same name is the same database."""
