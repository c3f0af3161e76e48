"""The call for schools: approaches, sign-ups, signatures of boards and councils."""
