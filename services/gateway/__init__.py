"""Stands for a third party that takes payments: its own keys, its own latency, its own books."""
