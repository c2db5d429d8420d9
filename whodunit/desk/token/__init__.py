"""The leader's token, given in a browser."""
