"""Tables of product-catalog."""

from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, SmallInteger, String, Table, Text

metadata = MetaData()

categories = Table(
    "categories",
    metadata,
    Column("slug", String(40), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("position", Integer, nullable=False),
)

products = Table(
    "products",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", String(120), nullable=False),
    Column("description", Text, nullable=False),
    Column("category", String(40), ForeignKey("categories.slug"), nullable=False, index=True),
    Column("price_cents", Integer, nullable=False),
)

reviews = Table(
    "reviews",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("product_id", Integer, nullable=False),
    Column("stars", SmallInteger, nullable=False),
)

REVIEW_INDEXES = (Index("ix_reviews_product_stars", reviews.c.product_id, reviews.c.stars),)
"""A product's rating is read from the index alone."""
