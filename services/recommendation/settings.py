"""Settings of recommendation."""

from pydantic import Field

from kit.settings import BaseUrl, ServiceSettings


class Settings(ServiceSettings):
    """Its peer and its cache."""

    port: int = Field(8089, ge=0, le=65535, description="Port to listen on")
    product_catalog_url: BaseUrl = Field("http://127.0.0.1:8088", description="Where product-catalog listens")
    cache_size: int = Field(512, ge=1, le=100_000, description="Products whose related ones are remembered")
    cache_ttl_s: float = Field(60.0, gt=0, description="How long they are remembered, in seconds")
