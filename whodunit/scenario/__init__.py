"""Scenarios: a folder each, read strictly, run against the shop, proved from its telemetry."""
