"""The strip and the panel that show how the desk is."""
