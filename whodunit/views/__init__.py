"""Terminal views of telemetry: traces, logs, metrics, the map, and SQL."""
