"""Looks at the machine before the shop does: what is missing, and what to do about it."""
