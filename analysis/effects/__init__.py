"""Effect sizes, and what they mean in months."""
