"""Customers' histories: everything that they have bought, kept by region on a node of its own."""
