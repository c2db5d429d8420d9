"""A recorded run, answered for as if its shop were running: every view works on it, nothing can be switched."""
