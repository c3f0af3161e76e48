"""Pupils, pre-tests and outcomes, in pages."""
