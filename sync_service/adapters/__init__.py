"""Implementations of the ports, and readers of what people write."""
