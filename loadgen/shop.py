"""The shop's seed data, as the shop documents it."""

PRODUCTS = range(1, 239)
"""Products with stock for any length of load; 239 and 240 are there to be sold out."""

LIMITED_EDITION = 120

ACCOUNTS = 500

COMPANIES = range(1, 9)
"""Accounts with thousands of lines in their history."""

PEOPLE = range(9, 39)
"""Accounts that look at their history: few enough that all have soon logged in."""

REGIONS = {"us": "192.0.2", "eu": "198.51.100", "asia": "203.0.113"}
"""The first three numbers of a visitor's address, by region: ranges that are reserved for documentation (RFC 5737)."""

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


def region(account: int) -> str:
    """The region that keeps an account's history, and that its people visit from."""
    return "us" if account in COMPANIES else list(REGIONS)[account % len(REGIONS)]
