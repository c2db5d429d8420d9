"""Schemas of requests and answers."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, computed_field

MAX_ID = 2**31 - 1
MAX_PAGE = 10_000
MAX_PAGE_SIZE = 100

ProductId = Annotated[int, Field(ge=1, le=MAX_ID)]
SearchText = Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{0,40}$")]


class Rating(BaseModel):
    """Customers' rating of a product."""

    model_config = ConfigDict(frozen=True)

    stars: float = Field(description="The average, from 1 to 5, to one decimal")
    reviews: int = Field(description="How many reviews it comes from")
    place: int | None = Field(None, description="Among the products of its department, where that is told")


class Entry(BaseModel):
    """A product as it stands in the catalogue."""

    model_config = ConfigDict(from_attributes=True, frozen=True)

    id: int
    name: str
    description: str
    category: str = Field(description="The category's slug")
    price_cents: int

    @computed_field  # type: ignore[prop-decorator]  # mypy does not know computed properties
    @property
    def picture(self) -> str:
        """Address of its picture on the shop's pages."""
        return f"/pictures/{self.id}.svg"


class Product(Entry):
    """Something the shop sells: what has no price is not for sale."""

    price_cents: int = Field(gt=0)


class ListedProduct(Entry):
    """A product as it stands in a list."""

    rating: Rating | None = Field(None, description="None before its first review, and where it was not asked for")


class ProductList(BaseModel):
    """One page of the products that match."""

    products: list[ListedProduct]
    total: int = Field(description="How many match on all pages together")
    page: int
    page_size: int


class Category(BaseModel):
    """One shelf of the shop."""

    model_config = ConfigDict(from_attributes=True, frozen=True)

    slug: str
    name: str
    products: int = Field(description="How many products stand on it")


class CategoryList(BaseModel):
    """All shelves, in the shop's order."""

    categories: list[Category]
