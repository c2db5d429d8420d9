"""What each way to remember keeps, finds again and gives back."""

import pytest

from kit.variants import Choice, FixedVariants, Option
from services.recommendation.answers import AnswersInForce, CachedAnswers
from services.recommendation.cache import Cache
from services.recommendation.schemas import Product
from services.recommendation.service import Answers
from services.recommendation.variants import FRESH_S, PairTable

pytestmark = pytest.mark.anyio


class Clock:
    """Stands still unless moved."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def product(number: int, line: str, price_cents: int) -> Product:
    picture = f"/pictures/{number}.svg"
    return Product(
        id=number, name=f"{line}, red", description="", category="garden", price_cents=price_cents, picture=picture
    )


SHELF = [product(1, "Trowel", 900), product(2, "Rake", 2000), product(3, "Hoe", 1100), product(4, "Trowel", 1000)]
CLOSE_TO_THE_TROWEL = [3, 2]
PAIRS = 10
"""Two trowels go with two others each, rake and hoe with three."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def table(clock: Clock) -> PairTable:
    return PairTable(room=3 * PAIRS, clock=clock)


def cached() -> CachedAnswers:
    return CachedAnswers(Cache(size=2, ttl_s=10))


async def ids(answers: Answers, product_id: int) -> list[int] | None:
    found = await answers.find(product_id)
    return [each.id for each in found] if found is not None else None


@pytest.mark.parametrize("answers", [cached(), PairTable()], ids=["cache", "table"])
async def test_what_was_learnt_is_found_until_it_is_forgotten(answers: Answers) -> None:
    assert await answers.find(1) is None
    learnt = await answers.learn(SHELF[0], SHELF)
    assert await ids(answers, 1) == [each.id for each in learnt] == CLOSE_TO_THE_TROWEL
    answers.forget()
    assert (await answers.find(1), len(answers)) == (None, 0)


async def test_a_cache_stays_as_small_as_it_is() -> None:
    answers = cached()
    for each in SHELF:
        await answers.learn(each, SHELF)
    assert len(answers) == 2


async def test_a_table_knows_the_whole_shelf_for_as_long_as_it_is_fresh(table: PairTable, clock: Clock) -> None:
    await table.learn(SHELF[0], SHELF)
    assert await ids(table, 2) == [3, 4]
    clock.now = FRESH_S
    assert await table.find(2) is None


async def test_a_table_keeps_what_is_not_fresh_any_more(table: PairTable, clock: Clock) -> None:
    for _ in range(2):
        await table.learn(SHELF[0], SHELF)
        clock.now += FRESH_S
    assert len(table) == 2 * PAIRS


async def test_a_table_has_an_end(table: PairTable) -> None:
    for _ in range(5):
        await table.learn(SHELF[0], SHELF)
    assert len(table) == 3 * PAIRS
    assert await ids(table, 1) == CLOSE_TO_THE_TROWEL


async def test_whose_time_is_over_forgets(table: PairTable) -> None:
    variants = FixedVariants(table="on")
    bounded = cached()
    answers = AnswersInForce(Choice[Answers](variants, bounded, Option("table", "on", table)))
    await answers().learn(SHELF[0], SHELF)
    assert len(answers) == PAIRS
    variants.values.clear()
    assert answers() is bounded
    assert (len(table), len(answers)) == (0, 0)
