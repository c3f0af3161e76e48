"""Pages of protocol and analysis plan: reading, drafting, judging, signing."""
