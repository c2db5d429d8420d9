"""Settings of the frontend."""

from pydantic import Field, SecretStr

from kit.settings import BaseUrl, ServiceSettings


class Settings(ServiceSettings):
    """The peers, and how sessions are kept."""

    port: int = Field(8080, ge=0, le=65535, description="Port to listen on")
    product_catalog_url: BaseUrl = Field("http://127.0.0.1:8088", description="Where product-catalog listens")
    recommendation_url: BaseUrl = Field("http://127.0.0.1:8089", description="Where recommendation listens")
    user_url: BaseUrl = Field("http://127.0.0.1:8085", description="Where user listens")
    token_url: BaseUrl = Field("http://127.0.0.1:8087", description="Where token listens")
    order_url: BaseUrl = Field("http://127.0.0.1:8081", description="Where order listens")
    history_us_url: BaseUrl = Field("http://127.0.0.1:8090", description="Where the history node of the US listens")
    history_eu_url: BaseUrl = Field("http://127.0.0.1:8091", description="Where that of Europe listens")
    history_asia_url: BaseUrl = Field("http://127.0.0.1:8092", description="Where that of Asia listens")
    history_us_2_url: BaseUrl = Field("http://127.0.0.1:8093", description="Where the one that stands by in the US is")
    history_eu_2_url: BaseUrl = Field("http://127.0.0.1:8094", description="Where the one that stands by in Europe is")
    session_secret: SecretStr = Field(min_length=16, description="Signs the session cookie")
    session_max_age_s: int = Field(7 * 24 * 3600, ge=60, description="How long a session cookie is honoured")
    telemetry_url: BaseUrl = Field(
        "http://127.0.0.1:4318",
        validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT",
        description="Where spans of browsers are passed on to",
    )
    browser_sample_ratio: float = Field(
        1.0, ge=0, le=1, description="The share of pages that tell of themselves; 0: none has the script"
    )
    session_https_only: bool = Field(False, description="Send the session cookie over HTTPS only")

    @property
    def history_nodes(self) -> dict[str, str]:
        """The addresses of the history nodes, by name: those with rows are named after their region."""
        return {
            "us": self.history_us_url,
            "eu": self.history_eu_url,
            "asia": self.history_asia_url,
            "us-2": self.history_us_2_url,
            "eu-2": self.history_eu_2_url,
        }
