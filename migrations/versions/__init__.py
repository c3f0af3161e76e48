"""The revisions, in the order of the life of a trial."""
