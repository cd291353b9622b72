"""Ablations: the effect of design choices that the paper leaves open."""
