"""Who is meant: rows and mentions to entities."""
