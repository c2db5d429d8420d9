"""A game: an incident is chosen and sealed, a person looks for its cause, the answer is graded."""
