"""Accounts that are logged in already: their cookies, used again until the shop refuses them."""


class Sessions:
    """The cookie that each account got when it logged in: a session with an empty cart.

    The shop keeps the cart in the cookie, so that several visits of one account do not meet.
    """

    def __init__(self) -> None:
        self._cookies: dict[int, str] = {}

    def cookie(self, account: int) -> str | None:
        """What the account logged in with, None if it has not."""
        return self._cookies.get(account)

    def keep(self, account: int, cookie: str | None) -> None:
        """The account has logged in."""
        if cookie:
            self._cookies[account] = cookie

    def forget(self, account: int) -> None:
        """The shop refuses the account's cookie."""
        self._cookies.pop(account, None)

    def __len__(self) -> int:
        return len(self._cookies)
