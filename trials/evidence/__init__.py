"""The published result, its ratings, and the archive package."""
