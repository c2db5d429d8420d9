"""Takes the money for an order: authenticates with the gateway, charges the card, keeps the result."""
