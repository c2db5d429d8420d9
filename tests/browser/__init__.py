"""The desk in a real browser: the system's Chromium."""
