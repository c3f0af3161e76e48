"""Persons, organisations, the roles they hold, and acts that take two of them."""
