"""Results as anyone reads them, each number with its origin."""
