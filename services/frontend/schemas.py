"""Schemas: the JSON API's bodies and the peers' answers."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, computed_field

MAX_ID = 2**31 - 1
MAX_QUANTITY = 20
EMAIL = r"^[!-?A-~]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+$"
"""The addresses that the user service takes; one that it refuses is told beside its field."""

ProductId = Annotated[int, Field(ge=1, le=MAX_ID)]
Quantity = Annotated[int, Field(ge=1, le=MAX_QUANTITY)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\x00-\x1f\x7f]*$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]


def _luhn(number: str) -> str:
    digits = [int(digit) for digit in reversed(number.replace(" ", ""))]
    doubled = [sum(divmod(digit * 2, 10)) for digit in digits[1::2]]
    if len(digits) != 16 or (sum(digits[0::2]) + sum(doubled)) % 10:
        raise ValueError("is not a card number")
    return number.replace(" ", "")


CardNumber = Annotated[str, StringConstraints(pattern=r"^[0-9 ]{16,19}$"), AfterValidator(_luhn)]


class Product(BaseModel):
    """Something the shop sells."""

    id: int
    name: str
    description: str
    category: str
    price_cents: int

    @computed_field  # type: ignore[prop-decorator]  # mypy does not know computed properties
    @property
    def picture(self) -> str:
        """Address of its picture."""
        return f"/pictures/{self.id}.svg"


class Rating(BaseModel):
    """Customers' rating of a product: stars from 1 to 5, on average."""

    stars: float
    reviews: int


class ListedProduct(Product):
    """A product as it stands in a list; without a rating until somebody has reviewed it."""

    rating: Rating | None


class ProductList(BaseModel):
    """One page of products."""

    products: list[ListedProduct]
    total: int
    page: int
    page_size: int


class Recommendations(BaseModel):
    """Products that go with one."""

    products: list[Product]


class Category(BaseModel):
    """A department of the shop."""

    slug: str
    name: str
    products: int


class CategoryList(BaseModel):
    """All departments."""

    categories: list[Category]


class NewAccount(BaseModel):
    """Somebody who signs up."""

    email: Annotated[Line, Field(min_length=3, max_length=254, pattern=EMAIL)]
    password: Annotated[str, Field(min_length=8, max_length=128)]
    name: Annotated[Line, Field(min_length=1, max_length=100)]


class Account(BaseModel):
    """A registered person."""

    user_id: int
    name: str


class Credentials(BaseModel):
    """Credentials of somebody who logs in."""

    email: Annotated[Line, Field(min_length=3, max_length=254)]
    password: Annotated[str, Field(min_length=1, max_length=128)]


class TokenSet(BaseModel):
    """The token that proves what a customer may do."""

    access_token: str


class LoggedIn(Account):
    """The user service's answer to a login; without tokens where it had none to give."""

    tokens: TokenSet | None


class CartItem(BaseModel):
    """A product and its quantity."""

    product_id: ProductId
    quantity: Quantity = 1


class CartLine(BaseModel):
    """A cart's line at today's price."""

    product_id: int
    name: str
    quantity: int
    unit_price_cents: int
    total_cents: int
    picture: str


class PricedCart(BaseModel):
    """The cart at today's prices."""

    items: list[CartLine]
    count: int
    total_cents: int
    note: str | None = None


class CartContents(BaseModel):
    """The cart's items, not priced."""

    items: list[CartItem]
    count: int


class Checkout(BaseModel):
    """The card that the order is paid with."""

    card_number: CardNumber


class OrderItem(BaseModel):
    """One line of an order."""

    product_id: int
    quantity: int
    unit_price_cents: int


class Order(BaseModel):
    """An order and where it stands."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    number: int
    user_id: int
    status: Literal["processing", "completed", "failed"]
    reason: str | None
    total_cents: int
    items: list[OrderItem]
    created_at: datetime
    updated_at: datetime


class OrderList(BaseModel):
    """Orders, newest first."""

    orders: list[Order]


class HistoryGroup(BaseModel):
    """What was bought with one value of a figure."""

    value: int
    lines: int
    amount_cents: int


class HistorySums(BaseModel):
    """What a customer has bought, by one figure: month, site, department, channel, status or payment."""

    figure: str
    groups: list[HistoryGroup]


class HistoryPart(BaseModel):
    """What a customer has bought at the offices of one region, or at one site of them."""

    home: str
    site: int | None = None
    sums: list[HistorySums]


class History(BaseModel):
    """Everything that a customer has bought."""

    parts: list[HistoryPart]
