"""Metrics: any of them by name, over time."""
