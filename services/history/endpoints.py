"""A history node's routes."""

import json
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from kit.errors import GatewayTimeout, NotFound, Unavailable, responses
from services.history.schemas import Figure, Region, Row, Summary
from services.history.service import Histories, Question

router = APIRouter(tags=["history"])


async def histories_of(request: Request) -> Histories:
    """The collaborators that `create_app` put together."""
    histories: Histories = request.app.state.histories
    return histories


TheHistories = Annotated[Histories, Depends(histories_of)]
CustomerId = Annotated[int, Path(ge=1, le=2**31 - 1)]
Figures = Annotated[list[Figure], Query(min_length=1, max_length=6, description="What to add the lines up by")]
Site = Annotated[int | None, Query(ge=0, le=99, description="Lines of this site alone")]


@router.get("/customers/{customer_id}/summary", responses=responses(Unavailable, GatewayTimeout))
async def summarise(
    histories: TheHistories, customer_id: CustomerId, home: Region, figure: Figures, site: Site = None
) -> Summary:
    """A customer's lines in the region `home`, added up."""
    return await histories.summary(Question(customer_id, home, figure, site))


@router.get("/customers/{customer_id}/lines", response_model=list[Row], responses=responses(NotFound))
async def send_lines(histories: TheHistories, customer_id: CustomerId) -> Response:
    """A customer's lines as they are, for another node."""
    # Not through the model: thirty thousand rows are as the database has them.
    rows = await histories.shipped(customer_id)
    return Response(json.dumps(rows, separators=(",", ":")), media_type="application/json")
