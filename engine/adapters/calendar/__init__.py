"""Economic calendars in files: CSV as the common sites export it, iCalendar, and what MetaTrader's script writes."""
