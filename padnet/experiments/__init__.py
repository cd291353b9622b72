"""Training: one module per experiment, and a common trainer."""
