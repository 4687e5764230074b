"""Live prices of public exchanges, without an account: one row of `table.EXCHANGES` per exchange."""
