"""Journal and trades for persons: sentences, tables, pages."""
