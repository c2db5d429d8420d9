"""The pages: HTML for people, every change a form post that ends in a redirect."""

from fastapi import APIRouter, Depends

from services.frontend.origin import refuse_other_sites
from services.frontend.pages import account, browse, cart, checkout, history, orders

router = APIRouter(include_in_schema=False, dependencies=[Depends(refuse_other_sites)])
for part in (browse, cart, checkout, orders, history, account):
    router.include_router(part.router)

__all__ = ["router"]
