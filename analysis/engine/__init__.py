"""Exact multilevel models from school-level sufficient statistics."""
