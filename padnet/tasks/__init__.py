"""The user-level functions: deconvolution and dehazing with trained networks."""
