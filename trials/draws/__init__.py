"""The ceremony of the draw: freeze, commit, seal, reveal, allocate, tell."""
