"""What closed trades say when they are counted together, and how far that can be trusted."""
