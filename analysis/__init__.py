"""The estimates: pure functions from arrays to effects with their uncertainty."""
