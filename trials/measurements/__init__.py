"""Pupils, classes, baseline and outcomes, as schools and testers send them."""
