"""The compared methods."""
