"""When a program is ready: by the question that its own health check, or the lab, asks in the containers."""

import socket

import httpx

from tests.stack.harness.addresses import Addresses
from tests.stack.harness.compose import Container
from whodunit.launcher.ports import LOOPBACK

ANSWERS_WITHIN_S = 2.0
OWN_PORT = 8080
LAB = "lab"

PATHS = {
    "prometheus": (9090, "/prometheus/-/ready"),
    "jaeger": (13133, "/status"),
    "loki": (3100, "/ready"),
    "opentelemetry-collector-contrib": (13133, "/"),
}
FIRST_ORDER = "loadgen"
"""Its health check asks the lab whether the first order has gone through."""

NAME_SERVER, NAME_SERVER_PORT = "name-server", 8053
LISTENS_NOWHERE = "order-backup"
"""Its health check looks at its volume, which is there before it starts."""


def is_ready(container: Container, addresses: Addresses) -> bool:
    """Ask once. PostgreSQL has its own program to ask with."""
    if container.program == "caddy":
        return _listens(addresses.port(container.name, container.published[0]))
    if container.name == LISTENS_NOWHERE:
        return True
    if container.name == NAME_SERVER:
        return _listens(addresses.port(NAME_SERVER, NAME_SERVER_PORT))
    if container.name == LAB:
        return answers(addresses.url(LAB, OWN_PORT, "/healthz"))
    port, path = PATHS.get(container.program, (OWN_PORT, "/readyz"))
    return answers(addresses.url(LAB if container.name == FIRST_ORDER else container.name, port, path))


def answers(url: str) -> bool:
    """Whether a GET is answered with success."""
    try:
        return httpx.get(url, timeout=ANSWERS_WITHIN_S, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def _listens(port: int) -> bool:
    try:
        with socket.create_connection((LOOPBACK, port), timeout=ANSWERS_WITHIN_S):
            return True
    except OSError:
        return False
