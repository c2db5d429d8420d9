"""Class: who joined, who is where, and after the end the marks; to be led from, and to be shown on a wall."""
