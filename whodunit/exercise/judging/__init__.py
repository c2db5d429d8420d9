"""Judges of an exercise's steps: each reads the evidence of a check, and says what is missing in it."""
