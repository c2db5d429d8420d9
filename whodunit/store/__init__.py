"""The embedded store: OTLP over HTTP in, DuckDB inside, SQL over HTTP out."""
