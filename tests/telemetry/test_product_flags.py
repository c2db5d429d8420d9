"""Features of the shop appear in its telemetry; what operations switch does not."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan

from kit.flags import Flags
from tests.flag_files import reading
from tests.telemetry.recorder import Recorder


def switched(variant: str, **targeting: object) -> dict[str, object]:
    variants = {"on": "on", "off": "off"}
    return {"state": "ENABLED", "variants": variants, "defaultVariant": variant, "targeting": targeting}


@pytest.fixture
def flags(tmp_path: Path) -> Iterator[Flags]:
    path = tmp_path / "flags.json"
    known = {"newFeature": switched("on"), "small-pool": switched("on"), "senseless": switched("on", nonsense=[1])}
    path.write_text(json.dumps({"flags": known}))
    with reading(path) as running:
        yield running


def evaluated(recorder: Recorder) -> ReadableSpan:
    (span,) = recorder.spans()
    return span


def test_a_feature_is_told_by_the_present_and_the_earlier_conventions(flags: Flags, recorder: Recorder) -> None:
    with trace.get_tracer("test").start_as_current_span("work"):
        assert flags.product.value("newFeature") == "on"
    span = evaluated(recorder)
    (event,) = span.events
    assert event.name == "feature_flag.evaluation"
    assert dict(event.attributes or {}) == {
        "feature_flag.key": "newFeature",
        "feature_flag.provider.name": "flagd",
        "feature_flag.result.variant": "on",
        "feature_flag.result.value": '"on"',
        "feature_flag.result.reason": "static",
    }
    assert {key: value for key, value in (span.attributes or {}).items() if key.startswith("feature_flag")} == {
        "feature_flag.key": "newFeature",
        "feature_flag.provider_name": "flagd",
        "feature_flag.variant": "on",
    }


def test_operations_leave_no_mark(flags: Flags, recorder: Recorder) -> None:
    with trace.get_tracer("test").start_as_current_span("work"):
        assert flags.operations.value("small-pool") == "on"
    span = evaluated(recorder)
    assert not span.events
    assert not [key for key in span.attributes or {} if key.startswith("feature_flag")]


def test_a_flag_that_nobody_knows_is_off(flags: Flags) -> None:
    assert (flags.product.value("unheardOf"), flags.operations.value("unheard-of")) == ("off", "off")


def test_a_flag_that_makes_no_sense_is_off(flags: Flags) -> None:
    assert (flags.product.value("senseless"), flags.operations.value("senseless")) == ("off", "off")
