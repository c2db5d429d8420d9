"""The `Telemetry` port answered by Prometheus, Jaeger and Loki, over HTTP."""
