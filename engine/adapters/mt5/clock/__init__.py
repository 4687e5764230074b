"""The trade server's time: measured from fresh ticks, kept by a rule, doubted where nobody can be sure of it.

The terminal writes the server's wall clock as if it were UTC; this room turns its stamps into instants and back.
"""
