"""An exchange of our own, in its own process: it plays captures of a real one, stamped again, with faults."""
