"""Journal and trades for the user: sentences, tables, pages."""
