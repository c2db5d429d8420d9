"""Traces: search, durations as dots, one trace as a waterfall."""
