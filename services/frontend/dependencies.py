"""Dependencies of the routes, by type."""

from typing import Annotated

from fastapi import Depends, Path, Query, Request

from services.frontend.render import Renderer
from services.frontend.schemas import MAX_ID, Line
from services.frontend.service import Shop


async def _shop(request: Request) -> Shop:
    shop: Shop = request.app.state.shop
    return shop


async def _renderer(request: Request) -> Renderer:
    renderer: Renderer = request.app.state.renderer
    return renderer


TheShop = Annotated[Shop, Depends(_shop)]
TheRenderer = Annotated[Renderer, Depends(_renderer)]

ProductPath = Annotated[int, Path(ge=1, le=MAX_ID)]
SearchQuery = Annotated[Line, Query(max_length=100, description="Words to look for; empty for everything")]
CategoryQuery = Annotated[str, Query(pattern="^[a-z0-9-]{0,40}$", description="A department's slug; empty for all")]
PageQuery = Annotated[int, Query(ge=1, le=10_000, description="Which page, from 1")]
