"""Pages of the school register: search, a site's entry, and where the data come from."""
