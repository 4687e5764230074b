"""What closed trades say together."""
