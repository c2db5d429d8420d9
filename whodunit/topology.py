"""The ten services of the shop: names, usual ports, who calls whom. The one place for each of these facts."""

from dataclasses import dataclass

LAB_PORT = 8070
STORE_PORT, TEAM_PORT = 4318, 4319
"""The store's receivers: the shop's, and that of the one team which has its own."""


@dataclass(frozen=True)
class Service:
    """A service as the launcher sees it; `peers` are the services it calls, by name too if it `asks_names`.

    Those it calls `at_times` run now and then. One that `exports_apart` belongs to a team with a telemetry receiver of
    its own.
    """

    name: str
    port: int
    peers: tuple[str, ...] = ()
    owns_database: bool = False
    is_external: bool = False
    owns_volume: bool = False
    asks_names: bool = False
    exports_apart: bool = False
    node_of: str = ""
    at_times: tuple[str, ...] = ()

    @property
    def package(self) -> str:
        """The Python package that holds it: that of the service whose node it is, if it is one."""
        return f"services.{(self.node_of or self.name).replace('-', '_')}"

    @property
    def place(self) -> str:
        """The name of a node among those of its service."""
        return self.name.removeprefix(f"{self.node_of}-")

    @property
    def target(self) -> str:
        """The function that runs it, as `module:function`."""
        return f"{self.package}.main:main"

    @property
    def database_file(self) -> str:
        """The name of its SQLite file, where it has one."""
        return f"{self.name}.db"

    @property
    def volume(self) -> str:
        """The name of the folder that it keeps files in, where it has one."""
        return f"{self.name}-volume"

    @property
    def url_variable(self) -> str:
        """The environment variable that tells other services its address."""
        # DATABASE_URL is where a service keeps its own data: the service of that name needs another.
        name = "database_service" if self.name == "database" else self.name
        return f"{name.replace('-', '_').upper()}_URL"

    @property
    def database_variable(self) -> str:
        """The environment variable that tells whoever runs several nodes where this one keeps its rows."""
        return f"{self.name.replace('-', '_').upper()}_DATABASE_URL"


HISTORY = "history"
"""A service of several nodes: to telemetry each of them is a service by itself."""

_WITH_ROWS = {"history-us": 8090, "history-eu": 8091, "history-asia": 8092}
_STANDING_BY = {"history-us-2": 8093, "history-eu-2": 8094}

NODES: tuple[Service, ...] = tuple(
    Service(name, port, peers=tuple(_WITH_ROWS), owns_database=True, node_of=HISTORY)
    for name, port in {**_WITH_ROWS, **_STANDING_BY}.items()
)
"""Those of `HISTORY`, which run only while visitors look at their histories; two stand by without any rows."""

SERVICES: tuple[Service, ...] = (
    Service(
        "frontend",
        8080,
        peers=("product-catalog", "recommendation", "user", "token", "order"),
        at_times=tuple(node.name for node in NODES),
    ),
    Service("order", 8081, peers=("payment", "inventory"), owns_database=True, owns_volume=True),
    Service("payment", 8082, peers=("gateway",), owns_database=True),
    Service("gateway", 8083, owns_database=True, is_external=True),
    Service("inventory", 8084, peers=("gateway",), owns_database=True),
    Service("user", 8085, peers=("database", "token"), asks_names=True),
    Service("database", 8086, peers=("gateway",), owns_database=True),
    Service("token", 8087, peers=("database",), owns_database=True, exports_apart=True),
    Service("product-catalog", 8088, owns_database=True),
    Service("recommendation", 8089, peers=("product-catalog",)),
)

BY_NAME: dict[str, Service] = {service.name: service for service in SERVICES}

WITH_NODES: dict[str, Service] = BY_NAME | {node.name: node for node in NODES}
"""Everything that may be called."""


def place_of(name: str) -> tuple[int, str]:
    """Sorts the shop's services as `SERVICES` has them, before all others, by name."""
    names = list(BY_NAME)
    return (names.index(name) if name in BY_NAME else len(names), name)


@dataclass(frozen=True)
class Job:
    """Work that a service has done by a process of its own, which ends when it is done."""

    name: str
    owner: str
    target: str

    @property
    def url_variable(self) -> str:
        """The environment variable that tells its owner where to have it started."""
        return f"{self.name.replace('-', '_').upper()}_URL"


JOBS = (Job("order-backup", owner="order", target="services.order.backup:main"),)

PEERS = ("breached-passwords", "supplier")
"""External peers without a program of their own in the shop."""

LOAD_GENERATOR = "load-generator"
"""The sender of visitors' telemetry."""

COMPONENTS = (*BY_NAME, HISTORY, *PEERS)
"""Everything that can be at fault, by name."""
