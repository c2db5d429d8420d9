"""The flags that the lab switches in the running shop, and the record of every switch."""
