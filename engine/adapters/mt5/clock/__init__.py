"""The trade server's time: measured from fresh ticks, checked against a rule, in doubt where neither is certain.

The terminal writes the server's wall clock as if it were UTC; this package converts its stamps into instants and back.
"""
