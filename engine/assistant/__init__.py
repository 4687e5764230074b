"""What other programs may ask of a desk: one table of typed operations, for every way in. None of them trades."""
