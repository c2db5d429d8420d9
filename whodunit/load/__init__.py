"""Runs the load generator, and asks for load on the command line."""
