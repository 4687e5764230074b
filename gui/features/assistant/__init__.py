"""Tools, Assistant: who may connect and is connected, and how an assistant is connected to this installation."""
