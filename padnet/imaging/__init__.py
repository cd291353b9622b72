"""Observed pictures: blur kernels, degradation, boundaries, scores."""
