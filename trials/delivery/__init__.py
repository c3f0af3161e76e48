"""What happened in both arms: fidelity, dose, events, costs, withdrawals."""
