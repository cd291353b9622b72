"""What people use the networks for."""
