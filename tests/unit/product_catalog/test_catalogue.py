"""The list of what the shop sells."""

from collections import Counter
from statistics import median

from services.product_catalog.catalogue import CATEGORIES, lines, products
from services.product_catalog.pictures import LOOKS


def test_there_are_thirty_products_in_each_of_eight_categories() -> None:
    assert Counter(product.category for product in products()) == {each.slug: 30 for each in CATEGORIES}


def test_ids_run_from_1_to_240() -> None:
    assert [product.id for product in products()] == list(range(1, 241))


def test_no_two_products_share_a_name() -> None:
    assert len({product.name for product in products()}) == 240


def test_every_line_has_three_makes_a_sentence_and_a_sane_price() -> None:
    for line in (line for category in CATEGORIES for line in lines(category.slug)):
        assert len(set(line.makes)) == 3, line.name
        assert line.description.endswith((".", "?")), line.name
        assert 500 <= line.price_cents <= 10_000, line.name


def test_prices_vary_and_rise_with_the_make() -> None:
    by_id = {product.id: product for product in products()}
    assert all(by_id[i].price_cents < by_id[i + 80].price_cents < by_id[i + 160].price_cents for i in range(1, 81))
    assert 1500 < median(product.price_cents for product in by_id.values()) < 5000


def test_every_category_has_a_look() -> None:
    assert set(LOOKS) == {category.slug for category in CATEGORIES}
