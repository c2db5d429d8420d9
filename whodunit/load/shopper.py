"""What a visitor of the shop knows, as the load generator has it: seeded accounts, products in stock, a test card."""

from loadgen.shop import GOOD_CARD, PASSWORD, PRODUCTS, email

__all__ = ["GOOD_CARD", "PASSWORD", "PRODUCTS", "email"]
