"""The API under /api/v1: what programs may read, by the same queries as the pages."""
