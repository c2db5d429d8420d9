"""The desk: the pages of the lab, for people who look at telemetry in a browser."""
