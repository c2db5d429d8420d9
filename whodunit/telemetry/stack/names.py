"""Translates the names that Prometheus and Loki give metrics and attributes back to OpenTelemetry's."""

from collections.abc import Iterable, Mapping

from whodunit.telemetry.prometheus_names import Metric, label_name
from whodunit.telemetry.questions import Attributes
from whodunit.telemetry.vocabulary import ATTRIBUTES, METRICS

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


_NAME_OF = {known.family: known for known in METRICS.values()}


def metrics(series: Iterable[str]) -> list[Metric]:
    """The metrics that series of these names belong to, by name; one that is not known keeps Prometheus' name."""
    names = set(series)
    families = {_family(name, names) for name in names}
    return sorted((_metric(family, names) for family in families), key=lambda found: found.name)


def find(name: str, series: Iterable[str]) -> Metric | None:
    """The metric of that name, be it OpenTelemetry's or Prometheus', among series of these names."""
    words = label_name(name)
    found = [each for each in metrics(series) if words == each.family or each.family.startswith(f"{words}_")]
    return min(found, key=lambda each: len(each.family), default=None)


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
