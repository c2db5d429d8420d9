"""The product-catalog service: what the shop sells."""
