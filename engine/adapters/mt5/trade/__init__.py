"""Orders through the terminal: requests in its format, the handling of its answers, and their confirmation.

What is unclear is never sent again: the terminal is asked what became of it.
"""
