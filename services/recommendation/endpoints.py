"""Recommendation's routes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from kit.errors import BadGateway, GatewayTimeout, Invalid, NotFound, responses
from services.recommendation.schemas import Limit, ProductId, ProductList
from services.recommendation.service import Recommender

router = APIRouter(tags=["recommendation"])


async def recommender_of(request: Request) -> Recommender:
    """What `create_app` put together."""
    recommender: Recommender = request.app.state.recommender
    return recommender


TheRecommender = Annotated[Recommender, Depends(recommender_of)]


@router.get("/recommendations", responses=responses(NotFound, Invalid, BadGateway, GatewayTimeout))
async def recommend(recommender: TheRecommender, product_id: ProductId, limit: Limit = 4) -> ProductList:
    """Products that go with one."""
    return ProductList(products=list(await recommender.related(product_id, limit)))
