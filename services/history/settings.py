"""Settings of a history node."""

from typing import Literal, get_args

from pydantic import Field

from kit.regions import REGIONS
from kit.settings import BaseUrl, DatabaseSettings, DatabaseUrl

NodeName = Literal["us", "eu", "asia", "us-2", "eu-2"]

NODES: tuple[NodeName, ...] = get_args(NodeName)
"""One that keeps the rows of its region in each of them, and two that stand by without any."""


class Settings(DatabaseSettings):
    """A node asks those that keep the rows it has not got."""

    port: int = Field(8090, ge=0, le=65535, description="Port to listen on")
    database_url: DatabaseUrl = Field("sqlite+aiosqlite:///history-us.db", description="Where its rows are kept")
    database_pool_size: int = Field(1, ge=1, le=100, description="Connections to the database that are kept open")
    """A small node: it reads for one caller at a time."""
    database_pool_timeout_s: float = Field(10.0, gt=0, description="Longest wait for a connection, in seconds")
    """As long as another node waits for rows: what it asked for is still good when its turn comes."""
    node: NodeName = Field("us", description="Which of the nodes this is")
    history_us_url: BaseUrl = Field("http://127.0.0.1:8090", description="Where the node of the US listens")
    history_eu_url: BaseUrl = Field("http://127.0.0.1:8091", description="Where the node of Europe listens")
    history_asia_url: BaseUrl = Field("http://127.0.0.1:8092", description="Where the node of Asia listens")

    @property
    def region(self) -> str:
        """Where it stands."""
        return self.node.partition("-")[0]

    @property
    def keeps_rows(self) -> bool:
        """True unless it stands by."""
        return self.node in REGIONS

    @property
    def owners(self) -> dict[str, str]:
        """The addresses of the nodes that keep rows, by region."""
        return {region: getattr(self, f"history_{region}_url") for region in REGIONS}
