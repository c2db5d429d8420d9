"""The region that a visitor comes from, by address: the ranges that are reserved for documentation (RFC 5737)."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, ip_address
from typing import Annotated

from fastapi import Depends, Request

BLOCKS = {
    "us": IPv4Network("192.0.2.0/24"),
    "eu": IPv4Network("198.51.100.0/24"),
    "asia": IPv4Network("203.0.113.0/24"),
}

WEST = IPv4Network("192.0.2.128/25")
"""Addresses of the US whose people live in its west."""

ELSEWHERE = "us"
"""The region of everybody else: the shop is there."""

BLOCK_BITS = 28


@dataclass(frozen=True)
class Visitor:
    """`block` is the range of sixteen addresses that the visitor's is in; the address itself is nobody's business."""

    region: str
    block: str

    def is_from(self, network: IPv4Network) -> bool:
        """True if the address is one of `network`, which holds whole blocks."""
        return bool(self.block) and IPv4Network(self.block).subnet_of(network)


def visitor_from(address: str) -> Visitor:
    """The visitor of an address, which may be none at all."""
    try:
        known = ip_address(address)
    except ValueError:
        return Visitor(ELSEWHERE, "")
    if not isinstance(known, IPv4Address):
        return Visitor(ELSEWHERE, "")
    region = next((region for region, block in BLOCKS.items() if known in block), ELSEWHERE)
    return Visitor(region, str(IPv4Network((known, BLOCK_BITS), strict=False)))


async def _visitor(request: Request) -> Visitor:
    forwarded = request.headers.get("x-forwarded-for", "").split(",")[0].strip()
    return visitor_from(forwarded or (request.client.host if request.client else ""))


TheVisitor = Annotated[Visitor, Depends(_visitor)]
