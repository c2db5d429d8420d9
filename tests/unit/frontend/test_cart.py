"""The cart by itself."""

import pytest

from kit.errors import Conflict
from services.frontend.cart import MAX_LINES, Cart
from services.frontend.schemas import MAX_QUANTITY


def test_keeps_the_order_in_which_things_were_put_in() -> None:
    cart = Cart().adding(3, 1).adding(1, 2).adding(3, 4)
    assert cart.quantities == ((3, 5), (1, 2))
    assert cart.count == 7


def test_survives_the_session() -> None:
    cart = Cart().adding(3, 1).adding(1, 2)
    assert Cart.load(cart.dump()) == cart


def test_nothing_of_a_product_takes_its_line_out() -> None:
    assert Cart().adding(3, 1).having(3, 0) == Cart()
    assert Cart().having(3, 0) == Cart()


def test_holds_no_more_than_an_order_may() -> None:
    cart = Cart().adding(1, MAX_QUANTITY)
    with pytest.raises(Conflict, match=str(MAX_QUANTITY)):
        cart.adding(1, 1)
    full = Cart(tuple((number, 1) for number in range(1, MAX_LINES + 1)))
    with pytest.raises(Conflict, match=str(MAX_LINES)):
        full.adding(MAX_LINES + 1, 1)
    assert full.adding(1, 1).of(1) == 2
