"""Statements of many deliveries -> one graph."""
