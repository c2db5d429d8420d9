"""The metrics of a recorded run as Prometheus would have them: totals, by its own names and labels."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from pathlib import Path
from typing import Any

import duckdb

from whodunit.errors import LabError
from whodunit.exercise.promql.series import NAME, Samples, Series
from whodunit.telemetry.prometheus_names import Kind, label_name, metric_name

KEPT = Path(__file__).parents[3] / "recordings"
"""The recordings that come with the program."""

OF_RESOURCE = ("service.name", "service.version", "service.namespace", "service.instance.id", "telemetry.sdk.language")
"""The attributes of a process that are labels of its series, as in prometheus/prometheus.yml."""

APART_S = 1.0
"""Metrics of one export differ by less."""

POINTS = """select epoch(time), name, unit, type, temporality, monotonic, p.attributes, resource_id, r.attributes,
        coalesce(value, 0), coalesce(count, 0), coalesce(sum, 0), coalesce(bounds, []), coalesce(bucket_counts, [])
    from read_parquet(?) p join (select resource_id, attributes from read_parquet(?)) r using (resource_id)
    order by time"""


@dataclass(frozen=True)
class Recording:
    """A run: its samples, by milliseconds since its start, and when it ended; `onset_ms` is when something broke."""

    name: str
    samples: Samples
    end_ms: int
    onset_ms: int | None


def recording(name: str, beside: Path) -> Recording:
    """The recording of that name in the folder, or else of those that come with the program; raises LabError."""
    folder = beside / name
    if not folder.is_dir():
        folder = KEPT / name
    try:
        result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
        with duckdb.connect() as connection:
            parquet = [str(folder / f"{table}.parquet") for table in ("metrics", "resources")]
            points = [_Point(*row) for row in connection.execute(POINTS, parquet).fetchall()]
    except (OSError, duckdb.Error) as error:
        raise LabError(f"The recording {name} cannot be read: {error}", "Install whodunit again.") from error
    started = _seconds(result["started"])
    onsets = [_seconds(phase["started"]) for phase in result.get("phases", ()) if phase["phase"] == "expect"]
    onset_ms = _ms(onsets[0] - started) if onsets else None
    return Recording(name, _samples(points, started), _ms(result["seconds"]), onset_ms)


@dataclass(frozen=True)
class _Point:
    time_s: float
    name: str
    unit: str | None
    type: str
    temporality: str | None
    monotonic: bool | None
    attributes: Mapping[str, str]
    resource_id: int
    resource: Mapping[str, str]
    value: float
    count: int
    sum: float
    bounds: list[float]
    bucket_counts: list[int]

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from other points of the same process."""
        return self.name, json.dumps(self.attributes, sort_keys=True)

    @property
    def values(self) -> list[float]:
        """The values of its series in Prometheus."""
        if self.type != "histogram":
            return [float(self.value)]
        return [*map(float, accumulate(self.bucket_counts)), float(self.count), float(self.sum)]

    @property
    def labels(self) -> Iterator[dict[str, str]]:
        """The labels of each of them."""
        process = {label_name(name): self.resource[name] for name in OF_RESOURCE if name in self.resource}
        spaces = [self.resource.get("service.namespace"), self.resource["service.name"]]
        sender = {"job": "/".join(filter(None, spaces)), "instance": self.resource.get("service.instance.id", "")}
        shared = {label_name(name): value for name, value in self.attributes.items()} | process | sender
        for suffix, more in self._parts:
            yield shared | more | {NAME: self._family + suffix}

    @property
    def _parts(self) -> list[tuple[str, dict[str, str]]]:
        if self.type != "histogram":
            return [("", {})]
        bounds = [*(f"{bound:.15g}" for bound in self.bounds), "+Inf"]
        return [*(("_bucket", {"le": bound}) for bound in bounds), ("_count", {}), ("_sum", {})]

    @property
    def _family(self) -> str:
        sums: Kind = "counter" if self.monotonic else "updowncounter"
        kinds: Mapping[str, Kind] = {"gauge": "gauge", "histogram": "histogram", "sum": sums}
        return metric_name(self.name, self.unit or "", kinds[self.type])


@dataclass
class _Sent:
    """The series of one point, and their values; deltas are added up, and sent with every export of the process."""

    series: list[Series]
    values: list[float]

    def send(self, time_ms: int) -> None:
        for series, value in zip(self.series, self.values, strict=True):
            series.add(time_ms, value)


def _samples(points: list[_Point], started: float) -> Samples:
    samples, totals, levels = Samples(), defaultdict[int, dict[Any, _Sent]](dict), dict[Any, _Sent]()
    for export in _exports(points):
        of_process = totals[export[0].resource_id]
        time_ms = _ms(export[0].time_s - started)
        for point in export:
            if point.temporality == "delta":
                total = _sent(of_process, point.key, point, samples)
                total.values = [before + more for before, more in zip(total.values, point.values, strict=True)]
            else:
                level = _sent(levels, (point.resource_id, *point.key), point, samples)
                level.values = point.values
                level.send(time_ms)
        for total in of_process.values():
            total.send(time_ms)
    return samples


def _sent(known: dict[Any, _Sent], key: Any, point: _Point, samples: Samples) -> _Sent:
    if key not in known:
        series = [samples.series(labels) for labels in point.labels]
        known[key] = _Sent(series, [0.0] * len(series))
    return known[key]


def _exports(points: list[_Point]) -> Iterator[list[_Point]]:
    """The points that a process has sent together."""
    of_process: dict[int, list[_Point]] = defaultdict(list)
    for point in points:
        of_process[point.resource_id].append(point)
    for sent in of_process.values():
        export: list[_Point] = []
        for point in sent:
            if export and point.time_s - export[0].time_s > APART_S:
                yield export
                export = []
            export.append(point)
        yield export


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
