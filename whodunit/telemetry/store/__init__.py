"""The `Telemetry` port answered by the store, in SQL."""
