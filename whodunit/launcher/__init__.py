"""Starts the shop as processes on this machine, keeps it running, and stops it again."""
