"""What the desk can do without its window: one module per command."""
