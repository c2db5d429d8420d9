"""What changed between two windows of telemetry."""

from collections.abc import Collection
from typing import Literal

from whodunit.compare.findings import Comparison, Finding
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import Window

Signal = Literal["metrics", "logs", "traces", "releases", "load"]
SIGNALS: tuple[Signal, ...] = ("metrics", "logs", "traces", "releases", "load")


def compare(telemetry: Telemetry, before: Window, after: Window, signals: Collection[Signal] = SIGNALS) -> Comparison:
    """The changes from one window to another, those nearest to a cause first; raises TelemetryError."""
    found: list[Finding] = []
    if "releases" in signals:
        was, now = telemetry.releases(before), telemetry.releases(after)
        for service in sorted(was.keys() & now.keys()):
            if set(now[service]) != set(was[service]):
                texts = ", ".join(was[service]), ", ".join(now[service])
                found.append(Finding("release", service, "release", *texts, 1.0, None, None, ""))
    return Comparison(found, [])
