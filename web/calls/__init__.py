"""Pages of calls, applications, their assessment, the catalogue and the trials."""
