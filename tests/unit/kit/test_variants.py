"""Which implementation is in force."""

import pytest

from kit.variants import Choice, FixedVariants, Option, Usage


def choice(variants: FixedVariants, usage: Usage) -> Choice[str]:
    return Choice(
        variants,
        "healthy",
        Option("larger-pool", "on", "remedied"),
        Option("held-open", "on", "worse"),
        usage=usage,
    )


@pytest.mark.parametrize(
    ("switched", "expected"),
    [
        ({}, "healthy"),
        ({"held_open": "on"}, "worse"),
        ({"held_open": "on", "larger_pool": "on"}, "remedied"),
        ({"held_open": "sideways"}, "healthy"),
    ],
)
def test_the_first_option_that_applies_wins(switched: dict[str, str], expected: str) -> None:
    assert choice(FixedVariants(**switched), Usage())() == expected


def test_every_use_of_an_option_is_counted_until_taken() -> None:
    usage = Usage()
    variants = FixedVariants(held_open="on")
    chosen = choice(variants, usage)
    chosen()
    chosen()
    variants.values.clear()
    chosen()
    assert usage.take() == {("held-open", "on"): 2}
    assert usage.take() == {}


def test_counts_that_could_not_be_delivered_come_again() -> None:
    usage = Usage()
    usage.add("held-open", "on")
    usage.put_back(usage.take())
    assert usage.take() == {("held-open", "on"): 1}
