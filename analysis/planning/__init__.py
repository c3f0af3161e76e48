"""Before the trial: what an effect must be to be seen, and how often it would be."""
