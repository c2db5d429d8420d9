"""The lines of everything that customers of a region have bought."""

from sqlalchemy import Column, Index, Integer, MetaData, SmallInteger, Table

metadata = MetaData()

lines = Table(
    "lines",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("customer_id", Integer, nullable=False),
    Column("product_id", Integer, nullable=False),
    Column("month", Integer, nullable=False),
    Column("site", SmallInteger, nullable=False),
    Column("department", SmallInteger, nullable=False),
    Column("channel", SmallInteger, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("payment", SmallInteger, nullable=False),
    Column("amount_cents", Integer, nullable=False),
)

FIGURES = (
    lines.c.month,
    lines.c.site,
    lines.c.department,
    lines.c.channel,
    lines.c.status,
    lines.c.payment,
)
"""What lines can be added up by."""

INDEXES = (Index("ix_lines_customer", lines.c.customer_id, *FIGURES, lines.c.amount_cents, lines.c.id),)
"""A customer's sums are read from the index alone."""

RANGE = 10_000
"""Lines lie in ranges of so many, by number, as databases that are spread over machines divide a table."""
