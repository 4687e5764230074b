"""The journal panel."""
