"""Economic calendars in files: CSV as common sites export it, iCalendar, what the service for MetaTrader writes."""
