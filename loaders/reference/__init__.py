"""The reference data as graph."""
