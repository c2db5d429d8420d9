"""Everything that can be done in the shop, by page or by API."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from kit.errors import Conflict, NotFound
from kit.variants import Choice
from services.frontend.accounts import Accounts
from services.frontend.cart import Cart
from services.frontend.catalog import Catalog
from services.frontend.history.histories import Histories
from services.frontend.identity import Identities, Identity
from services.frontend.orders import Orders
from services.frontend.recommendation import Recommender
from services.frontend.schemas import CartLine, Credentials, Order, OrderItem, PricedCart, Product, Recommendations
from services.frontend.visit import Visit


@dataclass(frozen=True)
class Shop:
    """The peers, joined to what a visitor wants."""

    catalog: Catalog
    recommender: Recommender
    accounts: Accounts
    orders: Orders
    identities: Identities
    histories: Histories
    delivery_note: Choice[str | None]

    async def product_with_related(self, product_id: int) -> tuple[Product, Recommendations]:
        """A product and what goes with it; raises `NotFound`."""
        return await asyncio.gather(self.catalog.product(product_id), self.recommender.related(product_id))

    async def log_in(self, visit: Visit, credentials: Credentials) -> Identity:
        """Start a session; raises `Unauthorized`."""
        answer = await self.accounts.log_in(credentials)
        identity = Identity(answer.user_id, answer.name)
        visit.log_in(identity, answer.tokens.access_token if answer.tokens else None)
        return identity

    async def put_in_cart(self, visit: Visit, product_id: int, quantity: int) -> Product:
        """Add to the cart what exists; raises `NotFound`, or `Conflict` when the cart is full."""
        cart = visit.cart.adding(product_id, quantity)
        product = await self.catalog.seen(product_id)
        visit.cart = cart
        return product

    async def priced(self, cart: Cart) -> PricedCart:
        """The cart at the catalogue's prices; what is no longer sold is left out."""
        products = await self.products([product_id for product_id, _ in cart.quantities])
        lines = [_line(products[key], quantity) for key, quantity in cart.quantities if key in products]
        total_cents = sum(line.total_cents for line in lines)
        count = sum(line.quantity for line in lines)
        return PricedCart(items=lines, count=count, total_cents=total_cents, note=self.delivery_note())

    async def products(self, product_ids: list[int]) -> dict[int, Product]:
        """Those of the products that exist."""
        found = await asyncio.gather(*(self._product_or_none(product_id) for product_id in product_ids))
        return {product.id: product for product in found if product}

    async def check_out(self, visit: Visit, card_number: str, key: str) -> Order:
        """Order what is in the cart; the same `key` leads to the same order. Raises `Unauthorized`, `Conflict`."""
        customer = visit.customer()
        earlier = visit.placed(key)
        if earlier:
            return await self.orders.one(customer.user_id, UUID(earlier))
        items = await self._items(visit.cart)
        order = await self.orders.place(customer.user_id, items, card_number, key)
        visit.has_placed(key, str(order.id))
        return order

    async def _items(self, cart: Cart) -> list[OrderItem]:
        if not cart.count:
            raise Conflict("The cart is empty.")
        priced = await self.priced(cart)
        if len(priced.items) < len(cart.quantities):
            raise Conflict("Something in the cart is no longer sold.")
        return [OrderItem.model_validate(line, from_attributes=True) for line in priced.items]

    async def _product_or_none(self, product_id: int) -> Product | None:
        try:
            return await self.catalog.product(product_id)
        except NotFound:
            return None

    async def close(self) -> None:
        """Close all connections."""
        for peer in (self.catalog, self.recommender, self.accounts, self.orders, self.identities, self.histories):
            await peer.close()


def _line(product: Product, quantity: int) -> CartLine:
    return CartLine(
        product_id=product.id,
        name=product.name,
        quantity=quantity,
        unit_price_cents=product.price_cents,
        total_cents=product.price_cents * quantity,
        picture=product.picture,
    )
