"""The commands of the desk without a window: one module per command."""
