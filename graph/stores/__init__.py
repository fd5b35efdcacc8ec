"""Where the graph is kept: the protocol and its two implementations."""
