"""What stands beside the graph: journal, history, sealed copies, and their care."""
