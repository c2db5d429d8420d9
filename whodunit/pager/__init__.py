"""The pager: is called when an alert fires, wakes whom it concerns, and measures how long until somebody answers."""
