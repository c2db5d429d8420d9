"""Recorded runs: recording, artifacts, report, walkthrough, comparison, matrix."""
