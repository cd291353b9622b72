"""Benchmark data: download, readers, protocols, training pairs."""
