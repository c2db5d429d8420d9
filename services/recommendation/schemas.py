"""Schemas of requests and answers."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

MAX_ID = 2**31 - 1
MAX_LIMIT = 12

ProductId = Annotated[int, Field(ge=1, le=MAX_ID)]
Limit = Annotated[int, Field(ge=1, le=MAX_LIMIT)]


class Product(BaseModel):
    """Something the shop sells."""

    model_config = ConfigDict(frozen=True)

    id: int
    name: str
    description: str
    category: str
    price_cents: int
    picture: str


class ProductList(BaseModel):
    """Products, however many."""

    products: list[Product]
