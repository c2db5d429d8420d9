"""What changed between two windows of telemetry, and what a number is heading for."""
