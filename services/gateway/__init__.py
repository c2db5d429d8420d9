"""Stands for an external service that takes payments: its own keys, its own latency, its own books."""
