"""Resets the running shop: no faults, no load, no telemetry so far."""
