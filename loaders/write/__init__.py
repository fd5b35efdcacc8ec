"""What a load writes and reports."""
