"""Cases: the incidents that this shop can have, one of them happening, and their recorded runs."""
