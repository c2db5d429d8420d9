"""What a service is given by whoever starts it, beside its settings."""

from dataclasses import dataclass

import httpx

from kit.variants import Variants


@dataclass(frozen=True)
class Platform:
    """`transport` replaces the network in tests that join neighbours in process."""

    variants: Variants
    transport: httpx.AsyncBaseTransport | None = None
    lab_url: str | None = None
