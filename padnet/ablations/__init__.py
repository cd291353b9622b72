"""The register of deviations: what the choices that the paper leaves open cost."""
