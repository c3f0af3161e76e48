"""Versioned analysis datasets, first with masked arms, then with true ones."""
