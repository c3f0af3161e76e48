"""The draw: pure functions from a sealed record and its nonces to an allocation."""
