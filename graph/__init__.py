"""What exists in the service network, and where it is kept."""
