"""One request's visitor: who they are, what is in their cart, what we have to tell them."""

from typing import Annotated, Any

from fastapi import Depends, Request
from opentelemetry import trace

from kit.errors import ProblemError, Unauthorized, Unavailable
from services.frontend.cart import Cart
from services.frontend.identity import Identities, Identity, InvalidTokenError

CUSTOMER, TOKEN, CART, MESSAGE, PLACED = "customer", "token", "cart", "message", "placed"

SESSION_ENDED = "Your session has ended. Please log in again."
NO_RIGHT = "You are logged in, but without the right to order."


class Visit:
    """A view of the signed session cookie. What is changed here is sent back with the answer."""

    def __init__(self, session: dict[str, Any], identity: Identity | None, *, known: bool = True) -> None:
        self._session = session
        self.identity = identity
        self._known = known

    def customer(self) -> Identity:
        """The account that is logged in and may order; raises `Unauthorized`, `Unavailable` if that is unknown."""
        if not self._known:
            raise Unavailable("Your login cannot be checked right now.")
        if self.identity is None:
            raise Unauthorized("Please log in first.")
        if TOKEN not in self._session:
            _told_on_span(NO_RIGHT)
            raise Unauthorized(NO_RIGHT)
        return self.identity

    @property
    def cart(self) -> Cart:
        """The cart; an empty one for a newcomer."""
        return Cart.load(self._session.get(CART, ()))

    @cart.setter
    def cart(self, cart: Cart) -> None:
        self._session[CART] = cart.dump()

    def log_in(self, identity: Identity, token: str | None) -> None:
        """Keep the customer, and the token if there is one."""
        self._session[CUSTOMER] = [identity.user_id, identity.name]
        self._session.pop(TOKEN, None)
        if token:
            self._session[TOKEN] = token
        self._session.pop(PLACED, None)
        self.identity = identity

    def log_out(self) -> None:
        """Forget everything: the next person at this browser starts anew."""
        self._session.clear()
        self.identity = None

    def placed(self, key: str) -> str | None:
        """The id of the order that the checkout named `key` led to, if it was the latest."""
        latest: list[str] = self._session.get(PLACED, ["", ""])
        return latest[1] if latest[0] == key else None

    def has_placed(self, key: str, order_id: str) -> None:
        """The checkout is done: remember its order, empty the cart."""
        self._session[PLACED] = [key, order_id]
        self._session.pop(CART, None)

    def tell(self, message: str) -> None:
        """Show this on the next page."""
        self._session[MESSAGE] = message

    def told(self) -> str:
        """The message that the previous page left; only once."""
        return str(self._session.pop(MESSAGE, ""))


async def begin(request: Request) -> Visit:
    """Read the session cookie and check who it belongs to."""
    session, customer = request.session, request.session.get(CUSTOMER)
    logged_in = Identity(*customer) if customer else None
    if TOKEN not in session:
        return Visit(session, logged_in)
    identities: Identities = request.app.state.shop.identities
    try:
        return Visit(session, await identities.identify(session[TOKEN]))
    except InvalidTokenError as error:
        _told_on_span(str(error))
        del session[TOKEN]
        session.pop(CUSTOMER, None)
        session[MESSAGE] = SESSION_ENDED
        return Visit(session, None)
    except ProblemError:
        return Visit(session, logged_in, known=False)


def _told_on_span(reason: str) -> None:
    trace.get_current_span().set_attribute("shop.error.message", reason)


CurrentVisit = Annotated[Visit, Depends(begin)]
