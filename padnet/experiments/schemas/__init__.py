"""Schemas of params.yaml: one class per section."""
