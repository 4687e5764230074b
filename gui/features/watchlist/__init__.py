"""The watch list: a row for each symbol."""
