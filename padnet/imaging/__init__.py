"""Observed images: blur kernels, degradation, boundary handling, scores."""
