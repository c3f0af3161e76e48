"""The evaluator's datasets: make, mask, lodge code, release true arms, download."""
