"""Logs: lines by severity, service and text, and how many over time."""
