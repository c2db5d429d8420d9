"""Loses order's database on purpose, in a small shop of its own, and measures what comes back, and when."""
