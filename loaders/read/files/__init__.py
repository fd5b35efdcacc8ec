"""From bytes to numbered rows of text: one module a format."""
