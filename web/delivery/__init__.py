"""Pages of delivery: fidelity, dose, events and costs."""
