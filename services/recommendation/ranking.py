"""Products that go with a product: others of its category, those of a similar price first."""

from collections.abc import Iterable

from services.recommendation.schemas import MAX_LIMIT, Product

Related = tuple[Product, ...]


def ranked(product: Product, shelf: Iterable[Product]) -> list[Product]:
    """All that go with `product`, the best first."""
    others = [other for other in shelf if _line(other) != _line(product)]
    return sorted(others, key=lambda other: (abs(other.price_cents - product.price_cents), other.id))


def best(products: Iterable[Product]) -> Related:
    """The first `MAX_LIMIT`, and of products that differ in their make only the first."""
    lines: dict[str, Product] = {}
    for product in products:
        lines.setdefault(_line(product), product)
    return tuple(lines.values())[:MAX_LIMIT]


def _line(product: Product) -> str:
    return product.name.partition(",")[0]
