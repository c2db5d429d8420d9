"""Recommendations found before, in a cache."""

from collections.abc import Callable, Sequence

from services.recommendation.cache import Cache
from services.recommendation.ranking import Related, best, ranked
from services.recommendation.schemas import Product
from services.recommendation.service import Answers


class CachedAnswers:
    """Keeps each answer in a cache that forgets."""

    def __init__(self, cache: Cache[int, Related]) -> None:
        self._cache = cache

    async def find(self, product_id: int) -> Related | None:
        """Recommendations found lately for a product, None when nobody looked for them."""
        return self._cache.get(product_id)

    async def learn(self, product: Product, shelf: Sequence[Product]) -> Related:
        """Keep what goes with a product, and give it back."""
        related = best(ranked(product, shelf))
        self._cache.put(product.id, related)
        return related

    def forget(self) -> None:
        """Know nothing any more."""
        self._cache.clear()

    def __len__(self) -> int:
        return len(self._cache)


class AnswersInForce:
    """Call it to get the answers in force.

    Those whose time is over forget everything: what they know would be old when their time comes again.
    """

    def __init__(self, choice: Callable[[], Answers]) -> None:
        self._choice = choice
        self._answers = choice()

    def __call__(self) -> Answers:
        """The answers in force at this moment."""
        chosen = self._choice()
        if chosen is not self._answers:
            self._answers.forget()
            self._answers = chosen
        return chosen

    def __len__(self) -> int:
        return len(self._answers)
