"""Runs the load generator; the commands that start and stop load."""
