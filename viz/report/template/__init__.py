"""An office's own Word file with named places: filled again each month, what the office wrote stays."""
