"""The way to the terminal, kept up: the worker's process started, watched and replaced, the terminal attached and
looked at, and one report of all that, which is announced whenever something of it becomes new.
"""
