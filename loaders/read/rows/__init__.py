"""Which rows are data, and what a clerk means by their cells."""
