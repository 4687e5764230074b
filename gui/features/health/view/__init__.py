"""The strip and the panel that show the desk's health."""
