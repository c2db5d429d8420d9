"""What Kubernetes wants to know and Compose has no words for: each line is a decision."""

from typing import NamedTuple

from whodunit.topology import NODES


class HttpCheck(NamedTuple):
    """A page that answers 2xx once the program is ready."""

    port: int
    path: str


CHECKS = {
    "otel-collector": HttpCheck(13133, "/"),
    "prometheus": HttpCheck(9090, "/prometheus/-/ready"),
    "jaeger": HttpCheck(16686, "/jaeger/"),
    "loki": HttpCheck(3100, "/ready"),
    "grafana": HttpCheck(3000, "/api/health"),
}
"""Images without a shell have no check in Compose. These are the pages that the lab asks there."""

ENTRY, ENTRY_PORT = "frontend-proxy", 8080
"""The one program that people reach; it is ready when it listens."""

USERS = {"postgres": "999:999"}
"""PostgreSQL's image starts as root and becomes this user. The restricted profile has it begin as that user."""

ENVIRONMENT = {"postgres": {"PGDATA": "/var/lib/postgresql/data/cluster"}}
"""A provisioner may have put something into the root of a volume, and a cluster wants an empty folder."""

LOOKS_UP_ONLY = frozenset({("name-server", "token")})
"""It is told an address in order to answer with it, and never calls it."""

MOUNTED_FOR_ITS_OWNER = frozenset({("lab", "queue")})
"""A mount that gives a new volume to its user. Here `fsGroup` does so."""

OVER_UDP_TOO = frozenset({("name-server", 8053)})
"""Names are asked over UDP; whoever only wants to know if it is there connects over TCP."""

PORT_NAMES = {
    4317: "otlp-grpc",
    4318: "otlp-http",
    4328: "otlp-team",
    5432: "postgresql",
    8053: "dns",
    8079: "class",
    13133: "health",
    **{node.port: node.name for node in NODES},
}
"""All others speak HTTP."""

MEMORY_MIB = {
    "frontend-proxy": 32,
    "grafana": 320,
    "history": 64,
    "jaeger": 96,
    "lab": 64,
    "loadgen": 104,
    "loki": 128,
    "name-server": 32,
    "order-backup": 64,
    "otel-collector": 64,
    "postgres": 80,
    "prometheus": 80,
}
"""Asked for from the start: the README's table of the stack's memory under the default load, and Grafana's 290 MB."""

MEMORY_OF_A_SERVICE_MIB = 88
CPU = "20m"
"""No limit of processor time goes with it: it would slow the shop down in a way that no scenario knows."""

CALLED_NO_MORE_WITHIN_S = 3
"""A pod that is to end is told so at the moment in which it is taken from its service, which nodes learn later.
Until then it goes on serving: if it stopped listening at once, it would refuse calls that are still sent to it."""

VOLUME_SIZES = {"postgres": "4Gi", "prometheus": "2Gi", "loki": "2Gi", "lab": "2Gi"}
VOLUME_SIZE = "1Gi"
