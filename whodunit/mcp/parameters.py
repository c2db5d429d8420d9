"""Parameters that several tools share, as their definitions describe them."""

from typing import Annotated

from pydantic import Field

Start = Annotated[str | None, Field(description="RFC 3339 or -5m; default -15m, of a recording all")]
End = Annotated[str | None, Field(description="RFC 3339 or -1m; default now")]
Service = Annotated[str | None, Field(description="service.name")]
Cursor = Annotated[str | None, Field(description="next_cursor of the answer before; other arguments unchanged")]
Attributes = Annotated[dict[str, str] | None, Field(description="Exact attribute values")]
Limit = Annotated[int, Field(ge=1, le=100)]
Before = Annotated[str, Field(description="Healthy window, START..END, each RFC 3339 or -5m")]
After = Annotated[str, Field(description="Window of the trouble, START..END")]
