"""The credential store's routes."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from kit.errors import Conflict, GatewayTimeout, Invalid, NotFound, responses
from services.database.schemas import Claims, Created, CredentialQuery, Credentials, NewCredentials, UserId
from services.database.service import CredentialStore

router = APIRouter(tags=["database"])


async def store_of(request: Request) -> CredentialStore:
    """The collaborators that `create_app` put together."""
    store: CredentialStore = request.app.state.store
    return store


TheStore = Annotated[CredentialStore, Depends(store_of)]


@router.post("/credentials", status_code=HTTPStatus.CREATED, responses=responses(Conflict, Invalid, GatewayTimeout))
async def add_credentials(store: TheStore, body: NewCredentials) -> Created:
    """Store the credentials of somebody new."""
    return Created(user_id=await store.add(body))


@router.post("/credentials/query", responses=responses(NotFound, Invalid, GatewayTimeout))
async def query_credentials(store: TheStore, body: CredentialQuery) -> Credentials:
    """The credentials kept for an e-mail address. A POST, so that the address is in no URL."""
    return await store.find(body)


@router.get("/users/{user_id}/claims", responses=responses(NotFound, Invalid, GatewayTimeout))
async def read_claims(store: TheStore, user_id: UserId) -> Claims:
    """Claims of a token for a user."""
    return await store.claims(user_id)
