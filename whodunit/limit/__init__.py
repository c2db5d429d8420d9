"""How much load the shop bears: a search for the limit, what sets it, and a report of both."""
