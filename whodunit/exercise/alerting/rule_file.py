"""A file of rules as Prometheus reads it: https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from promql_parser import Expr, parse_duration
from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from whodunit.exercise.promql.understood import expression
from whodunit.strict_yaml.quantities import Strict
from whodunit.strict_yaml.reader import parse, validated

FILE = "alerts.yml"
GUIDE = "https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/"
NAME_PATTERN = r"^[a-zA-Z_:][a-zA-Z0-9_:]*$"

_VALUE = re.compile(r"\$value\b|\.Value\b")


def _ms(written: Any) -> Any:
    if not isinstance(written, str):
        raise ValueError(  # noqa: TRY004  what Pydantic reports
            f"{written!r} is not a duration; write it with its unit, like 10s or 1m30s"
        )
    if not written.strip("0smhd"):
        return 0
    return round(parse_duration(written) / timedelta(milliseconds=1))


def _checked(text: str) -> str:
    expression(text)
    return text


Milliseconds = Annotated[int, BeforeValidator(_ms)]
Promql = Annotated[str, AfterValidator(_checked)]


class Rule(Strict):
    """An alert, or a metric that is recorded for other rules."""

    alert: str | None = None
    record: str | None = Field(None, pattern=NAME_PATTERN)
    expr: Promql
    hold_ms: Milliseconds = Field(0, alias="for")
    keep_firing_ms: Milliseconds = Field(0, alias="keep_firing_for")
    labels: dict[str, str] = Field(default_factory=dict)
    annotations: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_one(self) -> "Rule":
        if (self.alert is None) == (self.record is None):
            raise ValueError("a rule has either `alert` or `record`, and an `expr`")
        if self.record and (self.annotations or self.hold_ms or self.keep_firing_ms):
            raise ValueError("`for`, `keep_firing_for` and `annotations` are those of an alert, not of a `record`")
        return self

    @property
    def node(self) -> Expr:
        """The expression."""
        return expression(self.expr)

    @property
    def tells_value_in_labels(self) -> list[str]:
        """The labels with the value in them: each evaluation makes another alert of it."""
        return [name for name, text in self.labels.items() if _VALUE.search(text)]


class Group(Strict):
    """Rules that are evaluated one after another."""

    name: str
    interval_ms: Milliseconds | None = Field(None, alias="interval", gt=0)
    labels: dict[str, str] = Field(default_factory=dict)
    rules: tuple[Rule, ...] = Field((), strict=False)


class RuleFile(Strict):
    """The file."""

    groups: tuple[Group, ...] = Field((), strict=False)

    @property
    def alerts(self) -> list[Rule]:
        """All alerts, by their place in the file."""
        return [rule for group in self.groups for rule in group.rules if rule.alert]


def rules_in(folder: Path) -> RuleFile:
    """The learner's rules; raises ScenarioFileError with every mistake in them."""
    file = folder / FILE
    document = parse(file, GUIDE)
    return RuleFile() if document is None else validated(file, document, RuleFile, GUIDE)
