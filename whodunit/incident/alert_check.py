"""Checks of alerts: how many of those that match are firing now."""

from typing import Literal

from pydantic import Field

from whodunit.incident.check import Counted
from whodunit.strict_yaml.quantities import Where
from whodunit.telemetry.answers import Alert


class AlertCheck(Counted):
    """Alerts that match; without a bound one is enough, and `at_most: 0` asks for silence."""

    alert: str | None = Field(None, description="Its name in objectives/objectives.yaml; any if left out")
    state: Literal["firing", "pending"] = "firing"
    labels: Where

    @property
    def signal(self) -> str:
        return "alert"

    def matches(self, alert: Alert) -> bool:
        """True if `alert` is one of those that count."""
        return (
            self.alert in (None, alert.name)
            and alert.state == self.state
            and all(alert.labels.get(label) == value for label, value in self.labels.items())
        )
