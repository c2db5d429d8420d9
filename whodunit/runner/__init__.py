"""Runs a case against an open shop and watches it."""
