"""Pages of people: signing in, the own account, invitations, and proposals for two persons."""
