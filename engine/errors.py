"""The exceptions of the desk, with messages that a trader can act on."""


class DeskError(Exception):
    """Base of every error the desk raises on purpose; its text is fit to be shown to the user."""


class InvalidMarketData(DeskError):
    """A price, size or time that no market can have."""


class UnreadableRecording(DeskError):
    """A recording that cannot be read: names the file and, where there is one, the line."""


class UnusableJournal(DeskError):
    """A practice journal that cannot be kept, read or deleted: says which, and why."""


class UnreadableCalendar(DeskError):
    """A file of economic events that cannot be read: names the file and what is wrong."""


class UnknownSymbol(UnreadableRecording):
    """A recording that does not state its symbol: the user has to."""


class SymbolsUnavailable(DeskError):
    """The source of prices lists no symbols now, or cannot add one: says why."""


class UnusableRecordings(DeskError):
    """Recordings that cannot answer what was asked: there is none, none is of the symbol, or they are too short."""


class UnusableCache(DeskError):
    """The lab cannot keep its columns where it should."""


class MissingRecording(DeskError):
    """The lab no longer has the candles of a recording: they have to be read again."""


class InvalidConfiguration(DeskError):
    """A configuration that cannot be used: every fault with file, key, value and what is allowed."""


class IllegalTransition(DeskError):
    """A plan cannot go from the state it is in to the one asked for."""


class PlanConflict(DeskError):
    """The stored plan is not what its owner believed it to be: another program was faster."""


class DeskIsRunning(DeskError):
    """Another desk owns the data directory."""


class UnusableStore(DeskError):
    """The stored file cannot be used by this version of the desk and was left as it is."""


class BrokenConstraint(UnusableStore):
    """The store refused a write by its own rules: nothing was written."""


class InvalidOrder(DeskError):
    """An order, or a broker's terms, that contradict themselves."""


class UnwritableExport(DeskError):
    """A file that cannot be written, with the reason."""


class InvalidNote(DeskError):
    """A note or a tag that cannot be kept."""


class InvalidAlert(DeskError):
    """A price alert that cannot be kept, with the reason."""


class EntryBlocked(DeskError):
    """No order may be sent now: says what stands in the way."""


class NotUnknown(DeskError):
    """The outcome of the order is known, or the broker will show it: the user cannot settle it."""


class NotOurPosition(DeskError):
    """A position of the user or of another program, which the desk never touches."""
