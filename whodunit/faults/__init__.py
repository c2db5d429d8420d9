"""What the lab can switch in the running shop, and the record of what it switched."""
