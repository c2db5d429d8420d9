"""The recommendation service: products that go with a product."""
