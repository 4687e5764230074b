"""What can go wrong, in words a trader can act on."""


class DeskError(Exception):
    """Base of every error the desk raises on purpose; its text is fit to be shown to a person."""


class InvalidMarketData(DeskError):
    """A price, size or time that no market can have."""


class UnreadableRecording(DeskError):
    """A recording that cannot be read: names the file and, where there is one, the line."""


class InvalidConfiguration(DeskError):
    """A configuration that cannot be used: every fault with file, key, value and what is allowed."""
