"""An incident to solve blind: one is chosen and sealed, a person looks for its cause, the answer is graded."""
