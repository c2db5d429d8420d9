"""The platform: everything but settings that a service gets from whoever starts it."""

from dataclasses import dataclass, field

import httpx

from kit.variants import FixedVariants, Variants


@dataclass(frozen=True)
class Platform:
    """`transport` replaces the network in tests that join peers in process.

    `variants` are switched by operations, `product_flags` are features of the shop that appear in its telemetry.
    """

    variants: Variants
    transport: httpx.AsyncBaseTransport | None = None
    lab_url: str | None = None
    product_flags: Variants = field(default_factory=FixedVariants)
