"""Composes rooms into programs: the command line, and the lab of a shop, of a stack and of a recorded run."""
