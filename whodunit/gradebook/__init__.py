"""Marks piles of hand-ins by a rubric: exercises, mysteries, load reports and incident reports."""
