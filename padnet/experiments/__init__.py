"""What is trained, on what, and how: one module per experiment over a common trainer."""
