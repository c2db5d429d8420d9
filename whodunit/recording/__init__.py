"""Recorded runs: their telemetry kept as Parquet, read again without the shop."""
