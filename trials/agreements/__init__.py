"""Protocol and analysis plan: structured, signed over a hash, locked."""
