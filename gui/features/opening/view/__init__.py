"""Opening recordings: the file dialog, files dropped on the window, and the questions to the user."""
