"""Accounts that are logged in already: their cookies, used again until the shop refuses them."""


class Sessions:
    """The cookie that each account got when it logged in: a session with an empty cart.

    The shop keeps the cart in the cookie, so that several visits of one account do not share it.
    """

    def __init__(self) -> None:
        self._cookies: dict[int, str] = {}

    def cookie(self, account: int) -> str | None:
        """The account's cookie, None if it has not logged in."""
        return self._cookies.get(account)

    def keep(self, account: int, cookie: str | None) -> None:
        """Remember the cookie of an account that has logged in."""
        if cookie:
            self._cookies[account] = cookie

    def forget(self, account: int) -> None:
        """Drop the account's cookie, which the shop has refused."""
        self._cookies.pop(account, None)

    def __len__(self) -> int:
        return len(self._cookies)
