"""Drawings on the charts: painted, and placed with the mouse and the keyboard."""
