"""Everything that a customer has bought, added up: the screen that companies have on their walls."""

from fastapi import APIRouter, Response

from services.frontend.dependencies import TheRenderer, TheShop
from services.frontend.history.visitors import TheVisitor
from services.frontend.visit import CurrentVisit

REGIONS = {"us": "United States", "eu": "Europe", "asia": "Asia"}

router = APIRouter(prefix="/history")


@router.get("")
async def show_history(shop: TheShop, renderer: TheRenderer, visit: CurrentVisit, visitor: TheVisitor) -> Response:
    """My purchases by month; companies see them by several figures, office by office."""
    history = await shop.histories.of(visitor, visit.customer().user_id)
    return renderer.page(visit, "history.html", parts=history.parts, regions=REGIONS)
