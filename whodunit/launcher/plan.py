"""The programs of the shop, with the address and the environment of each."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from whodunit.home import Home
from whodunit.launcher import replacement, secrets_file
from whodunit.launcher.ports import Reservations
from whodunit.launcher.program import Program
from whodunit.topology import BY_NAME, JOBS, LAB_PORT, NODES, SERVICES, STORE_PORT, TEAM_PORT, WITH_NODES, Job, Service

STORE, TEAM = "store", "the team's receiver"
DATABASES, MAKES_DATABASES = "new-databases", "kit.new_databases:main"
JOBS_PATH = "/reports/jobs"
"""Where the lab starts jobs: below what services may post to."""

STORE_STAGE, SHOP_STAGE, FRONTEND_STAGE = range(3)
SECRETS_OF = {"frontend": ("SESSION_SECRET",)}
USUAL_PORTS = {LAB_PORT, STORE_PORT, TEAM_PORT, *(service.port for service in WITH_NODES.values())}


@dataclass(frozen=True)
class Plan:
    """The addresses that this run of the shop uses, by name of the program."""

    home: Home
    lab_url: str
    lab_token: str
    name_server: str | None
    ports: Mapping[str, int]
    secrets: Mapping[str, str]
    replaced: Mapping[str, Path]

    def url(self, name: str) -> str:
        """The address that a program listens on."""
        return f"http://127.0.0.1:{self.ports[name]}"

    def programs(self) -> list[Program]:
        """The store first, then the services."""
        return [self._store(), *(self._service(service) for service in SERVICES)]

    def preparations(self) -> list[Program]:
        """What is run to its end before the services start: the databases that are not there yet are made."""
        own = (service for service in SERVICES if service.owns_database and service.name not in self.replaced)
        missing = {
            service.name: _database_url(service)
            for service in own
            if not (self.home.data_dir / service.database_file).exists()
        }
        log = self.home.logs_dir / f"{DATABASES}.log"
        env = {"DATABASES": json.dumps(missing)}
        return [Program(DATABASES, MAKES_DATABASES, 0, self.home.data_dir, log, env=env)] if missing else []

    def jobs(self) -> dict[str, Program]:
        """The programs that are started at their owner's word, by name."""
        return {job.name: self._job(job) for job in JOBS}

    def nodes(self) -> list[Program]:
        """The nodes of histories, which run only while somebody looks at theirs."""
        return [self._service(node) for node in NODES]

    def _job(self, job: Job) -> Program:
        owner = BY_NAME[job.owner]
        own = {"OTEL_SERVICE_NAME": job.name}
        log = self.home.logs_dir / f"{job.name}.log"
        return Program(job.name, job.target, 0, self.home.data_dir, log, SHOP_STAGE, self._environment(owner) | own)

    def _store(self) -> Program:
        ports = {"PORT": str(self.ports[STORE]), "TEAM_PORT": str(self.ports[TEAM])}
        env = {"HOST": "127.0.0.1", **ports, "STORE_FILE": str(self.home.store_file)}
        return self._program(STORE, "whodunit.store.main:main", STORE_STAGE, env)

    def _service(self, service: Service) -> Program:
        stage = FRONTEND_STAGE if service.name == "frontend" else SHOP_STAGE
        program = self._program(service.name, service.target, stage, self._environment(service))
        folder = self.replaced.get(service.name)
        return self._replaced(service, program, folder) if folder else program

    def _replaced(self, service: Service, program: Program, folder: Path) -> Program:
        own = dict(replacement.TELEMETRY)
        if service.owns_database:
            # Its tables are not those of the migrations: the service itself could not go on with them.
            own["DATABASE_URL"] = f"sqlite+aiosqlite:///{self.home.data_dir / f'{service.name}-replaced.db'}"
        return replace(program, target=replacement.TARGET, folder=folder, env={**program.env, **own})

    def _program(self, name: str, target: str, stage: int, env: Mapping[str, str]) -> Program:
        log = self.home.logs_dir / f"{name}.log"
        return Program(name, target, self.ports[name], self.home.data_dir, log, stage, env)

    def _environment(self, service: Service) -> dict[str, str]:
        env = {
            "HOST": "127.0.0.1",
            "PORT": str(self.ports[service.name]),
            "LAB_URL": self.lab_url,
            "LAB_TOKEN": self.lab_token,
            "FLAGD_RESOLVER": "file",
            "FLAGD_OFFLINE_FLAG_SOURCE_PATH": str(self.home.flags_file),
            **self._telemetry(service),
            **{WITH_NODES[peer].url_variable: self.url(peer) for peer in (*service.peers, *service.at_times)},
            **{name: self.secrets[name] for name in SECRETS_OF.get(service.name, ())},
        }
        for job in JOBS:
            if job.owner == service.name:
                env[job.url_variable] = f"{self.lab_url}{JOBS_PATH}/{job.name}"
        if service.asks_names and self.name_server:
            env["NAME_SERVER"] = self.name_server
        if service.node_of:
            env["NODE"] = service.place
        if service.owns_volume:
            env[f"{service.name.upper()}_VOLUME"] = service.volume
        if service.owns_database:
            env["DATABASE_URL"] = _database_url(service)
        return env

    def _telemetry(self, service: Service) -> dict[str, str]:
        if service.is_external:
            return {"OTEL_SDK_DISABLED": "true"}
        return {
            "OTEL_SERVICE_NAME": service.name,
            "OTEL_EXPORTER_OTLP_ENDPOINT": self.url(TEAM if service.exports_apart else STORE),
            "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE": "delta",
            "OTEL_METRIC_EXPORT_INTERVAL": "5000",
            "OTEL_BSP_SCHEDULE_DELAY": "1000",
            "OTEL_BLRP_SCHEDULE_DELAY": "1000",
        }


def _database_url(service: Service) -> str:
    # Relative to its folder: no path of this machine gets into the telemetry.
    return f"sqlite+aiosqlite:///{service.database_file}"


def make(
    home: Home,
    lab_url: str,
    lab_token: str,
    name_server: str | None,
    reservations: Reservations,
    replaced: Mapping[str, Path],
) -> Plan:
    """Choose free ports and load the secrets; `lab_token` identifies a service to the lab, `name_server` is HOST:PORT.

    `replaced` are folders that take the place of services, by their names.
    Raises LabError when the state folder cannot be written.
    """
    services = {name: service.port for name, service in WITH_NODES.items()}
    usual = {STORE: STORE_PORT, TEAM: TEAM_PORT, **services}
    ports = {name: reservations.take(port, taken=USUAL_PORTS) for name, port in usual.items()}
    return Plan(home, lab_url, lab_token, name_server, ports, secrets_file.load_or_make(home), replaced)
