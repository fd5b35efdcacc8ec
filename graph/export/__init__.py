"""The whole graph as files that other programs read: one writer a form, all fed with the same tables."""
