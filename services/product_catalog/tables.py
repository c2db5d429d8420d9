"""What product-catalog keeps."""

from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, Text

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
