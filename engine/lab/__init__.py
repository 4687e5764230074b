"""What can be known about the strategy and its figures: measured on markets that it cannot win."""
