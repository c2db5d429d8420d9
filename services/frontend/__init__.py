"""The shop's face: pages for people and the JSON API behind them."""
