"""The project files: paths, parameters, locks, code fingerprints, the DVC pipeline."""
