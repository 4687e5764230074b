"""The layout of the window, kept across restarts and crashes."""
