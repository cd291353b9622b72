"""Notebooks: running, normalising, student versions, and what they draw with."""
