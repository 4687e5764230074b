"""Alerts of the user on prices, lines, indicators and conditions: kept, examined and fired here."""
