"""The call for schools and sign-ups, in pages."""
