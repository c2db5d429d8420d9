"""The containers, and how each is probed for its readiness."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from whodunit.stack.settings import LogStore, StackSettings


class Role(StrEnum):
    """The role of a container: part of the shop, or around it."""

    SERVICE = "service"
    BACKEND = "backend"


@dataclass(frozen=True)
class Part:
    """A container. `probe` is a URL that answers 2xx once it is ready, or `tcp://host:port`.

    One that is `optional` may have been left out: it was if its name has never resolved.
    """

    name: str
    title: str
    url: str
    probe: str
    role: Role = Role.BACKEND
    optional: bool = False


LAB, STORE = "lab", "store"


def parts(settings: StackSettings) -> list[Part]:
    """All containers but the lab's own, in the order in which they are listed."""
    return [*_services(settings), *_around(settings), *_telemetry(settings)]


def _services(settings: StackSettings) -> Iterator[Part]:
    for name, url in settings.services.items():
        yield Part(name, name, url, f"{url}/readyz", Role.SERVICE)


def _around(settings: StackSettings) -> Iterator[Part]:
    # Through the lab's own route: nothing that the shop's telemetry would show.
    entry, load = settings.whodunit_url, settings.loadgen_url
    yield Part("frontend-proxy", "the proxy", entry, f"{entry}/lab/healthz")
    names, postgres = settings.name_server, settings.postgres_endpoint
    yield Part("name-server", "the name server", names, f"tcp://{names}")
    yield Part("history", "the nodes of histories", settings.history_url, f"{settings.history_url}/readyz")
    yield Part("postgres", "PostgreSQL", postgres, f"tcp://{postgres}")
    yield Part("loadgen", "the load generator", load, f"{load}/readyz")


def _telemetry(settings: StackSettings) -> Iterator[Part]:
    collector, prometheus = settings.collector_health_url, settings.prometheus_url
    jaeger, loki, store, grafana = settings.jaeger_url, settings.loki_url, settings.store_url, settings.grafana_url
    yield Part("otel-collector", "the Collector", collector, f"{collector}/")
    yield Part("prometheus", "Prometheus", prometheus, f"{prometheus}/-/ready")
    yield Part("jaeger", "Jaeger", jaeger, f"{jaeger}/")
    if settings.log_store is LogStore.LOKI:
        yield Part("loki", "Loki", loki, f"{loki}/ready")
    else:
        yield Part(STORE, "the store", store, f"{store}/readyz")
    yield Part("grafana", "Grafana", grafana, f"{grafana}/api/health", optional=True)
