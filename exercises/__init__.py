"""Data: exercises, a folder each (docs/exercises.md)."""
