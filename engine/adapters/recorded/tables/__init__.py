"""Files as tables: columns of numbers and times, whatever they are written in."""
