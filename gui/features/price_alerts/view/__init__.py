"""Views of price alerts: the table, the form."""
