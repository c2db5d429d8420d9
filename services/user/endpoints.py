"""User's routes."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from kit.errors import Conflict, InternalError, Invalid, Unauthorized, responses
from services.user.schemas import Login, NewUser, Session, User
from services.user.service import Users

router = APIRouter(tags=["user"])


async def users_of(request: Request) -> Users:
    """The collaborators that `create_app` put together."""
    users: Users = request.app.state.users
    return users


TheUsers = Annotated[Users, Depends(users_of)]


@router.post("/users", status_code=HTTPStatus.CREATED, responses=responses(Conflict, Invalid, InternalError))
async def register(users: TheUsers, body: NewUser) -> User:
    """Open an account."""
    return await users.register(body)


@router.post("/sessions", responses=responses(Unauthorized, Invalid, InternalError))
async def log_in(users: TheUsers, body: Login) -> Session:
    """Log in."""
    return await users.log_in(body)
