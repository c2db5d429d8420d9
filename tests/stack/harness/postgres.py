"""PostgreSQL as its official image starts it: initialised once by the mounted scripts, then run with the arguments."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from whodunit.drill.programs import postgres_folder, server_user

INIT_FOLDER = "/docker-entrypoint-initdb.d"
DATA_FOLDER = "/var/lib/postgresql/data"


@dataclass(frozen=True)
class Postgres:
    """One server. `data` holds the databases, `run` its socket; `environment` is the container's."""

    data: Path
    run: Path
    scripts: Path | None
    environment: Mapping[str, str]

    @property
    def programs(self) -> Path:
        """The folder of `postgres`, `initdb` and the others."""
        folder = postgres_folder()
        assert folder is not None, "PostgreSQL is not installed"
        return folder

    @property
    def user(self) -> str | None:
        """Who runs it: it refuses to run as root."""
        return server_user()

    def command(self, arguments: Sequence[str], port: int) -> list[str]:
        """`arguments` as the compose file has them, `postgres` first."""
        options = ["-D", str(self.data), "-h", "127.0.0.1", "-p", str(port), "-k", str(self.run)]
        return [str(self.programs / arguments[0]), *arguments[1:], *options]

    def initialise(self) -> None:
        """Make the databases, the first time."""
        for folder in (self.data, self.run):
            folder.mkdir(parents=True, exist_ok=True)
            if self.user:
                shutil.chown(folder, self.user)
        if (self.data / "PG_VERSION").exists():
            return
        self._make_cluster()
        self._control("-o", f"-c listen_addresses='' -k {self.run}", "start")
        try:
            self._run_scripts()
        finally:
            self._control("-m", "fast", "stop")

    def is_ready(self, port: int) -> bool:
        """Whether it accepts connections."""
        asked = [str(self.programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        return subprocess.run(asked, check=False).returncode == 0

    def rows(self, database: str, port: int, statement: str) -> list[str]:
        """What a statement finds, one line for each row; raises CalledProcessError."""
        asked = [str(self.programs / "psql"), "-h", "127.0.0.1", "-p", str(port), "-U", self._superuser, "-d", database]
        environment = {"PGPASSWORD": self.environment["POSTGRES_PASSWORD"], "LANG": "C.UTF-8"}
        done = subprocess.run(
            [*asked, "-AtXc", statement], env=environment, check=True, stdout=subprocess.PIPE, text=True
        )
        return done.stdout.splitlines()

    def _make_cluster(self) -> None:
        password = self.run / "password"
        password.write_text(self.environment["POSTGRES_PASSWORD"])
        if self.user:
            shutil.chown(password, self.user)
        who = ["-U", self._superuser, "--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={password}"]
        self._run("initdb", "-D", str(self.data), "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", *who)
        password.unlink()

    def _control(self, *arguments: str) -> None:
        self._run("pg_ctl", "-D", str(self.data), "-s", "-w", "-l", str(self.run / "initialising.log"), *arguments)

    def _run_scripts(self) -> None:
        database = self.environment.get("POSTGRES_DB", self._superuser)
        if database != "postgres":
            self._run("createdb", "-h", str(self.run), "-U", self._superuser, database)
        libpq = {"PGHOST": str(self.run), "PGUSER": self._superuser, "PGDATABASE": database}
        path = {"PATH": f"{self.programs}:{os.environ['PATH']}"}
        for script in sorted(self.scripts.glob("*.sh")) if self.scripts and self.scripts.is_dir() else self._single():
            subprocess.run(["bash", str(script)], env={**self.environment, **libpq, **path}, check=True)

    def _single(self) -> list[Path]:
        return [self.scripts] if self.scripts else []

    @property
    def _superuser(self) -> str:
        return self.environment.get("POSTGRES_USER", "postgres")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.programs / program), *arguments]
        done = subprocess.run(
            command,
            cwd=self.run,
            user=self.user,
            extra_groups=[] if self.user else None,
            check=False,
            stdout=subprocess.PIPE if program != "pg_ctl" else subprocess.DEVNULL,  # the server would keep it open
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode == 0, f"{program}: {done.stdout}"
