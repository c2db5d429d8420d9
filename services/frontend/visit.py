"""One request's visitor: who they are, what is in their cart, what we have to tell them."""

from typing import Annotated, Any

from fastapi import Depends, Request

from kit.errors import ProblemError, Unauthorized, Unavailable
from services.frontend.cart import Cart
from services.frontend.identity import Identities, Identity, InvalidTokenError

TOKEN, CART, MESSAGE, PLACED = "token", "cart", "message", "placed"

SESSION_ENDED = "Your session has ended. Please log in again."


class Visit:
    """A view of the signed session cookie. What is changed here is sent back with the answer."""

    def __init__(self, session: dict[str, Any], identity: Identity | None, *, known: bool = True) -> None:
        self._session = session
        self.identity = identity
        self._known = known

    def customer(self) -> Identity:
        """The account that is logged in; raises `Unauthorized`, or `Unavailable` when that cannot be found out now."""
        if not self._known:
            raise Unavailable("Your login cannot be checked right now.")
        if self.identity is None:
            raise Unauthorized("Please log in first.")
        return self.identity

    @property
    def cart(self) -> Cart:
        """The cart; an empty one for a newcomer."""
        return Cart.load(self._session.get(CART, ()))

    @cart.setter
    def cart(self, cart: Cart) -> None:
        self._session[CART] = cart.dump()

    def log_in(self, token: str, identity: Identity) -> None:
        """Keep the token."""
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
    token = request.session.get(TOKEN)
    if token is None:
        return Visit(request.session, None)
    identities: Identities = request.app.state.shop.identities
    try:
        return Visit(request.session, await identities.identify(token))
    except InvalidTokenError:
        del request.session[TOKEN]
        request.session[MESSAGE] = SESSION_ENDED
        return Visit(request.session, None)
    except ProblemError:
        return Visit(request.session, None, known=False)


CurrentVisit = Annotated[Visit, Depends(begin)]
