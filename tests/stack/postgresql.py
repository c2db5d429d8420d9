"""A private PostgreSQL for tests: a server on a loopback port, with the stack's own roles, databases and settings."""

import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

import pytest

from tests.databases import DatabaseUrl
from tests.stack.harness import compose
from tests.stack.harness.postgres import Postgres
from tests.stack.harness.process import Launch, Process
from tests.stack.tools.location import postgres_folder
from whodunit.launcher.ports import Reservations

CHECKOUT = Path(__file__).parents[2]
PASSWORD = "pa55-of-the-tests"
FIRST_PORT = 21_500
READY_WITHIN_S = 30.0
IN_A_HURRY = ("-c", "fsync=off", "-c", "full_page_writes=off")


class Cluster:
    """One server, initialised in `folder` by the project's own script and run as docker-compose.yml says."""

    def __init__(self, folder: Path, port: int, *options: str) -> None:
        self.port = port
        environment = {"POSTGRES_PASSWORD": PASSWORD, "SHOP_DB_PASSWORD": PASSWORD, "INSTANCES": "1"}
        self._server = Postgres(folder / "data", folder / "run", CHECKOUT / "postgres", environment)
        command = self._server.command([*_composed_command(), *IN_A_HURRY, *options], port)
        launch = Launch(command, {"LANG": "C.UTF-8"}, self._server.run, self._server.user, signal.SIGINT)
        self.process = Process("postgres", launch, folder / "postgres.log")
        self._numbers = count(1)

    def start(self) -> None:
        """Returns when connections are accepted."""
        self._server.initialise()
        self.process.start()
        deadline = monotonic() + READY_WITHIN_S
        while not self._server.is_ready(self.port):
            assert monotonic() < deadline, self.process.last_words()
            if self.process.exit_code is not None:  # what a killed one has left behind is still ending
                self.process.start()
            sleep(0.05)

    def url(self, service: str) -> str:
        """The database that a service has in the stack, in the service's role."""
        name = service.replace("-", "_")
        return f"postgresql+asyncpg://{name}:{PASSWORD}@127.0.0.1:{self.port}/{name}"

    def sql(self, statement: str, database: str = "postgres") -> list[list[str]]:
        """Rows of text that a statement of the superuser answers."""
        where = ["-h", str(self._server.run), "-p", str(self.port), "-U", "postgres", "-d", database]
        asked = [
            str(self._server.programs / "psql"),
            *where,
            "-At",
            "-F",
            "\t",
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            statement,
        ]
        told = subprocess.run(asked, check=True, capture_output=True, text=True, timeout=30).stdout
        return [line.split("\t") for line in told.splitlines()]

    @contextmanager
    def databases(self) -> Iterator[DatabaseUrl]:
        """Empty databases, for as long as the block lasts; the superuser's, so that no limit of a role applies."""
        made: dict[str, str] = {}

        def create(name: str) -> str:
            if name not in made:
                made[name] = f"{name.replace('-', '_')}_{next(self._numbers)}"
                self.sql(f'CREATE DATABASE "{made[name]}"')
            return f"postgresql+asyncpg://postgres:{PASSWORD}@127.0.0.1:{self.port}/{made[name]}"

        yield create
        for each in made.values():
            self.sql(f'DROP DATABASE "{each}" WITH (FORCE)')


@contextmanager
def private_cluster(*options: str) -> Iterator[Cluster]:
    """A server for as long as the block lasts, started; skips the test where PostgreSQL is not installed."""
    if postgres_folder() is None:
        pytest.skip("needs PostgreSQL's server programs; get them: apt install postgresql")
    with Reservations() as reservations, TemporaryDirectory(prefix="whodunit-postgresql-") as folder:
        Path(folder).chmod(0o755)  # the server runs as somebody else
        cluster = Cluster(Path(folder), reservations.take(FIRST_PORT), *options)
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.process.kill()


def _composed_command() -> Sequence[str]:
    values = compose.variables(CHECKOUT / ".env")
    found = compose.read(CHECKOUT / "docker-compose.yml", values)
    return next(each.command for each in found if each.name == "postgres")
