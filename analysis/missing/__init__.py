"""Missing data by rule: complete cases when few are lost, else a model of loss and imputation."""
