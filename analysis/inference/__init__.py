"""Inference that leans on the design or on resampling, rather than on a reference distribution."""
