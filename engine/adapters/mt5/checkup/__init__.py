"""A look at a terminal that trades nothing: the doctor's findings, and recordings without a word of whose it is."""
