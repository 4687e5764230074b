"""Orders through the terminal: requests in its format, the handling of its answers, and their confirmation.

What is unclear is never sent again: it is found out by looking at the terminal's book.
"""
