"""What can be done about persons, roles and signing in; one use case a function."""
