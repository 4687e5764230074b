"""MetaTrader 5, live: a terminal reached through a separate process.

At the bottom what all rooms speak in: the terminal's numbers, calls and answers, conditions, and the face of the link.
Its packages, each of which imports only those below: `worker` and `clock`, then `market` and `link`, then `trade`
and `checkup`. Feed and broker know the link by its face alone.
"""
