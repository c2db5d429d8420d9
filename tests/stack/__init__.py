"""The shop on the real programs: PostgreSQL, Collector, Prometheus, Jaeger, Caddy."""
