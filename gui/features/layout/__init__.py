"""Where everything stands in the window, kept over the end of the program however it comes."""
