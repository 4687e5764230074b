"""Opening recordings: the file dialog, files dropped on the window, and what has to be asked."""
