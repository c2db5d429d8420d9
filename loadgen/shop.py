"""The shop's seed data, as the shop documents it."""

PRODUCTS = range(1, 239)
"""Products with stock for any length of load; 239 and 240 are there to be sold out."""

LIMITED_EDITION = 120

ACCOUNTS = 500
PASSWORD = "open-sesame-please"  # noqa: S105  of the seeded accounts, public

GOOD_CARD = "4242424242424242"
DECLINED_CARDS = ("4000000000000002", "4000000000009995")
DECLINED_SHARE = 0.02

SEARCHES = ("lamp", "pan", "rope", "paper", "towel", "tent", "saw", "puzzle", "seeds", "blue", "oak", "wool")


def email(account: int) -> str:
    """The address of a seeded account, 1 to 500."""
    return f"shopper{account:03d}@example.com"


def mistyped_email(account: int) -> str:
    """An address that nobody has, close to that of a seeded account."""
    return f"shoper{account:03d}@example.com"
