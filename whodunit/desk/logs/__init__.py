"""Logs: lines by severity, service and text, how many over time, their patterns, and lines as they come."""
