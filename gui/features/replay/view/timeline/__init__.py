"""The timeline of a played market."""
