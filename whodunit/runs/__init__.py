"""What a run leaves behind: recording, artifacts, report, walkthrough, comparison, matrix."""
