"""What can be done with calls, applications and trials: one use case per function."""
