"""The real programs that the stack tests run: `make stack-tools` provides them."""
