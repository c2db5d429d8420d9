"""Health: is the shop well, as its customers see it, and which service stands out."""
