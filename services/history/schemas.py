"""A history node's wire shapes."""

from typing import Literal

from pydantic import BaseModel

Figure = Literal["month", "site", "department", "channel", "status", "payment"]
Region = Literal["us", "eu", "asia"]


class Group(BaseModel):
    """Lines that have one value of a figure."""

    value: int
    lines: int
    amount_cents: int


class Sums(BaseModel):
    """A customer's lines, added up by one figure."""

    figure: Figure
    groups: list[Group]


class Summary(BaseModel):
    """A customer's lines in one region, or of one site there, added up by several figures, and the node that did."""

    node: str
    home: Region
    site: int | None = None
    sums: list[Sums]


Row = tuple[int, ...]
"""One line as a node sends it to another: the columns of the table, in its order."""
