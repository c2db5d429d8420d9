"""Scalars of our files: durations with their unit, quantities, attribute values."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from whodunit.durations import parse_duration_s

TargetName = Literal["lite", "stack"]
"""The target that a scenario runs on."""

DURATION_PATTERN = r"^(\d+(\.\d+)?(ms|us|µs|[dhms]))+$"


class Strict(BaseModel):
    """Refuses unknown keys, converts no types, and is immutable."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def _duration_s(value: Any) -> Any:
    if isinstance(value, str):
        return parse_duration_s(value)
    raise ValueError(f"{value!r} is not a duration; write it with its unit, like 750ms, 10s or 1m30s")


def _quantity(value: Any) -> Any:
    if isinstance(value, str):
        return parse_duration_s(value)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _attribute(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


_DURATION_SCHEMA = {"type": "string", "pattern": DURATION_PATTERN, "examples": ["10s", "1m30s", "750ms"]}

Duration = Annotated[float, BeforeValidator(_duration_s), WithJsonSchema(_DURATION_SCHEMA)]
"""Seconds, written with a unit."""

Quantity = Annotated[
    float, BeforeValidator(_quantity), WithJsonSchema({"anyOf": [{"type": "number"}, _DURATION_SCHEMA]})
]
"""A number in the metric's own unit; a duration is seconds."""

AttributeValue = Annotated[str, BeforeValidator(_attribute), WithJsonSchema({"type": ["string", "number", "boolean"]})]
"""Attributes are compared as text."""

Where = Annotated[
    dict[str, AttributeValue],
    Field(default_factory=dict, description="Attributes that must have these values"),
]
