"""Takes orders and sees each one through payment and stock to its end."""
