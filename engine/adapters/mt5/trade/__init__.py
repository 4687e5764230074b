"""Orders through the terminal: requests in its form, what its answers call for, and looking whether they came true.

What is unclear is never sent again: it is found out by looking at the terminal's book.
"""
