"""What is measured: simulated blur, protocols, boundaries, metrics."""
