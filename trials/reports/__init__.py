"""Estimates by the locked plan, reviews, and the report."""
