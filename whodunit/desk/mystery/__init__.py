"""Mystery: a game from the complaint to the verdict, with a notebook for what was seen on the other pages."""
