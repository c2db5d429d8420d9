"""What people type, as a wanted load."""

import pytest

from whodunit.errors import WrongUseError
from whodunit.load import request
from whodunit.load.spec import LoadSpec, ShapeSpec


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("constant", {"kind": "constant"}),
        ("step", {"kind": "step"}),
        ("step:3@30s", {"kind": "step", "factor": 3.0, "at_s": 30.0}),
        ("spike:2.5@1m30s+20s", {"kind": "spike", "factor": 2.5, "at_s": 90.0, "for_s": 20.0}),
        ("soak@2m", {"kind": "soak", "at_s": 120.0}),
    ],
)
def test_shapes(text: str, expected: dict[str, object]) -> None:
    assert request.shape(text) == expected
    ShapeSpec.model_validate(expected)


@pytest.mark.parametrize("text", ["wave", "step:x", "step@soon", "spike:3@30", ""])
def test_what_is_no_shape(text: str) -> None:
    with pytest.raises(WrongUseError) as refusal:
        request.shape(text)
    assert "For example" in refusal.value.hint


def test_every_shape_that_is_shown_can_be_wished_for() -> None:
    assert {request.shape(text)["kind"] for text in request.SHAPES} == {"constant", "step", "spike", "soak"}


def test_a_rate_is_of_checkouts_and_takes_the_others_along() -> None:
    assert request.rates(None, []) == {kind.value: rate for kind, rate in LoadSpec().rates.items()}
    assert request.rates(16, [])["buy"] == 16
    assert request.rates(16, [])["browse"] == 2


def test_named_journeys_are_the_only_ones() -> None:
    assert request.rates(None, ["buy=2", "log_in=0.5"]) == {"buy": 2.0, "log_in": 0.5}


@pytest.mark.parametrize("text", ["buy", "buy=", "bye=8", "buy=fast"])
def test_what_is_no_journey(text: str) -> None:
    with pytest.raises(WrongUseError) as refusal:
        request.rates(None, [text])
    assert "log_in" in refusal.value.hint
