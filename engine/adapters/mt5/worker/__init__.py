"""The process that imports the terminal's module, and its messages over the pipes.

The module holds the interpreter for as long as a call lasts and may hold it forever, so that this process is made to
be killed: it keeps nothing that the desk could miss. It imports little, for it is restarted while a trade is open.
"""
