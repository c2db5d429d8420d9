"""Checks the machine: what the shop lacks here, and what to do about it."""
