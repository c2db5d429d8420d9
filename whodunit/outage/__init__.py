"""Takes a program of the stack away for a while, and brings it back whatever happens."""
