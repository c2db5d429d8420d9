"""Sign-up, login, logout."""

from typing import Any

from fastapi import APIRouter, Request, Response

from kit.errors import Conflict, Unauthorized
from services.frontend.dependencies import TheRenderer, TheShop
from services.frontend.pages.forms import check, fields, local, see
from services.frontend.render import Renderer
from services.frontend.schemas import Credentials, NewAccount
from services.frontend.visit import CurrentVisit, Visit

router = APIRouter()


@router.get("/login")
async def show_login(renderer: TheRenderer, visit: CurrentVisit, next: str = "/") -> Response:  # noqa: A002
    """The login form; `next` is the page to go on to."""
    return _form(renderer, visit, "login.html", {"next": next})


@router.post("/login")
async def log_in(request: Request, shop: TheShop, renderer: TheRenderer, visit: CurrentVisit) -> Response:
    """Start a session."""
    values = await fields(request)
    credentials, wrong = check(Credentials, values)
    if credentials is None:
        return _form(renderer, visit, "login.html", values, wrong=wrong, status=422)
    try:
        identity = await shop.log_in(visit, credentials)
    except Unauthorized:
        notice = "This address and password do not belong together."
        return _form(renderer, visit, "login.html", values, notice=notice, status=401)
    visit.tell(f"Welcome, {identity.name}." if identity.name else "Welcome.")
    return see(local(values.get("next")))


@router.get("/signup")
async def show_sign_up(renderer: TheRenderer, visit: CurrentVisit, next: str = "/") -> Response:  # noqa: A002
    """The sign-up form; `next` is the page to go on to."""
    return _form(renderer, visit, "signup.html", {"next": next})


@router.post("/signup")
async def sign_up(request: Request, shop: TheShop, renderer: TheRenderer, visit: CurrentVisit) -> Response:
    """Register and start a session."""
    values = await fields(request)
    account, wrong = check(NewAccount, values)
    if account is None:
        return _form(renderer, visit, "signup.html", values, wrong=wrong, status=422)
    try:
        await shop.accounts.sign_up(account)
    except Conflict:
        wrong = {"email": "There is an account with this address already. Log in instead?"}
        return _form(renderer, visit, "signup.html", values, wrong=wrong, status=409)
    await shop.log_in(visit, Credentials(email=account.email, password=account.password))
    visit.tell(f"Welcome, {account.name}. Your account is ready.")
    return see(local(values.get("next")))


@router.post("/logout")
async def log_out(visit: CurrentVisit) -> Response:
    """End the session."""
    visit.log_out()
    visit.tell("You are logged out.")
    return see("/")


def _form(
    renderer: Renderer,
    visit: Visit,
    template: str,
    values: dict[str, str],
    *,
    wrong: dict[str, str] | None = None,
    status: int = 200,
    notice: str = "",
) -> Response:
    kept: dict[str, Any] = {name: values.get(name, "") for name in ("email", "name")}
    destination = local(values.get("next"))
    return renderer.page(
        visit, template, status=status, values=kept, wrong=wrong or {}, notice=notice, next=destination
    )
