"""What params.yaml holds, a table for each of its sections."""
