"""OpenTelemetry's names as Prometheus' OTLP receiver translates them (UnderscoreEscapingWithSuffixes, its default).

https://github.com/open-telemetry/opentelemetry-specification/blob/main/specification/compatibility/prometheus_and_openmetrics.md
"""

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["counter", "gauge", "histogram", "updowncounter"]

_UNITS = {
    "d": "days", "h": "hours", "min": "minutes", "s": "seconds", "ms": "milliseconds", "us": "microseconds",
    "ns": "nanoseconds", "By": "bytes", "KiBy": "kibibytes", "MiBy": "mebibytes", "GiBy": "gibibytes",
    "KBy": "kilobytes", "MBy": "megabytes", "GBy": "gigabytes", "Cel": "celsius", "Hz": "hertz", "%": "percent",
    "1": "",
}  # fmt: skip
_PER = {"s": "second", "m": "minute", "h": "hour", "d": "day", "w": "week", "mo": "month", "y": "year"}

_NOT_IN_NAMES = re.compile(r"[^a-zA-Z0-9:]+")
_NOT_IN_LABELS = re.compile(r"[^a-zA-Z0-9_]")


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


_SUMS = {"counter": True, "updowncounter": False}


def metric(name: str, unit: str, kind: Kind) -> Metric:
    """A metric as its instrument declares it."""
    return Metric(name, metric_name(name, unit, kind), "sum" if kind in _SUMS else kind, _SUMS.get(kind, False), unit)


def metric_name(name: str, unit: str, kind: Kind) -> str:
    """`shop.order.results`, a counter of `{order}`, is `shop_order_results_total`.

    A histogram's series add `_bucket`, `_count` and `_sum` to this. A unit in braces is an annotation, not a unit.
    """
    words = [word for word in _NOT_IN_NAMES.split(name) if word]
    words += [word for word in _unit_words(unit) if word and word not in words]
    if kind == "counter":
        words = [*(word for word in words if word != "total"), "total"]
    if kind == "gauge" and unit == "1":
        words = [*(word for word in words if word != "ratio"), "ratio"]
    translated = "_".join(words)
    return f"_{translated}" if translated[:1].isdigit() else translated


def label_name(attribute: str) -> str:
    """`http.response.status_code` is `http_response_status_code`."""
    translated = _NOT_IN_LABELS.sub("_", attribute)
    return f"key_{translated}" if translated[:1].isdigit() else translated


def _unit_words(unit: str) -> list[str]:
    main, _, per = unit.partition("/")
    words = [] if "{" in main else [_UNITS.get(main, main)]
    if per and "{" not in per:
        words.append(f"per_{_PER.get(per, per)}")
    return [_NOT_IN_NAMES.sub("_", word).strip("_") for word in words]
