"""The shop's seed data, as the load generator has it: accounts, products in stock, a test card."""

from loadgen.shop import GOOD_CARD, PASSWORD, PRODUCTS, email

__all__ = ["GOOD_CARD", "PASSWORD", "PRODUCTS", "email"]
