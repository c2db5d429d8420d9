"""Classes: one mystery for everybody, led from one lab and played in others, which tell the leader where they are."""
