"""Compared methods for deconvolution, one file each."""
