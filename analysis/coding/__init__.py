"""From the columns of a data frame to numbers a model can use, or a sentence that says why not."""
