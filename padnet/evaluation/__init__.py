"""Evaluation of methods on test sets: records, certificates, runtimes."""
