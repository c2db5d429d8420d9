"""A customer's history: which nodes are asked for it, in what order, and what becomes of questions that fail."""
