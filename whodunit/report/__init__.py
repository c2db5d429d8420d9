"""An incident report from telemetry: every claim cites the query, window, value and trace behind it."""
