"""The project as files: paths, parameters, locks, code fingerprints, the DVC pipeline."""
