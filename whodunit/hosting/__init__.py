"""A class on one server: a shop of their own for each student, reached by a browser, with a token."""
