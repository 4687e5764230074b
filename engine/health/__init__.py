"""How well the desk is: what was measured, judged by limits, and how long it has been so."""
