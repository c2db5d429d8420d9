"""Translates the names that Prometheus and Loki give metrics and attributes back to OpenTelemetry's."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from whodunit.telemetry.prometheus_names import label_name, metric_name
from whodunit.telemetry.questions import Attributes
from whodunit.telemetry.stack.vocabulary import ATTRIBUTES, METRICS

_PARTS = ("_bucket", "_count", "_sum")
_ATTRIBUTE_OF = {label_name(name): name for name in ATTRIBUTES}

RESOURCE_LABELS = frozenset(
    {
        "__name__", "collector_instance_id", "deployment_environment_name", "instance", "job", "le",
        "service_instance_id", "service_name", "service_namespace", "service_version",
        "telemetry_sdk_language", "telemetry_sdk_name", "telemetry_sdk_version",
    }
)  # fmt: skip
"""Labels that say where a series or a line comes from, which the port tells apart from its attributes."""


@dataclass(frozen=True)
class Metric:
    """A metric: OpenTelemetry's `name`, and `family`, which the names of its series begin with.

    `kind` is gauge, sum or histogram.
    """

    name: str
    family: str
    kind: str
    monotonic: bool
    unit: str

    @property
    def series(self) -> str:
        """The name of a series that counts its points."""
        return f"{self.family}_count" if self.kind == "histogram" else self.family


def _known() -> dict[str, Metric]:
    kinds = {"counter": ("sum", True), "updowncounter": ("sum", False), "gauge": ("gauge", False)}
    return {
        name: Metric(name, metric_name(name, unit, kind), *kinds.get(kind, ("histogram", False)), unit)
        for name, (unit, kind) in METRICS.items()
    }


KNOWN: Mapping[str, Metric] = _known()
_NAME_OF = {metric.family: metric for metric in KNOWN.values()}


def metrics(series: Iterable[str]) -> list[Metric]:
    """The metrics that series of these names belong to, by name; one that is not known keeps Prometheus' name."""
    names = set(series)
    families = {_family(name, names) for name in names}
    return sorted((_metric(family, names) for family in families), key=lambda metric: metric.name)


def find(name: str, series: Iterable[str]) -> Metric | None:
    """The metric of that name, be it OpenTelemetry's or Prometheus', among series of these names."""
    words = label_name(name)
    found = [metric for metric in metrics(series) if words == metric.family or metric.family.startswith(f"{words}_")]
    return min(found, key=lambda metric: len(metric.family), default=None)


def attributes(labels: Mapping[str, str]) -> Attributes:
    """Labels under the names that the attributes had."""
    return {attribute(label): value for label, value in labels.items()}


def attribute(label: str) -> str:
    """`service_peer_name` is `service.peer.name`; a label that is not known stays as it is."""
    return _ATTRIBUTE_OF.get(label, label)


def _family(name: str, names: set[str]) -> str:
    for part in _PARTS:
        if name.endswith(part) and f"{name.removesuffix(part)}_bucket" in names:
            return name.removesuffix(part)
    return name


def _metric(family: str, names: set[str]) -> Metric:
    if family in _NAME_OF:
        return _NAME_OF[family]
    if f"{family}_bucket" in names:
        return Metric(family, family, "histogram", monotonic=False, unit="")
    counts = family.endswith("_total")
    return Metric(family, family, "sum" if counts else "gauge", monotonic=counts, unit="")
