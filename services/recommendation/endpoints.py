"""Recommendation's routes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from kit.errors import BadGateway, GatewayTimeout, Invalid, NotFound, responses
from services.recommendation.schemas import Limit, ProductId, ProductList
from services.recommendation.service import Recommendations

router = APIRouter(tags=["recommendation"])


async def recommendations_of(request: Request) -> Recommendations:
    """The collaborators that `create_app` put together."""
    recommendations: Recommendations = request.app.state.recommendations
    return recommendations


TheRecommendations = Annotated[Recommendations, Depends(recommendations_of)]


@router.get("/recommendations", responses=responses(NotFound, Invalid, BadGateway, GatewayTimeout))
async def recommend(recommendations: TheRecommendations, product_id: ProductId, limit: Limit = 4) -> ProductList:
    """Products that go with one."""
    return ProductList(products=list(await recommendations.related(product_id, limit)))
