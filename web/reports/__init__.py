"""The estimate by the locked plan, and the report with its readers."""
