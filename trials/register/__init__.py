"""The school register: sites, boards and their figures, edition by edition."""
